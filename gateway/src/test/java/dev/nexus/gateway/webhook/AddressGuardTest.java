package dev.nexus.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.contract.CannotStart;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What must not be reached, in every form in which one may try. */
class AddressGuardTest {

    private static final AddressGuard STRICT = AddressGuard.allowing(List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "10.255.255.255",
                "100.64.0.1",
                "100.127.255.255",
                "127.0.0.1",
                "127.255.255.254",
                "169.254.169.254",
                "169.254.0.1",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.1",
                "192.0.0.171",
                "192.0.2.1",
                "192.88.99.1",
                "192.168.0.1",
                "192.168.255.255",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.1",
                "203.0.113.1",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::127.0.0.1",
                "::8.8.8.8",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "::ffff:169.254.169.254",
                "64:ff9b::127.0.0.1",
                "64:ff9b::169.254.169.254",
                "64:ff9b::10.0.0.1",
                "64:ff9b:1::1",
                "100::1",
                "2001::1",
                "2001:0:4136:e378:8000:63bf:3fff:fdd2",
                "2001:db8::1",
                "2002:7f00:1::",
                "2002:a9fe:a9fe::1",
                "2002:c0a8:1::1",
                "3fff::1",
                "5f00::1",
                "fc00::1",
                "fd12:3456:789a::1",
                "fe80::1",
                "fec0::1",
                "ff02::1",
                "ff0e::1",
                "4000::1",
            })
    void whatIsNotPublicIsRefused(String address) {
        assertThat(STRICT.admits(InetAddress.ofLiteral(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.1",
                "169.253.255.255",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.1",
                "192.167.255.255",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "::ffff:8.8.8.8",
                "64:ff9b::8.8.8.8",
                "2002:808:808::1",
                "2606:4700:4700::1111",
                "2a00:1450:4001:81b::200e",
            })
    void whatIsPublicIsAdmitted(String address) {
        assertThat(STRICT.admits(InetAddress.ofLiteral(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.0.0.1.",
                "127.1",
                "2130706433",
                "0x7f000001",
                "0x7f.0.0.1",
                "017700000001",
                "0177.0.0.1",
                "0",
                "10.1",
                "localhost",
                "localhost.",
                "LOCALHOST",
                "[::1]",
                "[::ffff:7f00:1]",
                "0xa9fea9fe",
                "2852039166",
                "0251.0376.0251.0376",
                "[fe80::1]",
            })
    void noNotationOfAHostLeadsAround(String host) {
        var resolver = new GuardedResolver(STRICT);

        assertThatThrownBy(() -> resolver.admitted(host)).isInstanceOf(UnknownHostException.class);
    }

    @Test
    void whatTheOperatorAllowsIsAdmittedAndNothingBesides() {
        var guard = AddressGuard.allowing(List.of("10.1.0.0/16", "fd00:1::/32", "127.0.0.1/32"));

        assertThat(List.of("10.1.2.3", "fd00:1:2::3", "127.0.0.1"))
                .allMatch(address -> guard.admits(InetAddress.ofLiteral(address)));
        assertThat(List.of("10.2.0.0", "fd00:2::1", "127.0.0.2", "169.254.169.254"))
                .noneMatch(address -> guard.admits(InetAddress.ofLiteral(address)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.0", "10.0.0.0/33", "10.0/8", "example.com/8", "::1/129", "10.0.0.0/-1", "x"})
    void whatIsNoNetworkEndsTheStartWithTheSetting(String network) {
        assertThatThrownBy(() -> AddressGuard.allowing(List.of(network)))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("nexus.webhooks.allowed-networks");
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "https://example.com/hooks?a=b; ",
                "https://example.com:8443; ",
                "https://1.1.1.1/; ",
                "https://[2606:4700:4700::1111]/; ",
                "http://example.com/; https://",
                "ftp://example.com/; https://",
                "file:///etc/passwd; https://",
                "example.com; https://",
                "https://me:secret@example.com/; no user or password",
                "https://example.com/#here; no fragment",
                "https:///hooks; must name a host",
                "https://exämple.com/; in ASCII",
                "https://exa mple.com/; must be a URL",
                "https://127.0.0.1/; not public",
                "https://localhost/; not public",
                "https://a.localhost/; not public",
                "https://LOCALHOST./; not public",
                "https://[::1]/; not public",
                "https://[::ffff:169.254.169.254]/; not public",
                "https://169.254.169.254/latest/meta-data; not public",
                "https://127.1/; must name a host",
                "https://2130706433/; not public",
                "https://0x7f.1/; must name a host",
                "https://example.com:0/; must name a host",
                "https://example.com:65536/; must name a host",
            },
            delimiter = ';')
    void aUrlThatCannotBeRightIsRefusedAtOnce(String url, String problem) {
        String found = new Target(STRICT, false).problemWith(url);

        if (problem == null) {
            assertThat(found).isNull();
        } else {
            assertThat(found).contains(problem);
        }
    }

    @Test
    void httpIsTakenWhereTheOperatorAllowsIt() {
        assertThat(new Target(STRICT, true).problemWith("http://example.com/")).isNull();
        assertThat(new Target(STRICT, true).problemWith("http://127.0.0.1/")).contains("not public");
    }

    @Test
    void aUrlHasALimit() {
        String url = "https://example.com/" + "a".repeat(Target.URL_CHARS);

        assertThat(new Target(STRICT, false).problemWith(url)).contains("2000 characters");
    }
}
