package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnsTest {

    @ParameterizedTest
    @CsvSource(textBlock = """
            '',            0
            abc,           3
            日本,           4
            한글,           4
            ｗ,            2
            e\u0301,       1
            café,          4
            😀,            2
            ❤️,            2
            שלום,          4
            """)
    void aCharacterTakesWhatATerminalGivesIt(String text, int columns) {
        assertThat(Columns.width(text)).isEqualTo(columns);
    }

    @Test
    void whatIsTooLongIsCutBetweenCharacters() {
        assertThat(Columns.fit("日本語", 6)).isEqualTo("日本語");
        assertThat(Columns.fit("日本語", 5)).isEqualTo("日本…");
        assertThat(Columns.fit("日本語", 4)).isEqualTo("日…");
        assertThat(Columns.fit("e\u0301e\u0301e\u0301", 2)).isEqualTo("e\u0301…");
        assertThat(Columns.fit("abc", 0)).isEmpty();
    }

    @Test
    void columnsStandBelowEachOther() {
        assertThat(Columns.left("日", 4) + "|").isEqualTo("日  |");
        assertThat(Columns.right("日", 4) + "|").isEqualTo("  日|");
        assertThat(Columns.left("日本語", 4) + "|").isEqualTo("日… |");
    }

    @Test
    void linesAreBrokenBetweenWords() {
        assertThat(Columns.wrap("a remedy is no good when it is cut", 12))
                .containsExactly("a remedy is", "no good when", "it is cut");
        assertThat(Columns.wrap("a https://example.com/long", 10)).containsExactly("a", "https://e…");
    }
}
