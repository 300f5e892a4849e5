package dev.nexus.contract;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.annotation.Order;

/** Says in one line, without a stack trace, why a service does not start, where Nexus knows. */
@Order(0) // before Spring Boot's own, which has none
final class StartFailureReporter implements SpringBootExceptionReporter {

    private static final Logger log = LoggerFactory.getLogger(StartFailureReporter.class);

    private final boolean alone;
    private final String name;

    /** @param context that was to be started; the process of one that is among others says it for all of them */
    StartFailureReporter(ConfigurableApplicationContext context) {
        this.alone = context.getParent() == null;
        this.name = context.getEnvironment().getProperty("spring.application.name", "this service");
    }

    @Override
    public boolean reportException(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CannotStart reason) {
                if (alone) {
                    log.error("{} cannot start: {}", name, reason.getMessage());
                }
                log.debug("The failure", failure);
                return true;
            }
        }
        return false;
    }
}
