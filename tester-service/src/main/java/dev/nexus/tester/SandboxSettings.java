package dev.nexus.tester;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What tests may use while they run.
 *
 * @param concurrency sandboxes that run at once; 0 means one per processor
 * @param warm sandboxes that wait for a job, started ahead; by default as many as run at once
 * @param timeLimit for all tests of one run together, by the clock
 * @param memory of all processes of one run together, and address space of each
 * @param cgroup whether the kernel's control groups may bound the memory too
 * @param processes processes and threads of one run together
 * @param workArea size of the job's folder and of {@code /tmp}, each; kept in memory
 * @param files files and folders of one run, all together
 * @param fileSize of each file that a test writes
 * @param openFiles descriptors of each process
 * @param output what tests may print in all
 * @param interpreter the Python that is tried first; inside {@code /usr} or the venv, for the sandbox sees nothing else
 * @param venv a folder that the sandbox sees too, at the same path, with a Python and the libraries that tests may use
 * @param uid user and group that the sandbox belongs to when Nexus itself runs as root; nothing else should use it
 */
@Validated
@ConfigurationProperties("nexus.tester")
record SandboxSettings(
        @DefaultValue("0") @Min(0) @Max(256) int concurrency,
        @Nullable @Min(0) @Max(256) Integer warm,

        @DefaultValue("60s") @DurationMin(seconds = 1) @DurationMax(hours = 1)
        Duration timeLimit,

        @DefaultValue("512MB") DataSize memory,
        @DefaultValue("auto") Cgroup cgroup,
        @DefaultValue("64") @Min(4) @Max(4096) int processes,
        @DefaultValue("64MB") DataSize workArea,
        @DefaultValue("10000") @Min(100) @Max(1_000_000) int files,
        @DefaultValue("16MB") DataSize fileSize,
        @DefaultValue("256") @Min(32) @Max(4096) int openFiles,
        @DefaultValue("1MB") DataSize output,
        @Nullable Path interpreter,
        @Nullable Path venv,
        @DefaultValue("64321") @Min(1) @Max(2_000_000_000) int uid) {

    SandboxSettings {
        requireBetween("memory", memory, LEAST_MEMORY, DataSize.ofGigabytes(64));
        requireBetween("work-area", workArea, DataSize.ofMegabytes(2), DataSize.ofGigabytes(16));
        requireBetween("file-size", fileSize, DataSize.ofMegabytes(1), DataSize.ofGigabytes(16));
        requireAbsolute("interpreter", interpreter);
        requireAbsolute("venv", venv);
        requireBetween("output", output, DataSize.ofKilobytes(1), DataSize.ofMegabytes(64));
    }

    /** Python with pytest takes about 60 MB of address space before the first test. */
    private static final DataSize LEAST_MEMORY = DataSize.ofMegabytes(128);

    /** Size of {@code /dev/shm}. */
    static final DataSize SHARED_MEMORY = DataSize.ofMegabytes(16);

    /** For what the kernel itself keeps for a sandbox, and for the few programs that start it. */
    private static final DataSize OF_THE_KERNEL = DataSize.ofMegabytes(32);

    /** Whether control groups are used. */
    enum Cgroup {
        /** Where one can be made. */
        AUTO,
        OFF
    }

    /** Bytes that a sandbox takes at most, with its files, which are in memory too. */
    long memoryWithFiles() {
        return memory.toBytes() + 2 * workArea.toBytes() + SHARED_MEMORY.toBytes() + OF_THE_KERNEL.toBytes();
    }

    /** The same with as little memory as can be set, and processes enough to use it up together. */
    SandboxSettings withLeastMemory() {
        return new SandboxSettings(
                concurrency,
                0,
                timeLimit,
                LEAST_MEMORY,
                cgroup,
                Math.max(processes, 32),
                workArea,
                files,
                fileSize,
                openFiles,
                output,
                interpreter,
                venv,
                uid);
    }

    /** Sandboxes that run at once. */
    int slots() {
        return concurrency > 0 ? concurrency : Runtime.getRuntime().availableProcessors();
    }

    /** Sandboxes that wait for a job. */
    int waiting() {
        return warm != null ? warm : slots();
    }

    private static void requireBetween(String key, DataSize value, DataSize least, DataSize most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException("nexus.tester." + key + " is " + sayable(value) + "; set it between "
                    + sayable(least) + " and " + sayable(most));
        }
    }

    private static void requireAbsolute(String key, @Nullable Path path) {
        if (path != null && !path.isAbsolute()) {
            throw new IllegalArgumentException("nexus.tester." + key + " is " + path + "; set it to an absolute path");
        }
    }

    /** A size as people write it. */
    static String sayable(DataSize size) {
        long bytes = size.toBytes();
        if (bytes % (1 << 20) == 0) {
            return (bytes >> 20) + " MB";
        }
        return bytes % (1 << 10) == 0 ? (bytes >> 10) + " kB" : bytes + " bytes";
    }
}
