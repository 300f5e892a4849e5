package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DotEnvTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    KEY=value            | value
                    export KEY=value     | value
                      KEY = a b c        | a b c
                    KEY=a#b              | a#b
                    KEY=a # comment      | a
                    KEY="a # b" # c      | a # b
                    KEY='a "b" \\n' # c  | a "b" \\n
                    KEY="a \\"b\\" \\\\" | a "b" \\
                    KEY=sk=a==           | sk=a==
                    KEY=#                | ``
                    KEY=                 | ``
                    KEY=""               | ``
                    """)
    void aValueIsWhatItSays(String line, String value) {
        assertThat(DotEnv.parse(List.of(line))).isEqualTo(Map.of("KEY", value));
    }

    @Test
    void doubleQuotesMayHoldLineBreaks() {
        assertThat(DotEnv.parse(List.of("KEY=\"a\\nb\""))).isEqualTo(Map.of("KEY", "a\nb"));
    }

    @Test
    void commentsBlankLinesAndTheByteOrderMarkAreSkippedAndTheLastValueWins() {
        assertThat(DotEnv.parse(List.of("\uFEFF# hello", "", "  # more", "A=1", "B=2", "A=3")))
                .isEqualTo(Map.of("A", "3", "B", "2"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"secret", "1A=secret", "A=\"secret", "A='secret"})
    void aLineThatCannotBeReadIsNamedButNotShown(String line) {
        assertThatThrownBy(() -> DotEnv.parse(List.of("A=1", line)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line 2")
                .hasMessageNotContaining("secret");
    }

    @Test
    void aFolderNeedsNoFile(@TempDir Path folder) {
        assertThat(DotEnv.in(folder)).isEmpty();
    }

    @Test
    void theEnvironmentWins(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve(".env"), "A=file\nB=file\n");

        assertThat(Shell.overlay(DotEnv.in(folder), Map.of("A", "environment")))
                .isEqualTo(Map.of("A", "environment", "B", "file"));
    }
}
