package dev.nexus.model;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Tests that show only that files and names exist, and say so: all that the offline model can test of strange code. */
final class StructureTests {

    private static final String PATH = "tests/test_structure_only.py";
    private static final Pattern MODULE = Pattern.compile("[A-Za-z_]\\w*(/[A-Za-z_]\\w*)*\\.py");
    private static final Pattern TOP_LEVEL =
            Pattern.compile("^(?:async\\s+def|def|class)\\s+([A-Za-z]\\w*)", Pattern.MULTILINE);

    private record Member(String module, String name) {}

    private StructureTests() {}

    /** @param files path to content */
    static Map<String, String> of(Map<String, String> files) {
        Map<String, List<String>> names = new TreeMap<>();
        files.forEach((path, content) -> names.put(
                path,
                TOP_LEVEL
                        .matcher(content)
                        .results()
                        .map(m -> m.group(1))
                        .distinct()
                        .toList()));
        return of(names, false);
    }

    /**
     * @param names path to what its module declares
     * @param areStubs whether all that is declared is known to raise NotImplementedError
     */
    static Map<String, String> of(Map<String, List<String>> names, boolean areStubs) {
        Map<String, List<String>> sorted = new TreeMap<>(names);
        List<String> modules = sorted.keySet().stream()
                .filter(StructureTests::isImportable)
                .map(StructureTests::module)
                .toList();
        List<Member> members = sorted.entrySet().stream()
                .filter(entry -> isImportable(entry.getKey()))
                .flatMap(entry -> entry.getValue().stream().map(name -> new Member(module(entry.getKey()), name)))
                .toList();
        return Map.of(
                PATH,
                OfflineResource.template("structure.py.mustache")
                        .execute(Map.of(
                                "files",
                                List.copyOf(sorted.keySet()),
                                "modules",
                                modules,
                                "hasModules",
                                !modules.isEmpty(),
                                "members",
                                members,
                                "hasMembers",
                                !members.isEmpty(),
                                "hasStubs",
                                areStubs && !members.isEmpty())));
    }

    private static boolean isImportable(String path) {
        return MODULE.matcher(path).matches()
                && Arrays.stream(path.split("[/.]", -1)).noneMatch(PythonSignature::isKeyword);
    }

    private static String module(String path) {
        return path.replaceAll("(/__init__)?\\.py$", "").replace('/', '.');
    }
}
