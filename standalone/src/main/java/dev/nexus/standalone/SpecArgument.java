package dev.nexus.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
        String name = String.valueOf(file);
        try {
            byte[] bytes = name.equals("-")
                    ? standardInput.readAllBytes()
                    : Files.readAllBytes(shell.folder().resolve(name));
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw CommandFailure.usage(name + " is not in UTF-8; convert it");
        } catch (NoSuchFileException e) {
            throw CommandFailure.usage("there is no file " + name);
        } catch (IOException e) {
            throw CommandFailure.usage("cannot read " + name + ": " + e.getMessage());
        }
    }
}
