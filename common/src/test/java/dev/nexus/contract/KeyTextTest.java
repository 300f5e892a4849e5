package dev.nexus.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTextTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "0198c5a2-7c00-7000-8000-000000000001", "größer 𝄞 \0 ﻿"})
    void whatIsUtf8ReadsAsThatText(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

        String read = KeyText.read(bytes);

        assertThat(read).isEqualTo(text);
        assertThat(KeyText.write(read)).isEqualTo(bytes);
    }

    @Test
    void anyBytesComeOutAsTheyWentIn() {
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(12)];
            for (int j = 0; j < bytes.length; j++) { // many lead and continuation bytes, cut off and out of place
                bytes[j] = (byte) (random.nextBoolean() ? 0x80 + random.nextInt(128) : random.nextInt(256));
            }

            assertThat(KeyText.write(KeyText.read(bytes))).isEqualTo(bytes);
        }
    }

    @Test
    void differentKeysReadAsDifferentTexts() {
        assertThat(KeyText.read(new byte[] {(byte) 0xff})).isNotEqualTo(KeyText.read(new byte[] {(byte) 0xfe}));
    }

    @Test
    void noKeyIsNone() {
        assertThat(new KeyText.FromBytes().deserialize("topic", null)).isNull();
        assertThat(new KeyText.ToBytes().serialize("topic", null)).isNull();
    }
}
