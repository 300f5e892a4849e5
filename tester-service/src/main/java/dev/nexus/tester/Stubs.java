package dev.nexus.tester;

import dev.nexus.contract.Plan;
import dev.nexus.contract.ProjectPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Python modules in place of those that a test suite is for. They have every name that the tests may ask for, and answer
 * every call alike, so that a test which passes over them shows nothing of the code.
 */
final class Stubs {

    private static final String STUB = SandboxCommand.resource("stubs/stub.py");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*");

    /** Where a test says that something is an exception. */
    private static final Pattern RAISED =
            Pattern.compile("\\b(?:raises|assertRaises\\w*|except)\\b\\s*\\(?\\s*\\(?([\\w.,\\s]+)");

    private static final Pattern CAUGHT = Pattern.compile("\\w+(Error|Exception|Warning)");
    private static final Pattern EXCEPTION_CLASS =
            Pattern.compile("(class\\s+)?\\w+\\(\\s*\\w*(Error|Exception|Warning)\\s*\\)\\s*:?");

    /** Methods that a stub cannot leave to its answers, as Python makes objects with them. */
    private static final Set<String> OWN = Set.of(
            "__init__",
            "__new__",
            "__getattr__",
            "__getattribute__",
            "__setattr__",
            "__delattr__",
            "__del__",
            "__init_subclass__",
            "__class_getitem__",
            "__post_init__");

    private final Map<String, List<Plan.Function>> modules;
    private final Set<String> exceptions;

    private Stubs(Map<String, List<Plan.Function>> modules, Set<String> exceptions) {
        this.modules = modules;
        this.exceptions = exceptions;
    }

    /** What every call answers. */
    enum Answer {
        /** With NotImplementedError. */
        RAISES,
        NONE,
        /** With one object, which is true and has nothing to it. */
        TRUTHY
    }

    /**
     * Stubs of all that tests are written for.
     *
     * @param plan null if there is none, and the user's files show the interface
     * @param paths of the user's files
     * @param tests their contents, which show what else is taken for an exception
     */
    static Stubs of(@Nullable Plan plan, Collection<String> paths, Collection<String> tests) {
        Map<String, List<Plan.Function>> modules = new TreeMap<>();
        paths.forEach(path -> modules.put(path, new ArrayList<>()));
        if (plan != null) {
            plan.steps().forEach(step -> step.files().forEach(path -> modules.put(path, new ArrayList<>())));
            for (Plan.Module module : plan.interfaces()) {
                if (isImportable(module.name())) {
                    modules.computeIfAbsent(place(module.name(), plan, modules.keySet()), _ -> new ArrayList<>())
                            .addAll(module.functions());
                }
            }
        }
        modules.keySet().removeIf(path -> !path.endsWith(".py") || ProjectPath.isTest(path));
        return new Stubs(modules, raised(tests));
    }

    private static boolean isImportable(String module) {
        return Pattern.matches(NAME + "(\\." + NAME + ")*", module)
                && ProjectPath.problemWith(module.replace('.', '/') + ".py") == null;
    }

    /** The file in which a module of this name is, among those of the plan, or else where it would be looked for. */
    private static String place(String module, Plan plan, Set<String> files) {
        String place = module.replace('.', '/');
        for (String path : List.of(place + ".py", place + "/__init__.py", "src/" + place + ".py")) {
            if (files.contains(path)) {
                return path;
            }
        }
        boolean isPackage =
                plan.interfaces().stream().anyMatch(other -> other.name().startsWith(module + "."));
        return isPackage ? place + "/__init__.py" : place + ".py";
    }

    private static Set<String> raised(Collection<String> tests) {
        Set<String> names = new TreeSet<>();
        for (String test : tests) {
            for (Matcher m = RAISED.matcher(test); m.find(); ) {
                for (String name : m.group(1).split("[,\\s]+", -1)) {
                    String simple = name.substring(name.lastIndexOf('.') + 1);
                    if (NAME.matcher(simple).matches() && Character.isUpperCase(simple.charAt(0))) {
                        names.add(simple);
                    }
                }
            }
        }
        return names;
    }

    /** Path to content of the modules, which answer so. */
    Map<String, byte[]> answering(Answer answer) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        modules.forEach((path, functions) -> {
            String text = "_ANSWER = \"" + answer.name().toLowerCase(Locale.ROOT) + "\"\n" + "_EXCEPTIONS = "
                    + exceptionsBesides() + "\n" + STUB + "\n\n" + String.join("\n", declarations(functions)) + "\n";
            files.put(path, text.getBytes(StandardCharsets.UTF_8));
        });
        return files;
    }

    private String exceptionsBesides() {
        return "{" + String.join(", ", exceptions.stream().map(Stubs::quoted).toList()) + "}";
    }

    private List<String> declarations(List<Plan.Function> functions) {
        List<String> lines = new ArrayList<>();
        Map<String, List<String>> classes = new LinkedHashMap<>();
        for (Plan.Function function : functions) {
            String signature = function.signature().strip();
            boolean waits = signature.startsWith("async ");
            String[] parts = function.name().strip().split("\\.", -1);
            String name = parts[parts.length - 1];
            if (parts.length > 2
                    || !NAME.matcher(parts[0]).matches()
                    || !NAME.matcher(name).matches()) {
                continue; // the module's __getattr__ has it, if it is a name at all
            }
            if (parts.length == 2) {
                List<String> methods = classes.computeIfAbsent(parts[0], _ -> new ArrayList<>());
                if (signature.contains("(") && !OWN.contains(name)) {
                    methods.add("(" + quoted(name) + ", " + (waits ? "True" : "False") + ")");
                }
            } else if (isException(name, signature)) {
                lines.add("_exception(" + quoted(name) + ")");
            } else if (isClass(name, signature)) {
                classes.computeIfAbsent(name, _ -> new ArrayList<>());
            } else if (signature.contains("(")) {
                lines.add("_function(" + quoted(name) + (waits ? ", waits=True)" : ")"));
            } else {
                lines.add("_value(" + quoted(name) + ")");
            }
        }
        classes.forEach((name, methods) -> {
            if (!lines.contains("_exception(" + quoted(name) + ")")) {
                lines.add("_class(" + quoted(name) + ", [" + String.join(", ", methods) + "])");
            }
        });
        return lines;
    }

    private boolean isException(String name, String signature) {
        return exceptions.contains(name)
                || CAUGHT.matcher(name).matches()
                || EXCEPTION_CLASS.matcher(signature).matches();
    }

    private static boolean isClass(String name, String signature) {
        return signature.startsWith("class ")
                || (Character.isUpperCase(name.charAt(0)) && !name.equals(name.toUpperCase(Locale.ROOT)));
    }

    private static String quoted(String name) {
        return "\"" + name + "\"";
    }
}
