package dev.nexus.model;

import dev.nexus.contract.Limits;
import dev.nexus.contract.ProjectPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whole files as text, each between lines {@code <file-NONCE path="a/b.py">} and {@code </file-NONCE>}. The nonce keeps
 * a file that contains such lines, or a specification that plays a model's answer, from being taken for a block.
 */
public final class FileBlocks {

    private FileBlocks() {}

    /** What a text held: files, or all that is wrong with it. Never both. */
    public sealed interface Parsed {

        /** Path to content, in the order of the text. */
        record Files(Map<String, String> contents) implements Parsed {}

        /** Each names the block, the limit and the remedy. */
        record Invalid(List<String> problems) implements Parsed {}
    }

    /** One file as a block. Its last line gets an end if it has none; an empty file stays empty. */
    public static String write(String nonce, String path, String content) {
        return "<file-" + nonce + " path=\"" + path + "\">\n" + content + (isWholeLines(content) ? "" : "\n")
                + "</file-" + nonce + ">\n";
    }

    private static boolean isWholeLines(String content) {
        return content.isEmpty() || content.endsWith("\n");
    }

    /**
     * Reads all blocks of {@code text}, strictly: all or nothing. Text between blocks is skipped.
     *
     * @param mayWrite whether this task may write that path
     */
    public static Parsed parse(String nonce, String text, Predicate<String> mayWrite) {
        Pattern opening = Pattern.compile("<file-" + Pattern.quote(nonce) + " path=\"([^\"\\n]*)\">");
        String closing = "</file-" + nonce + ">";
        Map<String, String> files = new LinkedHashMap<>();
        Set<String> folded = new HashSet<>();
        List<String> allowed = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        long total = 0;
        String path = null;
        StringBuilder content = new StringBuilder();
        for (String line : text.lines().toList()) {
            if (path == null) {
                Matcher m = opening.matcher(line.strip());
                if (m.matches()) {
                    path = m.group(1);
                    content.setLength(0);
                } else if (line.contains("<file-" + nonce) || line.contains(closing)) {
                    problems.add("a block begins or ends in the wrong place; put " + "<file-" + nonce
                            + " path=\"…\"> and " + closing + " on lines of their own, in turn");
                }
                continue;
            }
            if (opening.matcher(line.strip()).matches()) {
                problems.add("the block of '" + path + "' is not closed before the next; end it with " + closing);
                path = null;
                break;
            }
            if (!line.strip().equals(closing)) {
                content.append(line).append('\n');
                continue;
            }
            String broken = ProjectPath.problemWith(path);
            int bytes = content.toString().getBytes(StandardCharsets.UTF_8).length;
            total += bytes;
            if (broken != null) {
                problems.add("path '" + path + "' " + broken);
            } else if (!folded.add(path.toLowerCase(Locale.ROOT))) {
                problems.add("'" + path + "' is given twice; write each file once (letter case does not count)");
            } else if (!mayWrite.test(path)) {
                problems.add("'" + path + "' is not among the files asked for; write those only");
            } else {
                allowed.add(path);
            }
            if (isFenced(path, content)) {
                problems.add("'" + path + "' begins with a Markdown fence; write the bare content");
            }
            if (bytes > Limits.FILE_BYTES) {
                problems.add("'" + path + "' is larger than " + Limits.FILE_BYTES + " bytes; write less");
            }
            files.put(path, content.toString());
            path = null;
        }
        if (path != null) {
            problems.add("the block of '" + path + "' has no end; close it with " + closing);
        }
        if (files.isEmpty() && problems.isEmpty()) {
            problems.add("there is no file in it; write each as a block <file-" + nonce + " path=\"…\"> … " + closing);
        }
        for (String folder : ProjectPath.foldersAmong(allowed)) {
            problems.add("'" + folder + "' is also the folder of another file; rename one of them");
        }
        if (files.size() > Limits.FILES) {
            problems.add("there are more than " + Limits.FILES + " files; write fewer");
        }
        if (total > Limits.FILES_BYTES) {
            problems.add("the files are larger than " + Limits.FILES_BYTES + " bytes together; write less");
        }
        return problems.isEmpty() ? new Parsed.Files(files) : new Parsed.Invalid(problems);
    }

    /** Models like to dress code for a chat; in no file but a Markdown one does a fence mean anything. */
    private static boolean isFenced(String path, CharSequence content) {
        return !path.endsWith(".md") && content.toString().stripLeading().startsWith("```");
    }
}
