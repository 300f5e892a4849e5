package dev.nexus.tester;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** @param enabled whether tests that passed are looked at closer */
@ConfigurationProperties("nexus.tester.scrutiny")
record ScrutinySettings(@DefaultValue("true") boolean enabled) {}
