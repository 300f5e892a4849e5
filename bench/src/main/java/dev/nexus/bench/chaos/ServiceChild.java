package dev.nexus.bench.chaos;

import java.io.IOException;
import java.util.Arrays;

/** The main class of a service's process: the service's own, and an end when the run ends, whose pipe it holds. */
final class ServiceChild {

    private ServiceChild() {}

    /** Arguments: the service's main class, then its own arguments. */
    static void main(String[] args) throws ReflectiveOperationException {
        Thread.ofPlatform().daemon().name("pipe-watch").start(() -> {
            try {
                while (System.in.read() >= 0) {
                    // nothing is written; the end of the pipe is the end of the run
                }
            } catch (IOException e) {
                System.err.println("lost the pipe to the run: " + e);
            }
            Runtime.getRuntime().halt(0);
        });
        Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object)
                Arrays.copyOfRange(args, 1, args.length));
    }
}
