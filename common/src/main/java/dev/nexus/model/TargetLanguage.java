package dev.nexus.model;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The programming language that a specification demands, if it is another than Python. Most names are common words too,
 * so a name counts only where a language would stand: <em>in Java.</em>, <em>a Go program</em>, <em>language: Rust</em>.
 */
final class TargetLanguage {

    /** What may follow a language after <em>in</em>: the end of a clause, or a word that begins another. */
    private static final String THEN =
            "(?=\\s*(?:[.,;:!?()\\n\"'`]|\\d|$)|\\s+(?:that|which|with|using|and|to|for|please|by|"
                    + "only|as|on|where|so|not|code|under)\\b)";

    private static final String THING = "(?:programs?|librar(?:y|ies)|code|modules?|packages?|applications?|apps?|"
            + "class(?:es)?|functions?|scripts?|projects?|implementations?|crate|gem|tool|cli|service|api|server|interface|"
            + "struct|component|source|solution)\\b";

    /** What stands before <em>a Java program</em> that is to be written, unlike one that is to be read. */
    private static final String WANTED =
            "(?:^|[.!?:\\n]\\s*|\\b(?:write|create|build|implement|make|develop|need|want|me)\\s+)"
                    + "(?:(?:an?|some|the|me|small|simple|tiny|new|pure|modern|idiomatic|standalone|generic|reusable|clean)\\s+)*";

    private static final String WRITTEN =
            "\\b(?:written?|implement(?:ed|ation)?|coded?|program(?:med)?|develop(?:ed)?|built|"
                    + "done|made|library|program|solution|app|application|project|tool|it|this)\\s+in\\s+";
    private static final String LANGUAGE = "\\blanguage\\s*(?:is|:|=|must be|should be)\\s*";
    private static final String PORTED = "\\b(?:port|translate|rewrite)\\b[^.]{0,100}\\b(?:to|into)\\s+";

    private static final Language PYTHON = of("python", "python(?: ?3(?:\\.\\d+)?)?");
    private static final Pattern NOT_PYTHON = insensitive(
            "\\b(?:no|not|instead of|rather than|without|never)\\s+(?:in\\s+|using\\s+|be\\s+)?(?:a\\s+)?python\\b");

    /** Longer names come before those that they contain. */
    private static final List<Language> OTHERS = List.of(
            of("typescript", "typescript"),
            of("javascript", "java ?script|node\\.?js|ecmascript"),
            of("java", "java"),
            of("c++", "c\\+\\+|cpp"),
            of("c#", "c#|c sharp|csharp"),
            of("f#", "f#|f sharp"),
            of("objective-c", "objective-c"),
            of("go", "golang|go"),
            of("rust", "rust"),
            of("kotlin", "kotlin"),
            of("swift", "swift"),
            of("ruby", "ruby"),
            of("php", "php"),
            of("scala", "scala"),
            of("haskell", "haskell"),
            of("elixir", "elixir"),
            of("erlang", "erlang"),
            of("clojure", "clojure"),
            of("ocaml", "ocaml"),
            of("dart", "dart"),
            of("julia", "julia"),
            of("lua", "lua"),
            of("perl", "perl"),
            of("zig", "zig"),
            of("fortran", "fortran"),
            of("cobol", "cobol"),
            of("matlab", "matlab"),
            of("visual basic", "visual basic|vb\\.net"),
            of("bash", "bash|shell script|posix shell"),
            of("lisp", "(?:common )?lisp|scheme|racket"),
            of("prolog", "prolog"),
            of("assembly", "assembly|assembler"),
            ofLetter("c", "C"),
            ofLetter("r", "R"));

    private record Language(String name, Pattern demand) {
        boolean isDemandedBy(String spec) {
            return demand.matcher(spec).find();
        }
    }

    private TargetLanguage() {}

    /** The name of the demanded language in lower case; nothing if Python will do. */
    static Optional<String> otherThanPython(String spec) {
        if (PYTHON.isDemandedBy(spec) && !NOT_PYTHON.matcher(spec).find()) {
            return Optional.empty();
        }
        return OTHERS.stream()
                .filter(language -> language.isDemandedBy(spec))
                .map(Language::name)
                .findFirst();
    }

    private static Language of(String name, String alias) {
        String word = "(?:" + alias + ")(?![\\w+#])";
        return new Language(
                name,
                insensitive("\\b(?:in|using)\\s+(?:the\\s+|pure\\s+|plain\\s+|modern\\s+|idiomatic\\s+)?" + word + THEN
                        + "|" + WANTED + word + "\\s+(?:\\d[\\d.]*\\s+)?" + THING + "|" + LANGUAGE + word + "|" + PORTED
                        + word + THEN));
    }

    /** Names of one letter are also degrees, grades and notes, so they count in fewer places. */
    private static Language ofLetter(String name, String letter) {
        String word = "(?-i:" + letter + ")(?![\\w+#'’])";
        String atTheEnd =
                "\\b(?:implement|write|code|build|create|develop)\\b(?![^.!?\\n]{0,100}\\b(?:temperature|degree|"
                        + "fahrenheit|grade|vitamin|chord|tune|song))[^.!?\\n]{0,100}\\bin\\s+" + word
                        + "\\s*(?:[.!\\n]|$)";
        return new Language(
                name,
                insensitive(WRITTEN + "(?:plain\\s+|ansi\\s+)?" + word + THEN + "|" + WANTED + word + "\\s+" + THING
                        + "|" + LANGUAGE + word + "|" + atTheEnd));
    }

    private static Pattern insensitive(String regex) {
        return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
    }
}
