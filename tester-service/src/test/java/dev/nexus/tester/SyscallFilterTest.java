package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.tester.SyscallFilter.Architecture;
import dev.nexus.tester.SyscallFilter.Instruction;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs the filter as the kernel would, call by call. */
class SyscallFilterTest {

    private static final int X86 = 0xc000_003e;
    private static final int I386 = 0x4000_0003;
    private static final int ARM64 = 0xc000_00b7;
    private static final int ARM = 0x4000_0028;

    /** BPF_MAXINSNS. */
    private static final int LONGEST = 4096;

    /** What the kernel would do. */
    private static String fateOf(Architecture by, int machine, long number, long... arguments) {
        List<Instruction> program = SyscallFilter.of(by);
        int a = 0;
        for (int at = 0; ; at++) {
            Instruction step = program.get(at);
            int k = step.operand();
            switch (step.code()) {
                case 0x20 -> a = word(k, machine, (int) number, arguments);
                case 0x54 -> a &= k;
                case 0x15 -> at += a == k ? step.ifTrue() : step.ifFalse();
                case 0x25 -> at += Integer.compareUnsigned(a, k) > 0 ? step.ifTrue() : step.ifFalse();
                case 0x35 -> at += Integer.compareUnsigned(a, k) >= 0 ? step.ifTrue() : step.ifFalse();
                case 0x45 -> at += (a & k) != 0 ? step.ifTrue() : step.ifFalse();
                case 0x06 -> {
                    return switch (k) {
                        case 0x7fff_0000 -> "allow";
                        case 0x8000_0000 -> "kill";
                        case 0x5_0001 -> "EPERM";
                        case 0x5_0026 -> "ENOSYS";
                        case 0x5_005d -> "EPROTONOSUPPORT";
                        case 0x5_0061 -> "EAFNOSUPPORT";
                        default -> throw new AssertionError("no action: " + Integer.toHexString(k));
                    };
                }
                default -> throw new AssertionError("no step: " + step);
            }
        }
    }

    private static int word(int offset, int machine, int number, long... arguments) {
        return switch (offset) {
            case 0 -> number;
            case 4 -> machine;
            default -> {
                assertThat(offset).isGreaterThanOrEqualTo(16).isLessThan(64);
                assertThat(offset % 4).isZero();
                int index = (offset - 16) / 8;
                long value = index < arguments.length ? arguments[index] : 0;
                yield (int) (offset % 8 == 0 ? value : value >>> 32);
            }
        };
    }

    private static String fate(Architecture machine, long number, long... arguments) {
        return fateOf(machine, machine == Architecture.X86_64 ? X86 : ARM64, number, arguments);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        // name, on x86_64, on aarch64
        "mount, 165, 40",
        "umount2, 166, 39",
        "pivot_root, 155, 41",
        "chroot, 161, 51",
        "open_tree, 428, 428",
        "move_mount, 429, 429",
        "fsopen, 430, 430",
        "mount_setattr, 442, 442",
        "unshare, 272, 97",
        "setns, 308, 268",
        "ptrace, 101, 117",
        "process_vm_readv, 310, 270",
        "process_vm_writev, 311, 271",
        "pidfd_getfd, 438, 438",
        "bpf, 321, 280",
        "io_uring_setup, 425, 425",
        "io_uring_enter, 426, 426",
        "io_uring_register, 427, 427",
        "userfaultfd, 323, 282",
        "perf_event_open, 298, 241",
        "seccomp, 317, 277",
        "add_key, 248, 217",
        "request_key, 249, 218",
        "keyctl, 250, 219",
        "memfd_create, 319, 279",
        "memfd_secret, 447, 447",
        "shmget, 29, 194",
        "semget, 64, 190",
        "msgget, 68, 186",
        "mq_open, 240, 180",
        "open_by_handle_at, 304, 265",
        "kexec_load, 246, 104",
        "kexec_file_load, 320, 294",
        "init_module, 175, 105",
        "finit_module, 313, 273",
        "delete_module, 176, 106",
        "reboot, 169, 142",
        "swapon, 167, 224",
        "clock_settime, 227, 112",
        "syslog, 103, 116",
    })
    void whatLeadsOutIsRefused(String name, int onX86, int onArm) {
        assertThat(fate(Architecture.X86_64, onX86)).isEqualTo("EPERM");
        assertThat(fate(Architecture.AARCH64, onArm)).isEqualTo("EPERM");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "read, 0, 63",
        "write, 1, 64",
        "openat, 257, 56",
        "close, 3, 57",
        "mmap, 9, 222",
        "mprotect, 10, 226",
        "futex, 202, 98",
        "execve, 59, 221",
        "wait4, 61, 260",
        "exit_group, 231, 94",
        "kill, 62, 129",
        "pidfd_open, 434, 434",
        "connect, 42, 203",
        "getpid, 39, 172",
        "rseq, 334, 293",
        "prlimit64, 302, 261",
        "close_range, 436, 436",
        "futex_waitv, 449, 449",
    })
    void whatProgramsNeedIsAllowed(String name, int onX86, int onArm) {
        assertThat(fate(Architecture.X86_64, onX86)).isEqualTo("allow");
        assertThat(fate(Architecture.AARCH64, onArm)).isEqualTo("allow");
    }

    @ParameterizedTest
    @CsvSource({
        "0x00000011, allow", // fork: SIGCHLD
        "0x003d0f00, allow", // a thread
        "0x00004111, allow", // vfork
        "0x00020011, EPERM", // CLONE_NEWNS
        "0x02000011, EPERM", // CLONE_NEWCGROUP
        "0x04000011, EPERM", // CLONE_NEWUTS
        "0x08000011, EPERM", // CLONE_NEWIPC
        "0x10000011, EPERM", // CLONE_NEWUSER
        "0x20000011, EPERM", // CLONE_NEWPID
        "0x40000011, EPERM", // CLONE_NEWNET
        "0x7e020011, EPERM",
    })
    void aProcessMayHaveChildrenButNoNamespace(String flags, String fate) {
        assertThat(fate(Architecture.X86_64, 56, Long.decode(flags))).isEqualTo(fate);
        assertThat(fate(Architecture.AARCH64, 220, Long.decode(flags))).isEqualTo(fate);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 0, allow", // AF_UNIX
        "1, 5, 0, allow",
        "2, 1, 0, allow", // AF_INET
        "2, 0x80801, 6, allow", // SOCK_CLOEXEC | SOCK_NONBLOCK
        "10, 2, 17, allow", // AF_INET6
        "2, 3, 1, EPERM", // SOCK_RAW
        "2, 0x80003, 255, EPERM",
        "10, 3, 58, EPERM",
        "2, 10, 768, EPERM", // SOCK_PACKET
        "2, 5, 132, EPERM", // SCTP
        "2, 2, 1, EPROTONOSUPPORT", // ping
        "2, 1, 262, EPROTONOSUPPORT", // MPTCP
        "0, 1, 0, EAFNOSUPPORT",
        "16, 3, 0, EAFNOSUPPORT", // netlink
        "17, 3, 0, EAFNOSUPPORT", // packet
        "29, 3, 1, EAFNOSUPPORT", // CAN
        "31, 1, 0, EAFNOSUPPORT", // Bluetooth
        "38, 5, 0, EAFNOSUPPORT", // the kernel's ciphers
        "40, 1, 0, EAFNOSUPPORT", // vsock
        "44, 3, 0, EAFNOSUPPORT", // XDP
    })
    void onlySocketsOfThisKindAreThere(int family, String type, int protocol, String fate) {
        assertThat(fate(Architecture.X86_64, 41, family, Long.decode(type), protocol))
                .isEqualTo(fate);
        assertThat(fate(Architecture.AARCH64, 198, family, Long.decode(type), protocol))
                .isEqualTo(fate);
    }

    @Test
    void theUpperHalvesOfArgumentsAreWhatTheKernelIgnores() {
        assertThat(fate(Architecture.X86_64, 41, 0x1_0000_0028L, 1, 0)).isEqualTo("EAFNOSUPPORT");
        assertThat(fate(Architecture.X86_64, 16, 0, 0x1_0000_5412L)).isEqualTo("EPERM");
    }

    @Test
    void pairsOfSocketsStayInside() {
        assertThat(fate(Architecture.X86_64, 53, 1)).isEqualTo("allow");
        assertThat(fate(Architecture.X86_64, 53, 30)).isEqualTo("EAFNOSUPPORT"); // TIPC
        assertThat(fate(Architecture.AARCH64, 199, 30)).isEqualTo("EAFNOSUPPORT");
    }

    @ParameterizedTest
    @CsvSource({"0x5412, EPERM", "0x541c, EPERM", "0x5401, allow", "0x5413, allow"})
    void nothingIsTypedIntoATerminal(String request, String fate) {
        assertThat(fate(Architecture.X86_64, 16, 0, Long.decode(request))).isEqualTo(fate);
        assertThat(fate(Architecture.AARCH64, 29, 0, Long.decode(request))).isEqualTo(fate);
    }

    @ParameterizedTest
    @CsvSource({"0010600, allow", "0140600, allow", "0100600, allow", "0020600, EPERM", "0060600, EPERM"})
    void filesMayBeMadeButNoDevices(String mode, String fate) {
        assertThat(fate(Architecture.X86_64, 133, 0, Long.decode(mode))).isEqualTo(fate);
        assertThat(fate(Architecture.X86_64, 259, 0, 0, Long.decode(mode))).isEqualTo(fate);
        assertThat(fate(Architecture.AARCH64, 33, 0, 0, Long.decode(mode))).isEqualTo(fate);
    }

    @Test
    void theFilterStaysTheOnlyOneAndTheLayoutOfMemoryRandom() {
        assertThat(fate(Architecture.X86_64, 157, 22)).isEqualTo("EPERM");
        assertThat(fate(Architecture.X86_64, 157, 4)).isEqualTo("allow");
        assertThat(fate(Architecture.X86_64, 135, 0x0040000)).isEqualTo("EPERM");
        assertThat(fate(Architecture.X86_64, 135, 0xffff_ffffL)).isEqualTo("allow");
    }

    @ParameterizedTest
    @EnumSource
    void whatNobodyHasLookedAtDoesNotExist(Architecture machine) {
        assertThat(fate(machine, 435)).as("clone3").isEqualTo("ENOSYS");
        for (int number = 451; number < 1000; number++) {
            assertThat(fate(machine, number)).as("%d", number).isEqualTo("ENOSYS");
        }
    }

    @Test
    void otherMachinesNumbersEndTheProcess() {
        assertThat(fateOf(Architecture.X86_64, I386, 1)).isEqualTo("kill");
        assertThat(fateOf(Architecture.X86_64, X86, 0x4000_0000L | 39))
                .as("x32")
                .isEqualTo("kill");
        assertThat(fateOf(Architecture.X86_64, ARM64, 63)).isEqualTo("kill");
        assertThat(fateOf(Architecture.AARCH64, ARM, 1)).isEqualTo("kill");
    }

    @ParameterizedTest
    @EnumSource
    void theKernelWouldTakeIt(Architecture machine) {
        List<Instruction> program = SyscallFilter.of(machine);

        assertThat(program).hasSizeLessThan(LONGEST);
        for (int at = 0; at < program.size(); at++) {
            Instruction step = program.get(at);
            assertThat(step.ifTrue()).isBetween(0, 255);
            assertThat(step.ifFalse()).isBetween(0, 255);
            assertThat(at + 1 + Math.max(step.ifTrue(), step.ifFalse())).isLessThanOrEqualTo(program.size());
        }
        assertThat(program.getLast().code()).as("it ends with a return").isEqualTo(0x06);
    }

    @Test
    void theBytesAreTheSteps() throws Exception {
        Architecture here = Architecture.named(System.getProperty("os.arch")).orElseThrow();

        assertThat(Base64.getDecoder().decode(SyscallFilter.ofThisMachine()))
                .hasSize(8 * SyscallFilter.of(here).size())
                .startsWith(0x20, 0, 0, 0, 4, 0, 0, 0);
    }

    @Test
    void aMachineThatItIsNotWrittenForHasNone() {
        assertThat(Architecture.named("riscv64")).isEmpty();
        assertThat(Architecture.named("x86")).isEmpty();
    }
}
