package dev.nexus.model;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The programming language that a specification demands, if it is another than Python. Many are common words too, so a
 * name counts only where a language would stand: <em>in Java.</em>, <em>a Go program</em>.
 */
final class TargetLanguage {

    private static final String FOLLOWED = "(?=\\s*(?:[.,;:!?()\\n\"'`]|$|\\d)"
            + "|\\s+(?:[\\d(]|(?:that|with|using|which|and|to|for|please|by|only|as|on|where|so|not|code|it|language|"
            + "programming|version|please|under|implementing|program|function|library|class|module|script|package|"
            + "application|app|tool|cli|service)\\b))";
    private static final String THING =
            "(?:programs?|librar(?:y|ies)|code|modules?|packages?|applications?|app|class(?:es)?"
                    + "|functions?|scripts?|projects?|implementations?|crate|gem|tool|cli|service|api|server|interface|struct"
                    + "|component|source|solution|method|language|programming)\\b";
    private static final String MAKE = "(?:^|[.!?:\\n]\\s*|\\b(?:an?|some|the|me|as|small|simple|tiny|new|pure|modern|"
            + "idiomatic|write|create|build|implement|make|develop|need|want|standalone|generic|reusable|clean)\\s+)";
    private static final String WRITTEN =
            "(?:writ(?:e|ten|ing)|implement(?:ed|ation)?|cod(?:e|ed|ing)|program(?:med|ming)?"
                    + "|develop(?:ed)?|buil[dt]|done|made|creat(?:e|ed)|library|solution|app|application|project|tool)";

    private static final Pattern PYTHON = Pattern.compile(
            "\\b(?:in|using|with|for|as|a|pure|plain|modern|idiomatic|small|simple|tiny|new)\\s+(?:an?\\s+|the\\s+)?python\\b"
                    + "|\\bpython\\s*(?:3[.\\d]*\\s*)?" + THING
                    + "|\\bpythonic\\b|\\blanguage\\s*(?:is|:|=)\\s*python\\b",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern NOT_PYTHON = Pattern.compile(
            "\\b(?:no|not|instead of|rather than|without|never)\\s+(?:in\\s+|using\\s+|be\\s+)?(?:a\\s+)?python\\b",
            Pattern.CASE_INSENSITIVE);

    private static final List<Language> LANGUAGES = List.of(
            plain("typescript", "typescript"),
            plain("javascript", "java ?script|node\\.?js|ecmascript"),
            plain("c++", "c\\+\\+|cpp"),
            plain("c#", "c#|c sharp|csharp"),
            plain("f#", "f#|f sharp"),
            plain("go", "golang"),
            plain("kotlin", "kotlin"),
            plain("php", "php"),
            plain("haskell", "haskell"),
            plain("ocaml", "ocaml"),
            plain("erlang", "erlang"),
            plain("clojure", "clojure"),
            plain("fortran", "fortran"),
            plain("cobol", "cobol"),
            plain("matlab", "matlab"),
            plain("visual basic", "visual basic|vb\\.net"),
            plain("objective-c", "objective-c"),
            plain("bash", "bash|shell script|posix shell"),
            plain("perl", "perl"),
            plain("java", "java"),
            plain("go", "go"),
            plain("rust", "rust"),
            plain("swift", "swift"),
            plain("ruby", "ruby"),
            plain("scala", "scala"),
            plain("elixir", "elixir"),
            plain("dart", "dart"),
            plain("julia", "julia"),
            plain("lua", "lua"),
            plain("zig", "zig"),
            plain("nim", "nim"),
            plain("lisp", "(?:common )?lisp|scheme|racket"),
            plain("prolog", "prolog"),
            plain("assembly", "assembly|assembler"),
            strict("c", "C"),
            strict("r", "R"));

    private record Language(String name, List<Pattern> demands) {
        boolean isDemandedBy(String spec) {
            return demands.stream().anyMatch(pattern -> pattern.matcher(spec).find());
        }
    }

    private TargetLanguage() {}

    /** The name of the demanded language in lower case, or nothing if Python will do. */
    static Optional<String> otherThanPython(String spec) {
        boolean python =
                PYTHON.matcher(spec).find() && !NOT_PYTHON.matcher(spec).find();
        return LANGUAGES.stream()
                .filter(language -> python ? false : language.isDemandedBy(spec))
                .map(Language::name)
                .findFirst();
    }

    private static Language plain(String name, String alias) {
        String word = "(?:" + alias + ")";
        return new Language(
                name,
                List.of(
                        insensitive("\\b(?:in|using)\\s+(?:the\\s+)?" + word + "(?![\\w+#])" + FOLLOWED),
                        insensitive(MAKE + word + "\\s+(?:[\\d.]+\\s+)?" + THING),
                        insensitive(WRITTEN + "\\s+(?:it\\s+|this\\s+)?in\\s+" + word
                                + "(?![\\w+#])(?!\\s+\\p{Ll}+ing\\b)" + FOLLOWED),
                        insensitive("\\b(?:target|programming)?\\s*language\\s*(?:is|:|=|must be|should be)\\s*" + word
                                + "(?![\\w+#])"),
                        insensitive("\\b(?:port|translate|rewrite|convert)\\b[^.]*\\b(?:to|into)\\s+" + word
                                + "\\s*(?:[.!\\n]|$)")));
    }

    /** For names of one letter, which are also degrees, notes and grades. */
    private static Language strict(String name, String word) {
        String exact = "(?-i:" + word + ")(?![\\w+#'’])";
        return new Language(
                name,
                List.of(
                        insensitive("\\b" + WRITTEN + "\\s+(?:it\\s+|this\\s+)?in\\s+(?:plain\\s+|ansi\\s+)?" + exact
                                + FOLLOWED),
                        insensitive(MAKE + exact + "\\s+" + THING),
                        insensitive("\\blanguage\\s*(?:is|:|=)\\s*" + exact)));
    }

    private static Pattern insensitive(String regex) {
        return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
    }
}
