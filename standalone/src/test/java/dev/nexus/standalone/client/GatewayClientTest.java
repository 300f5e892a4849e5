package dev.nexus.standalone.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is said of a gateway that is there and takes too long. */
class GatewayClientTest {

    @Test
    void aGatewayThatIsSlowIsNotTakenForOneThatIsNotThere() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                var gateway = new GatewayClient(
                        URI.create("http://127.0.0.1:" + silent.getLocalPort()), Duration.ofSeconds(1))) {

            GatewayException failure =
                    catchThrowableOfType(GatewayException.class, () -> gateway.usage(Map.of("by", "model")));

            assertThat(failure.reason()).isEqualTo(GatewayException.Reason.UNAVAILABLE);
            assertThat(failure)
                    .hasMessage("http://127.0.0.1:" + silent.getLocalPort()
                            + " did not answer /usage within 1 s; look into its log, ask again, or for less");
        }
    }
}
