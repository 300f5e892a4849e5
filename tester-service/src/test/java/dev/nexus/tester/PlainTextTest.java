package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlainTextTest {

    @Test
    void terminalSequencesAndControlCharactersAreDropped() {
        String odd = "\u001B[1;31mred\u001B[0m\u001B]0;title\u0007 a\u0000b\r\nc\td\u009B\uD800\u202Ee";

        assertThat(PlainText.of(odd)).isEqualTo("red ab\nc\tde");
    }

    @Test
    void lettersOfAllKindsStay() {
        assertThat(PlainText.of("é漢😀")).isEqualTo("é漢😀");
    }

    @Test
    void aLineHasNoLineEndsAndItsLength() {
        assertThat(PlainText.line(" a\n  b\tc ", 10)).isEqualTo("a b c");
        assertThat(PlainText.line("abcdef", 6)).isEqualTo("abcdef");
        assertThat(PlainText.line("abcdefg", 6)).isEqualTo("abcde…");
        assertThat(PlainText.line("abcd😀fg", 6)).isEqualTo("abcd…");
    }

    @Test
    void anEndHasItsLength() {
        assertThat(PlainText.end("abcdef", 6)).isEqualTo("abcdef");
        assertThat(PlainText.end("abcdefg", 6)).isEqualTo("…cdefg");
        assertThat(PlainText.end("ab😀defg", 6)).isEqualTo("…defg");
    }
}
