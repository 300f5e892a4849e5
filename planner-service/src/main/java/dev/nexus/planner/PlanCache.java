package dev.nexus.planner;

import dev.nexus.contract.Fidelity;
import dev.nexus.contract.Plan;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** Where plans are kept for equal specifications. It saves work, no more: one that cannot be reached holds nothing. */
interface PlanCache {

    /** @param fidelity of the reply that the plan was read from */
    record Entry(Plan plan, Fidelity fidelity) {}

    /** The cache that keeps nothing. */
    PlanCache NONE = new PlanCache() {

        @Override
        public Optional<Entry> get(String key) {
            return Optional.empty();
        }

        @Override
        public void put(String key, Entry entry) {
            // there is no cache
        }
    };

    Optional<Entry> get(String key) throws InterruptedException;

    void put(String key, Entry entry) throws InterruptedException;

    /**
     * Equal for specifications that differ only in line ends and in space around them, planned by the same model with the
     * same prompt: SHA-256, hex. An order has no constraints but its specification; one that is added belongs in here.
     */
    static String key(String spec, String model, String promptVersion) {
        String normalised = spec.replace("\r\n", "\n").replace('\r', '\n').strip();
        String all = String.join("\n", model, promptVersion, normalised);
        try {
            byte[] sha = MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sha);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
