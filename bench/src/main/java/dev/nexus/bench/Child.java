package dev.nexus.bench;

import dev.nexus.gateway.GatewayApplication;
import dev.nexus.tester.TesterApplication;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A process of the benchmark: the gateway, or a stage. It ends with its parent, whose pipe it holds. */
final class Child implements AutoCloseable {

    private final Process process;

    private Child(Process process) {
        this.process = process;
    }

    /** Starts another JVM with the class path of this one. */
    static Child start(String... arguments) throws IOException {
        return start(List.of(), arguments);
    }

    /** @param options for that JVM, such as the size of its heap */
    static Child start(List<String> options, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(options);
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName()));
        command.addAll(List.of(arguments));
        return new Child(new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /**
     * In the child.
     *
     * @param args {@code gateway PORT BOOTSTRAP SETTING…}, {@code sandbox BOOTSTRAP SETTING…} or {@code STAGE MILLIS SLOTS BOOTSTRAP}
     */
    public static void main(String[] args) throws IOException {
        switch (args[0]) {
            case "gateway" -> GatewayApplication.main(settings(args, 2, "--server.port=" + args[1]));
            case "sandbox" -> TesterApplication.main(settings(args, 1, "--server.port=0"));
            default -> {
                var _ = Stage.start(
                        args[0], Duration.ofMillis(Long.parseLong(args[1])), Integer.parseInt(args[2]), args[3]);
            }
        }
        while (System.in.read() >= 0) {
            // the parent writes nothing; the end of its pipe is its end
        }
        Runtime.getRuntime().halt(0);
    }

    private static String[] settings(String[] args, int bootstrap, String port) {
        List<String> settings = new ArrayList<>(List.of(
                port,
                "--management.server.port=-1", // nobody looks
                "--spring.kafka.bootstrap-servers=" + args[bootstrap]));
        settings.addAll(List.of(args).subList(bootstrap + 1, args.length));
        return settings.toArray(String[]::new);
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
