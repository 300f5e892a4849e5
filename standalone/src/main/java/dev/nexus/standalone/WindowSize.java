package dev.nexus.standalone;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How large the terminal is on which this process writes, asked of the kernel each time, as people resize windows. By
 * hand: terminal libraries take the whole terminal over to tell this, and wait for what it answers.
 */
record WindowSize(int columns, int rows) {

    private static final int STANDARD_OUTPUT = 1;
    /** {@code TIOCGWINSZ} of {@code ioctl_tty(2)}. */
    private static final long ASK_ON_LINUX = 0x5413;

    private static final long ASK_ON_MAC = 0x40087468;
    private static final int BYTES = 8;

    private static final @Nullable MethodHandle IOCTL = find();

    /** Empty if the standard output is no terminal, or this system is not known. */
    static Optional<WindowSize> ofStandardOutput() {
        if (IOCTL == null) {
            return Optional.empty();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(BYTES);
            int failed = (int) IOCTL.invokeExact(STANDARD_OUTPUT, question(), answer);
            return failed == 0
                    ? Optional.of(new WindowSize(
                            Short.toUnsignedInt(answer.get(ValueLayout.JAVA_SHORT, 2)),
                            Short.toUnsignedInt(answer.get(ValueLayout.JAVA_SHORT, 0))))
                    : Optional.empty();
        } catch (Throwable e) { // what invokeExact declares
            throw new IllegalStateException("ioctl cannot be called", e);
        }
    }

    private static boolean isMac() {
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("mac");
    }

    private static long question() {
        return isMac() ? ASK_ON_MAC : ASK_ON_LINUX;
    }

    @SuppressWarnings("restricted") // the script allows it
    private static @Nullable MethodHandle find() {
        boolean known = isMac() || System.getProperty("os.name", "").equals("Linux");
        Linker linker = Linker.nativeLinker();
        return !known
                ? null
                : linker.defaultLookup()
                        .find("ioctl")
                        .map(ioctl -> linker.downcallHandle(
                                ioctl,
                                FunctionDescriptor.of(
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_LONG,
                                        ValueLayout.ADDRESS),
                                Linker.Option.firstVariadicArg(2)))
                        .orElse(null);
    }
}
