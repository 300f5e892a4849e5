package dev.nexus.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTest {

    private static final String FACE = "\uD83D\uDE00";

    @Test
    void shortTextsStayWhole() {
        assertThat(Text.first(3, "abc")).isEqualTo("abc");
        assertThat(Text.last(3, "abc")).isEqualTo("abc");
    }

    @Test
    void longTextsAreCut() {
        assertThat(Text.first(2, "abc")).isEqualTo("ab");
        assertThat(Text.last(2, "abc")).isEqualTo("bc");
    }

    @Test
    void noCharacterIsSplit() {
        assertThat(Text.first(2, "a" + FACE)).isEqualTo("a");
        assertThat(Text.last(2, FACE + "a")).isEqualTo("a");
    }
}
