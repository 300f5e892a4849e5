package dev.nexus.model;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.Template;
import dev.nexus.contract.ModelCall.Message;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A prompt as a Mustache file: what stands above the first line {@code ---} is for the system role, the rest for the
 * user's. Its version is a hash of the file, so a changed prompt is a new version without anyone's doing.
 */
public final class PromptTemplate {

    private static final Mustache.Compiler COMPILER =
            Mustache.compiler().escapeHTML(false).strictSections(true).emptyStringIsFalse(true);

    /** More than all that an agent may be given, and less than a record on Kafka may have. */
    private static final int CHARS = 3_000_000;

    private static final Pattern SECTION = Pattern.compile("\\{\\{\\s*([#^/])\\s*([^\\s}]+)\\s*}}");

    private final String version;
    private final String system;
    private final String user;

    private final Set<String> names;

    private PromptTemplate(String version, String system, String user, Set<String> names) {
        this.version = version;
        this.system = system;
        this.user = user;
        this.names = names;
    }

    /**
     * Reads a prompt.
     *
     * @throws IllegalArgumentException if it has no line {@code ---}, nothing for the user, or is no Mustache
     */
    public static PromptTemplate of(String text) {
        String lines = text.replace("\r\n", "\n");
        int line = lines.indexOf("\n---\n");
        if (line < 0) {
            throw new IllegalArgumentException("a prompt has a line '---' between system and user text");
        }
        String system = lines.substring(0, line).strip();
        String user = lines.substring(line + 5).strip();
        if (user.isEmpty()) {
            throw new IllegalArgumentException("a prompt has a text for the user below its line '---'");
        }
        checkSections(lines);
        try {
            Set<String> names = new TreeSet<>();
            COMPILER.compile(lines.substring(0, line)).visit(new Names(names));
            COMPILER.compile(inItsPlace(lines, line + 5)).visit(new Names(names));
            return new PromptTemplate(hash(lines), system, user, names);
        } catch (MustacheException e) {
            throw new IllegalArgumentException("a prompt is a Mustache template: " + e.getMessage(), e);
        }
    }

    /** The end of a text with as many lines before it as it has there, so that a fault is told with its line. */
    private static String inItsPlace(String text, int from) {
        return "\n".repeat((int) text.substring(0, from).lines().count()) + text.substring(from);
    }

    /** Why it cannot be used instead of {@code own}; null if it can. */
    public @Nullable String faultInPlaceOf(PromptTemplate own) {
        Set<String> unknown = new TreeSet<>(names);
        unknown.removeAll(own.names);
        if (!unknown.isEmpty()) {
            return "it names " + String.join(", ", unknown) + "; what there is to name is "
                    + String.join(", ", own.names);
        }
        return names.contains("nonce")
                ? null
                : "it never names nonce, by which material is told from what the prompt says";
    }

    /** @throws IllegalArgumentException if the class path has no such file, or it has no line {@code ---} */
    public static PromptTemplate load(String resource) {
        try (InputStream in = PromptTemplate.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException("there is no prompt " + resource + " on the class path");
            }
            return of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every variable and section that it names, in any place. */
    Set<String> names() {
        return names;
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
                text(compiler.compile(system), values),
                List.of(new Message("user", text(compiler.compile(user), values))),
                format,
                maxOutputTokens);
    }

    private static String text(Template template, Map<String, ?> values) {
        var bounded = new StringWriter() {
            @Override
            public void write(String text) {
                if (getBuffer().length() + text.length() > CHARS) {
                    throw new MustacheException("what it gives is longer than " + CHARS + " characters");
                }
                super.write(text);
            }
        };
        template.execute(values, bounded);
        return bounded.toString();
    }

    /** Sections within themselves would multiply what is in them by itself, over and over. */
    private static void checkSections(String text) {
        Deque<String> open = new ArrayDeque<>();
        for (Matcher tag = SECTION.matcher(text); tag.find(); ) {
            if (tag.group(1).equals("/")) {
                open.poll();
            } else if (open.contains(tag.group(2))) {
                throw new IllegalArgumentException("a prompt has no section '" + tag.group(2) + "' within itself");
            } else {
                open.push(tag.group(2));
            }
        }
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

    /** Collects what a template names. */
    private record Names(Set<String> found) implements Mustache.Visitor {

        @Override
        public void visitText(String text) {
            // names nothing
        }

        @Override
        public void visitVariable(String name) {
            found.add(name);
        }

        @Override
        public boolean visitInclude(String name) {
            throw new IllegalArgumentException("a prompt is one file: it cannot include '" + name + "'");
        }

        @Override
        public boolean visitSection(String name) {
            found.add(name);
            return true;
        }

        @Override
        public boolean visitInvertedSection(String name) {
            return visitSection(name);
        }
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
