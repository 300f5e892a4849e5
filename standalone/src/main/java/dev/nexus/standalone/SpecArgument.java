package dev.nexus.standalone;

import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The two ways to give a specification: in the command line, or in a file. */
final class SpecArgument {

    @Parameters(arity = "1", paramLabel = "SPEC", description = "What to build, in plain words.")
    private @Nullable String text;

    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "FILE",
            description = "The file that says what to build, in UTF-8; - for standard input.")
    private @Nullable String file;

    /** The specification; the gateway judges what it says. */
    String read(Shell shell, InputStream standardInput) {
        if (text != null) {
            return text;
        }
        return TextFile.read(shell, String.valueOf(file), standardInput);
    }
}
