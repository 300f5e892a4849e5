package dev.nexus.standalone;

import java.io.IOException;
import java.util.List;

/** What an operator's {@code kill} sends to a process. */
enum Signal {
    STOP,
    CONT;

    void to(ProcessHandle process) throws IOException, InterruptedException {
        int code = new ProcessBuilder(List.of("kill", "-" + name(), Long.toString(process.pid())))
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException("kill -" + name() + " " + process.pid() + " ended with " + code);
        }
    }
}
