package dev.nexus.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;

/** A text that the command line names a file for. */
final class TextFile {

    private TextFile() {}

    /**
     * @param name of the file; {@code -} for standard input
     * @throws CommandFailure if it cannot be read as UTF-8
     */
    static String read(Shell shell, String name, InputStream standardInput) {
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
