package dev.nexus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.mock.env.MockEnvironment;

/** Where figures are shown if nothing is said. */
class ManagementPortTest {

    private static final String PORT = "management.server.port";

    @Test
    void itIsTenAboveThatOfTheApi() {
        MockEnvironment environment = new MockEnvironment().withProperty("server.port", "8080");

        new ManagementPort().postProcessEnvironment(environment, new SpringApplication(GatewayApplication.class));

        assertThat(environment.getProperty(PORT)).isEqualTo("8090");
    }

    @Test
    void anyFreeOneBesideAnyFreeOne() {
        assertThat(ManagementPort.above(0)).isZero();
        assertThat(ManagementPort.above(-1)).isNull();
    }

    @Test
    void belowWhereNoPortIsAbove() {
        assertThat(ManagementPort.above(65_525)).isEqualTo(65_535);
        assertThat(ManagementPort.above(65_526)).isEqualTo(65_516);
    }

    @Test
    void whatIsSetStays() {
        MockEnvironment environment =
                new MockEnvironment().withProperty("server.port", "8080").withProperty(PORT, "-1");

        new ManagementPort().postProcessEnvironment(environment, new SpringApplication(GatewayApplication.class));

        assertThat(environment.getProperty(PORT)).isEqualTo("-1");
    }

    @Test
    void otherServicesOnTheClassPathKeepTheirs() {
        StandardEnvironment environment = new StandardEnvironment();

        new ManagementPort().postProcessEnvironment(environment, new SpringApplication(Object.class));

        assertThat(environment.containsProperty(PORT)).isFalse();
    }
}
