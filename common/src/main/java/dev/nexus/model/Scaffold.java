package dev.nexus.model;

import dev.nexus.contract.Fidelity;
import dev.nexus.contract.Plan;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The shape of what a plan describes, for plans that the offline model cannot carry out: every function only raises. */
record Scaffold(Plan plan) implements Project {

    private static final String MARK = "Scaffold only: ";
    private static final String NOTICE = MARK + "nothing in this file is implemented.";
    private static final int FUNCTIONS = 12;

    private static final Pattern CALL = Pattern.compile("\\b([a-z_]\\w*)\\(([^()]*)\\)");
    private static final Pattern TASK = Pattern.compile(
            "\\b(add|append|build|calculate|check|clear|close|compare|compute|convert|count|create|decode|delete|detect"
                    + "|draw|encode|estimate|evaluate|export|extract|filter|find|format|generate|get|import|insert|join"
                    + "|list|load|match|measure|merge|move|open|parse|play|predict|print|process|read|remove|render"
                    + "|resolve|save|schedule|search|send|set|show|simulate|solve|sort|split|start|stop|store|suggest"
                    + "|summari[sz]e|track|translate|update|validate|write)s?\\s+(?:(?:an?|the|all|each|every|new|its|some|"
                    + "any|of)\\s+)*([a-z]{3,20})\\b",
            Pattern.CASE_INSENSITIVE);

    /** Whether the offline model made {@code plan} for something that it cannot implement. */
    static boolean isPlanOf(Plan plan) {
        return plan.summary().startsWith(MARK);
    }

    /** One module, with what the specification names, or else with functions after its verbs. */
    static Plan planFor(String spec) {
        String module = moduleName(spec);
        List<Plan.Function> functions = signatures(spec).entrySet().stream()
                .limit(FUNCTIONS)
                .map(e -> new Plan.Function(e.getKey(), e.getValue(), "Not implemented: raises NotImplementedError."))
                .toList();
        return new Plan(
                MARK + excerpt(spec, 200),
                "python",
                List.of(new Plan.Module(module, functions)),
                List.of(new Plan.PlanStep(
                        module.replaceAll("^_+", ""), "Stubs only", List.of(module + ".py"), List.of())));
    }

    @Override
    public String file(String path, List<String> failures) {
        return switch (path.substring(path.lastIndexOf('.') + 1)) {
            case "py" -> stubs(PlanFit.modulesIn(plan, path));
            case "json" -> "{}\n";
            case "csv" -> "";
            case "md", "txt" -> NOTICE + "\n";
            case "html" -> "<!-- " + NOTICE + " -->\n";
            case "css" -> "/* " + NOTICE + " */\n";
            case "sql" -> "-- " + NOTICE + "\n";
            default -> "# " + NOTICE + "\n";
        };
    }

    @Override
    public Map<String, String> tests() {
        Map<String, List<String>> names = new TreeMap<>();
        for (String path : PlanFit.paths(plan)) {
            names.put(
                    path,
                    declared(PlanFit.modulesIn(plan, path)).stream()
                            .map(PythonSignature::qualifiedName)
                            .toList());
        }
        return StructureTests.of(names, isPlanOf(plan));
    }

    @Override
    public Fidelity fidelity() {
        return Fidelity.SCAFFOLD;
    }

    private String stubs(List<Plan.Module> modules) {
        StringBuilder text =
                new StringBuilder("\"\"\"" + NOTICE + "\n\n" + docText(plan.summary(), 100) + "\n\"\"\"\n");
        text.append("\nfrom __future__ import annotations\n");
        Map<String, StringBuilder> classes = new LinkedHashMap<>();
        for (PythonSignature s : declared(modules)) {
            if (s.owner().isEmpty()) {
                text.append("\n\n").append(stub(s.name(), s, "", s.parameters()));
                continue;
            }
            StringBuilder members = classes.computeIfAbsent(s.owner(), owner -> new StringBuilder());
            boolean isClass = s.name().isEmpty();
            if (!isClass || !s.parameters().isEmpty()) {
                members.append("\n").append(stub(isClass ? "__init__" : s.name(), s, "    ", withSelf(s.parameters())));
            }
        }
        classes.forEach((name, members) -> text.append("\n\nclass " + name + ":\n    \"\"\"Not implemented.\"\"\"\n")
                .append(members));
        return text.toString();
    }

    private static List<String> withSelf(List<String> parameters) {
        return Stream.concat(Stream.of("self"), parameters.stream()).toList();
    }

    private static String stub(String name, PythonSignature s, String indent, List<String> parameters) {
        return indent + "def " + name + "(" + String.join(", ", parameters) + "):\n" + indent + "    raise"
                + " NotImplementedError(\"" + s.qualifiedName() + " is not implemented\")\n";
    }

    /** What the modules declare, as far as it can be read, each name once. */
    private static List<PythonSignature> declared(List<Plan.Module> modules) {
        return List.copyOf(modules.stream()
                .flatMap(module -> module.functions().stream())
                .map(function -> PythonSignature.parse(function.signature()))
                .flatMap(Optional::stream)
                .collect(Collectors.toMap(
                        PythonSignature::qualifiedName, s -> s, (first, second) -> first, LinkedHashMap::new))
                .values());
    }

    private static String moduleName(String spec) {
        Set<String> salient = Words.of(spec).salient();
        Set<String> words = new LinkedHashSet<>();
        for (Matcher m = Pattern.compile("[A-Za-z]{3,20}").matcher(spec); m.find() && words.size() < 2; ) {
            String word = m.group().toLowerCase(Locale.ROOT);
            if (salient.contains(Words.stem(word)) && !word.startsWith("test")) {
                words.add(word);
            }
        }
        // One word alone may be the name of a module of the standard library.
        return words.size() == 2
                ? String.join("_", words)
                : words.isEmpty() ? "solution" : words.iterator().next() + "_scaffold";
    }

    private static Map<String, String> signatures(String spec) {
        Map<String, String> signatures = new LinkedHashMap<>();
        for (Matcher m = CALL.matcher(spec); m.find(); ) {
            PythonSignature.parse(m.group())
                    .filter(s -> s.owner().isEmpty() && !s.parameters().contains("*args"))
                    .ifPresent(s ->
                            signatures.putIfAbsent(s.name(), s.name() + "(" + String.join(", ", s.parameters()) + ")"));
        }
        if (signatures.isEmpty()) {
            for (Matcher m = TASK.matcher(spec); m.find(); ) {
                String name = (m.group(1) + "_" + m.group(2)).toLowerCase(Locale.ROOT);
                signatures.putIfAbsent(name, name + "(*args, **kwargs)");
            }
        }
        if (signatures.isEmpty()) {
            signatures.put("run", "run(*args, **kwargs)");
        }
        return signatures;
    }

    private static String excerpt(String text, int chars) {
        String line = text.strip().replaceAll("[\\s\\p{Cntrl}]+", " ");
        int end = line.offsetByCodePoints(0, Math.min(line.codePointCount(0, line.length()), chars));
        return end < line.length() ? line.substring(0, end) + "…" : line;
    }

    /** Text from outside, made harmless inside a docstring. */
    private static String docText(String text, int chars) {
        return excerpt(text, chars).replace('\\', '/').replace('"', '\'').replaceAll("[\\p{Cf}\\p{Co}\\p{Cs}]", "");
    }
}
