package dev.nexus.standalone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A process of its own with an embedded broker: says where, and then waits to be killed. */
final class BrokerParent {

    private BrokerParent() {}

    static void main(String[] args) throws InterruptedException {
        DataDirectory data = DataDirectory.open(Path.of(args[0]), "up");
        EmbeddedBroker broker = EmbeddedBroker.start(data.root(), new BrokerPort.Kept(), EmbeddedBroker.Life.SHORT);
        System.out.println("broker " + broker.process().pid() + " " + broker.bootstrapServers());
        new CountDownLatch(1).await();
    }

    /** Such a process, and its broker. */
    record Running(Process process, ProcessHandle broker, String bootstrapServers) {

        static Running start(Path data) throws IOException {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            BrokerParent.class.getName(),
                            data.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String[] words = process.inputReader()
                    .lines()
                    .filter(line -> line.startsWith("broker "))
                    .findFirst()
                    .orElseThrow()
                    .split(" ", -1);
            return new Running(
                    process, ProcessHandle.of(Long.parseLong(words[1])).orElseThrow(), words[2]);
        }
    }
}
