package dev.nexus.model;

import dev.nexus.contract.CannotStart;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The prompts of this process, each under the name of its file without the ending: the built-in ones, and in their place
 * those that an operator has put into a directory. A file there that cannot be used ends the start.
 */
public final class Prompts {

    private static final Logger log = LoggerFactory.getLogger(Prompts.class);

    /** Those of all agents: a directory may serve all of them. */
    private static final List<String> NAMES = List.of("builder", "planner", "review", "tests");

    private static final String SETTING = "nexus.prompts.directory";
    private static final String ENDING = ".md";

    private final Map<String, PromptTemplate> templates = new HashMap<>();

    /** @throws CannotStart if a file in the directory cannot be used, naming the file and the fault */
    public Prompts(PromptSettings settings) {
        for (String name : NAMES) {
            if (Prompts.class.getClassLoader().getResource(resource(name)) != null) {
                templates.put(name, PromptTemplate.load(resource(name)));
            }
        }
        String directory = settings.directory();
        if (directory != null && !directory.isBlank()) {
            overrides(Path.of(directory)).forEach(this::override);
        }
    }

    /** The prompts that came with the agents. */
    public static Prompts builtIn() {
        return new Prompts(new PromptSettings(null));
    }

    /**
     * The prompt of that name.
     *
     * @throws IllegalArgumentException if the agents of this process have none
     */
    public PromptTemplate get(String name) {
        PromptTemplate template = templates.get(name);
        if (template == null) {
            throw new IllegalArgumentException("no agent of this process has a prompt '" + name + "'");
        }
        return template;
    }

    private static List<Path> overrides(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> !fileName(file).startsWith(".")) // a mounted folder has some of its own
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new CannotStart(SETTING + " is " + directory + ", which is no directory that can be read ("
                    + e.getClass().getSimpleName() + ")");
        }
    }

    private void override(Path file) {
        String name = fileName(file).endsWith(ENDING)
                ? fileName(file).substring(0, fileName(file).length() - ENDING.length())
                : "";
        if (!NAMES.contains(name)) {
            throw unusable(
                    file,
                    "no agent has a prompt of that name; they are "
                            + NAMES.stream().map(each -> each + ENDING).collect(Collectors.joining(", ")));
        }
        PromptTemplate template = template(file);
        PromptTemplate builtIn = templates.get(name);
        if (builtIn == null) {
            return; // that of another service
        }
        String fault = template.faultInPlaceOf(builtIn);
        if (fault != null) {
            throw unusable(file, fault);
        }
        templates.put(name, template);
        log.info("the prompt {} comes from {}, version {}", name, file, template.version());
    }

    private static PromptTemplate template(Path file) {
        try {
            return PromptTemplate.of(Files.readString(file));
        } catch (CharacterCodingException e) {
            throw unusable(file, "it is no text in UTF-8");
        } catch (IOException e) {
            throw unusable(file, "it cannot be read (" + e.getClass().getSimpleName() + ")");
        } catch (IllegalArgumentException e) {
            throw unusable(file, String.valueOf(e.getMessage()));
        }
    }

    private static CannotStart unusable(Path file, String fault) {
        return new CannotStart(SETTING + ": " + file + " cannot be used: " + fault);
    }

    private static String resource(String name) {
        return "prompts/" + name + ENDING;
    }

    private static String fileName(Path file) {
        return String.valueOf(file.getFileName());
    }
}
