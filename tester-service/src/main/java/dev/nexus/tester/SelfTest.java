package dev.nexus.tester;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;

/** The sandbox's check of itself, for whoever wants to know before a tester is started. */
public final class SelfTest {

    private SelfTest() {}

    /**
     * Runs tests in a sandbox as a tester would make it; that takes some seconds.
     *
     * @param settings where {@code nexus.tester.*} is found
     * @return why no tests can be run on this machine, and what to do, in one line; null if they can
     */
    public static @Nullable String problem(Binder settings) throws InterruptedException {
        SandboxSettings sandbox = settings.bindOrCreate("nexus.tester", SandboxSettings.class);
        try (Sandbox trial = new Sandbox(sandbox)) {
            new SandboxCheck(trial, sandbox).require();
            return null;
        } catch (SandboxUnavailable e) {
            return e.remedy();
        }
    }
}
