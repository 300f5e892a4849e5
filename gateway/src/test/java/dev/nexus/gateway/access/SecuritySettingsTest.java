package dev.nexus.gateway.access;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.contract.CannotStart;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecuritySettingsTest {

    @ParameterizedTest
    @CsvSource({
        "OFF,  false, 127.0.0.1",
        "OFF,  false, ::1",
        "OFF,  false, localhost",
        "OFF,  true,  0.0.0.0",
        "OFF,  true,",
        "KEYS, false, 0.0.0.0",
        "KEYS, false,",
        "JWT,  false, 0.0.0.0"
    })
    void theseMayStart(SecuritySettings.Mode mode, boolean allowOpen, @Nullable String address) {
        assertThatCode(() -> settings(mode, allowOpen).requireDoor(address)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0", "::", "192.0.2.1", ","})
    void aDoorToOthersIsNotOpenByAnAddressAlone(@Nullable String address) {
        assertThatThrownBy(() -> settings(SecuritySettings.Mode.OFF, false).requireDoor(address))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("nexus.security.mode")
                .hasMessageContaining("nexus.security.allow-open=true");
    }

    @Test
    void noOriginIsAWildcard() {
        assertThatThrownBy(() -> new SecuritySettings.Cors(List.of("*"))).hasMessageContaining("cors.origins has '*'");
    }

    private static SecuritySettings settings(SecuritySettings.Mode mode, boolean allowOpen) {
        return new SecuritySettings(
                mode,
                allowOpen,
                new SecuritySettings.Jwt("tenant"),
                new SecuritySettings.Session(Duration.ofHours(1)),
                new SecuritySettings.Cors(List.of()));
    }
}
