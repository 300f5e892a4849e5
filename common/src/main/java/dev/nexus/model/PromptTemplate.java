package dev.nexus.model;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import dev.nexus.contract.ModelCall.Message;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A prompt as a Mustache file: what stands above the first line {@code ---} is for the system role, the rest for the
 * user's. Its version is a hash of the file, so a changed prompt is a new version without anyone's doing.
 */
public final class PromptTemplate {

    private static final Mustache.Compiler COMPILER =
            Mustache.compiler().escapeHTML(false).strictSections(true).emptyStringIsFalse(true);

    private final String version;
    private final String system;
    private final String user;

    private PromptTemplate(String text) {
        int line = text.indexOf("\n---\n");
        if (line < 0) {
            throw new IllegalArgumentException("a prompt has a line '---' between system and user text");
        }
        this.version = hash(text);
        this.system = text.substring(0, line).strip();
        this.user = text.substring(line + 5).strip();
        compile(text.substring(0, line)); // a malformed template is found when it is loaded
        compile("\n".repeat((int) text.substring(0, line + 5).lines().count()) + text.substring(line + 5));
    }

    private static void compile(String text) {
        try {
            COMPILER.compile(text);
        } catch (MustacheException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** @throws IllegalArgumentException if the text has no line {@code ---}, or is no template, with the line at fault */
    public static PromptTemplate of(String text) {
        return new PromptTemplate(text);
    }

    /** @throws IllegalArgumentException if the class path has no such file, or it has no line {@code ---} */
    public static PromptTemplate load(String resource) {
        try (InputStream in = PromptTemplate.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException("there is no prompt " + resource + " on the class path");
            }
            return new PromptTemplate(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Twelve hex digits that change with the file. */
    public String version() {
        return version;
    }

    /**
     * Fills the template in. The value named {@code nonce} tags the sections that hold untrusted text. Within any other
     * value it is replaced, so that no text can end its section or begin another, even if its author could compute the
     * nonce.
     *
     * @param values every variable that the template uses; a missing one is an error; the section of an empty string or
     *     list is left out
     * @throws com.samskivert.mustache.MustacheException if one is missing
     */
    public ModelRequest render(Map<String, ?> values, OutputFormat format, int maxOutputTokens) {
        Mustache.Compiler compiler = COMPILER.withFormatter(withoutNonce(values.get("nonce")));
        return new ModelRequest(
                version,
                compiler.compile(system).execute(values),
                List.of(new Message("user", compiler.compile(user).execute(values))),
                format,
                maxOutputTokens);
    }

    private static Mustache.Formatter withoutNonce(@Nullable Object nonce) {
        if (nonce == null) {
            return String::valueOf;
        }
        Pattern anyCase = Pattern.compile(Pattern.quote(nonce.toString()), Pattern.CASE_INSENSITIVE);
        // The replacement is not empty, and no hex: what stands around it cannot join to a nonce.
        return value -> value.equals(nonce)
                ? nonce.toString()
                : anyCase.matcher(value.toString()).replaceAll("(nonce)");
    }

    private static String hash(String text) {
        try {
            byte[] sha = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sha, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
