package dev.nexus.standalone;

import dev.nexus.standalone.client.GatewayClient;
import dev.nexus.tester.SelfTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.util.unit.DataSize;

/** What {@code nexus doctor} looks at on this machine. */
final class MachineChecks {

    static final int LEAST_JAVA = 25;
    private static final DataSize LEAST_DISK = DataSize.ofMegabytes(512);
    private static final Pattern JAVA_VERSION = Pattern.compile("(?m)^JAVA_VERSION=\"(\\d+)");

    private MachineChecks() {}

    /**
     * @param running the version that runs this
     * @param environment whose {@code JAVA_HOME} is what services are started with by hand
     */
    static Finding jdk(Runtime.Version running, Map<String, String> environment) {
        if (running.feature() < LEAST_JAVA) {
            return Finding.wrong(
                    "jdk",
                    "Java " + running + " is too old, Nexus needs " + LEAST_JAVA,
                    "install the package temurin-25-jdk or openjdk-25-jdk, or set JAVA_HOME to a JDK " + LEAST_JAVA);
        }
        String home = environment.getOrDefault("JAVA_HOME", "");
        Optional<Integer> named = feature(home);
        if (named.isPresent() && named.get() < LEAST_JAVA) {
            return Finding.hint(
                    "jdk",
                    "Java " + running + " runs this, but JAVA_HOME is a Java " + named.get(),
                    "set JAVA_HOME to a JDK " + LEAST_JAVA + " before you start services with 'java -jar'");
        }
        return Finding.ok("jdk", "Java " + running);
    }

    private static Optional<Integer> feature(String home) {
        try {
            Matcher version = JAVA_VERSION.matcher(Files.readString(Path.of(home, "release")));
            return version.find() ? Optional.of(Integer.valueOf(version.group(1))) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // no JDK, or none that says what it is
        }
    }

    /** @param data the folder that everything is kept in, which need not be there yet */
    static Finding disk(Path data, Binder settings) {
        DataSize least;
        try {
            least = settings.bind("nexus.limits.min-free-disk", DataSize.class).orElse(LEAST_DISK);
        } catch (BindException e) {
            return Finding.wrong(
                    "disk",
                    "NEXUS_LIMITS_MINFREEDISK is no size: "
                            + NestedExceptionUtils.getMostSpecificCause(e).getMessage(),
                    "write it as 512MB or 2GB");
        }
        Path place = data.toAbsolutePath().normalize();
        while (!Files.exists(place) && place.getParent() != null) {
            place = place.getParent();
        }
        if (!Files.isDirectory(place) || !Files.isWritable(place)) {
            return Finding.wrong(
                    "disk",
                    "the data directory " + data + " cannot be written: " + place
                            + (Files.isDirectory(place) ? " is not writable" : " is no directory"),
                    "give another one with --data, or let this user write there");
        }
        try {
            long free = Files.getFileStore(place).getUsableSpace();
            return free < least.toBytes()
                    ? Finding.wrong(
                            "disk",
                            size(free) + " are free for " + data + ", and new jobs are taken above "
                                    + size(least.toBytes()) + " (nexus.limits.min-free-disk)",
                            "free some, or give a --data on another disk")
                    : Finding.ok("disk", size(free) + " free for " + data);
        } catch (IOException e) {
            return Finding.hint("disk", "the room for " + data + " is not known: " + e.getMessage(), "see df -h");
        }
    }

    private static String size(long bytes) {
        return bytes >= 10L << 30 ? (bytes >> 30) + " GB" : (bytes >> 20) + " MB";
    }

    /** @param port that a gateway is to listen on */
    static Finding port(int port) {
        try (GatewayClient there = new GatewayClient(URI.create("http://127.0.0.1:" + port))) {
            if (there.answers()) {
                return Finding.ok("ports", "a Nexus gateway has port " + port);
            }
        }
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return Finding.ok("ports", "port " + port + " is free for the gateway");
        } catch (IOException e) {
            return Finding.wrong(
                    "ports",
                    "port " + port + " of 127.0.0.1 is in use by another program",
                    "see which with 'ss -ltnp', or start with another one: nexus up --port "
                            + (port == 65535 ? 8080 : port + 1));
        }
    }

    /** The tester's own check of its sandbox. */
    static Finding sandbox(Binder settings) throws InterruptedException {
        try {
            String problem = SelfTest.problem(settings);
            return problem == null
                    ? Finding.ok("sandbox", "generated tests run in it, and it holds")
                    : Finding.wrong("sandbox", problem);
        } catch (BindException e) {
            return Finding.wrong(
                    "sandbox",
                    String.valueOf(NestedExceptionUtils.getMostSpecificCause(e).getMessage()));
        }
    }

    /** What only the tests of Nexus and its dashboard's build need. */
    static Finding node(Map<String, String> environment) {
        String node = onPath("node", environment);
        String npm = onPath("npm", environment);
        return node == null || npm == null
                ? Finding.hint(
                        "node",
                        (node == null ? "node" : "npm") + " is not on the PATH",
                        "install the packages nodejs and npm, if you want to build the dashboard")
                : Finding.ok("node", "node and npm are there, for the dashboard");
    }

    private static @Nullable String onPath(String program, Map<String, String> environment) {
        return Arrays.stream(environment.getOrDefault("PATH", "").split(":", -1))
                .filter(folder -> !folder.isEmpty() && Files.isExecutable(Path.of(folder, program)))
                .findFirst()
                .orElse(null);
    }
}
