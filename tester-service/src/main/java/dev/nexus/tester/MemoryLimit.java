package dev.nexus.tester;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the {@link MemoryWall} of each sandbox, with a control group wherever this machine allows it. */
final class MemoryLimit implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MemoryLimit.class);

    private final SandboxSettings settings;
    private final @Nullable ControlGroups groups;

    private MemoryLimit(SandboxSettings settings, @Nullable ControlGroups groups) {
        this.settings = settings;
        this.groups = groups;
    }

    static MemoryLimit of(SandboxSettings settings) {
        ControlGroups groups = null;
        if (settings.cgroup() == SandboxSettings.Cgroup.AUTO) {
            try {
                groups = ControlGroups.open().orElse(null);
            } catch (IOException e) {
                LOG.warn("Sandboxes get no control groups", e);
            }
        }
        return new MemoryLimit(settings, groups);
    }

    /** What holds it, for people. */
    String means() {
        return groups == null ? "watched every 50 ms" : "watched every 50 ms, and a control group";
    }

    /** Where the groups are; empty where there are none. */
    Optional<Path> controlGroups() {
        return Optional.ofNullable(groups).map(ControlGroups::folder);
    }

    MemoryWall wall() throws SandboxUnavailable {
        try {
            return new MemoryWall(
                    settings.memory().toBytes(), groups == null ? null : groups.make(settings.memoryWithFiles()));
        } catch (IOException e) {
            throw new SandboxUnavailable("a control group for the sandbox cannot be made (" + e.getMessage()
                    + "); set nexus.tester.cgroup to off, or allow it again");
        }
    }

    @Override
    public void close() {
        if (groups != null) {
            groups.close();
        }
    }
}
