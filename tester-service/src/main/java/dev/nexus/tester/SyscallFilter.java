package dev.nexus.tester;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The seccomp filter of a sandbox, as the program that the kernel runs over each system call (seccomp(2), "struct
 * sock_filter"): most of the kernel that leads out of a sandbox is not reached at all.
 */
final class SyscallFilter {

    /** As far as the table below has been thought through: what is newer does not exist, and libraries do without. */
    private static final int LAST_KNOWN = 450;

    private static final int X32 = 0x4000_0000;

    private static final int NUMBER = 0;
    private static final int ARCHITECTURE = 4;

    private static final int EPERM = 1;
    private static final int ENOSYS = 38;
    private static final int EPROTONOSUPPORT = 93;
    private static final int EAFNOSUPPORT = 97;

    private static final int ALLOW = 0x7fff_0000;
    private static final int KILL_PROCESS = 0x8000_0000;

    private static final int LOAD = 0x20;
    private static final int AND = 0x54;
    private static final int IF_EQUAL = 0x15;
    private static final int IF_GREATER = 0x25;
    private static final int IF_AT_LEAST = 0x35;
    private static final int IF_ANY_BIT = 0x45;
    private static final int RETURN = 0x06;

    /** CLONE_NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET and NEWNS; NEWTIME is for clone3 and unshare only. */
    private static final int NEW_NAMESPACES = 0x7e02_0000;

    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_TYPE = 0xf;
    private static final int IPPROTO_TCP = 6;
    private static final int IPPROTO_UDP = 17;
    private static final int TIOCSTI = 0x5412;
    private static final int TIOCLINUX = 0x541c;
    private static final int S_IFMT = 0xf000;
    private static final int S_IFCHR = 0x2000;
    private static final int S_IFBLK = 0x6000;
    private static final int PR_SET_SECCOMP = 22;
    private static final int CURRENT_PERSONALITY = 0xffff_ffff;

    /** Refused whatever they are called with. */
    private static final List<Call> REFUSED = List.of(
            // mounts, and what belongs to file systems as a whole
            new Call("mount", 165, 40),
            new Call("umount2", 166, 39),
            new Call("pivot_root", 155, 41),
            new Call("chroot", 161, 51),
            new Call("open_tree", 428, 428),
            new Call("move_mount", 429, 429),
            new Call("fsopen", 430, 430),
            new Call("fsconfig", 431, 431),
            new Call("fsmount", 432, 432),
            new Call("fspick", 433, 433),
            new Call("mount_setattr", 442, 442),
            new Call("quotactl", 179, 60),
            new Call("quotactl_fd", 443, 443),
            new Call("swapon", 167, 224),
            new Call("swapoff", 168, 225),
            new Call("acct", 163, 89),
            new Call("sysfs", 139, Call.NONE),
            new Call("ustat", 136, Call.NONE),
            new Call("uselib", 134, Call.NONE),
            new Call("name_to_handle_at", 303, 264),
            new Call("open_by_handle_at", 304, 265),
            // namespaces
            new Call("unshare", 272, 97),
            new Call("setns", 308, 268),
            // other processes
            new Call("ptrace", 101, 117),
            new Call("process_vm_readv", 310, 270),
            new Call("process_vm_writev", 311, 271),
            new Call("process_madvise", 440, 440),
            new Call("process_mrelease", 448, 448),
            new Call("kcmp", 312, 272),
            new Call("pidfd_getfd", 438, 438),
            // wide and young parts of the kernel
            new Call("bpf", 321, 280),
            new Call("perf_event_open", 298, 241),
            new Call("io_uring_setup", 425, 425),
            new Call("io_uring_enter", 426, 426),
            new Call("io_uring_register", 427, 427),
            new Call("userfaultfd", 323, 282),
            new Call("fanotify_init", 300, 262),
            new Call("fanotify_mark", 301, 263),
            new Call("seccomp", 317, 277),
            new Call("lookup_dcookie", 212, 18),
            new Call("syslog", 103, 116),
            new Call("_sysctl", 156, Call.NONE),
            new Call("nfsservctl", 180, 42),
            new Call("modify_ldt", 154, Call.NONE),
            new Call("iopl", 172, Call.NONE),
            new Call("ioperm", 173, Call.NONE),
            new Call("vhangup", 153, 58),
            // keys, which no namespace keeps apart
            new Call("add_key", 248, 217),
            new Call("request_key", 249, 218),
            new Call("keyctl", 250, 219),
            // memory that has no file system with a size, or no owner
            new Call("memfd_create", 319, 279),
            new Call("memfd_secret", 447, 447),
            new Call("shmget", 29, 194),
            new Call("shmat", 30, 196),
            new Call("shmctl", 31, 195),
            new Call("shmdt", 67, 197),
            new Call("semget", 64, 190),
            new Call("semop", 65, 193),
            new Call("semctl", 66, 191),
            new Call("semtimedop", 220, 192),
            new Call("msgget", 68, 186),
            new Call("msgsnd", 69, 189),
            new Call("msgrcv", 70, 188),
            new Call("msgctl", 71, 187),
            new Call("mq_open", 240, 180),
            new Call("mbind", 237, 235),
            new Call("set_mempolicy", 238, 237),
            new Call("set_mempolicy_home_node", 450, 450),
            new Call("migrate_pages", 256, 238),
            new Call("move_pages", 279, 239),
            // the machine
            new Call("kexec_load", 246, 104),
            new Call("kexec_file_load", 320, 294),
            new Call("init_module", 175, 105),
            new Call("finit_module", 313, 273),
            new Call("delete_module", 176, 106),
            new Call("create_module", 174, Call.NONE),
            new Call("query_module", 178, Call.NONE),
            new Call("get_kernel_syms", 177, Call.NONE),
            new Call("reboot", 169, 142),
            new Call("settimeofday", 164, 170),
            new Call("clock_settime", 227, 112),
            new Call("adjtimex", 159, 171),
            new Call("clock_adjtime", 305, 266),
            new Call("sethostname", 170, 161),
            new Call("setdomainname", 171, 162));

    private final Architecture architecture;
    private final List<Instruction> program = new ArrayList<>();

    private SyscallFilter(Architecture architecture) {
        this.architecture = architecture;
    }

    /** A machine that the filter is written for; each has its own numbers. */
    enum Architecture {
        X86_64(0xc000_003e),
        AARCH64(0xc000_00b7);

        /** What the kernel calls it, see {@code linux/audit.h}. */
        private final int audit;

        Architecture(int audit) {
            this.audit = audit;
        }

        /** @param name as in the system property {@code os.arch} */
        static Optional<Architecture> named(String name) {
            return switch (name) {
                case "amd64", "x86_64" -> Optional.of(X86_64);
                case "aarch64", "arm64" -> Optional.of(AARCH64);
                default -> Optional.empty();
            };
        }
    }

    /** A system call and its numbers. */
    private record Call(String name, int onX86, int onArm) {

        /** It is not there. */
        static final int NONE = -1;

        int number(Architecture architecture) {
            return switch (architecture) {
                case X86_64 -> onX86;
                case AARCH64 -> onArm;
            };
        }
    }

    /** One step: what to do, how many steps to skip if it holds and if it does not, and with what. */
    record Instruction(int code, int ifTrue, int ifFalse, int operand) {}

    /** The filter of this machine, in base 64. */
    static String ofThisMachine() throws SandboxUnavailable {
        String name = System.getProperty("os.arch");
        Architecture architecture = Architecture.named(name)
                .orElseThrow(() -> new SandboxUnavailable("the sandbox filters system calls on x86_64 and aarch64 only,"
                        + " and this machine is " + name + "; run the tester on one of these"));
        List<Instruction> program = of(architecture);
        ByteBuffer bytes = ByteBuffer.allocate(program.size() * 8).order(ByteOrder.nativeOrder());
        for (Instruction step : program) {
            bytes.putShort((short) step.code())
                    .put((byte) step.ifTrue())
                    .put((byte) step.ifFalse())
                    .putInt(step.operand());
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    static List<Instruction> of(Architecture architecture) {
        SyscallFilter filter = new SyscallFilter(architecture);
        filter.write();
        return List.copyOf(filter.program);
    }

    private void write() {
        load(ARCHITECTURE);
        unless(IF_EQUAL, architecture.audit, KILL_PROCESS);
        load(NUMBER);
        if (architecture == Architecture.X86_64) {
            when(IF_AT_LEAST, X32, KILL_PROCESS);
        }
        when(IF_GREATER, LAST_KNOWN, error(ENOSYS));
        for (Call call : REFUSED) {
            if (call.number(architecture) != Call.NONE) {
                when(IF_EQUAL, call.number(architecture), error(EPERM));
            }
        }
        // Its arguments are in memory, where no filter can see them.
        when(IF_EQUAL, 435, error(ENOSYS));
        of(new Call("clone", 56, 220), () -> {
            load(argument(0));
            when(IF_ANY_BIT, NEW_NAMESPACES, error(EPERM));
        });
        of(new Call("socket", 41, 198), () -> {
            load(argument(0));
            when(IF_EQUAL, AF_UNIX, ALLOW);
            unlessOneOf(List.of(AF_INET, AF_INET6), error(EAFNOSUPPORT));
            load(argument(1));
            and(SOCK_TYPE);
            unlessOneOf(List.of(SOCK_STREAM, SOCK_DGRAM), error(EPERM));
            load(argument(2));
            unlessOneOf(List.of(0, IPPROTO_TCP, IPPROTO_UDP), error(EPROTONOSUPPORT));
        });
        of(new Call("socketpair", 53, 199), () -> {
            load(argument(0));
            unless(IF_EQUAL, AF_UNIX, error(EAFNOSUPPORT));
        });
        of(new Call("ioctl", 16, 29), () -> {
            load(argument(1));
            when(IF_EQUAL, TIOCSTI, error(EPERM));
            when(IF_EQUAL, TIOCLINUX, error(EPERM));
        });
        of(new Call("mknod", 133, Call.NONE), () -> refuseDevices(1));
        of(new Call("mknodat", 259, 33), () -> refuseDevices(2));
        of(new Call("personality", 135, 92), () -> {
            load(argument(0));
            unlessOneOf(List.of(0, CURRENT_PERSONALITY), error(EPERM));
        });
        of(new Call("prctl", 157, 167), () -> {
            load(argument(0));
            when(IF_EQUAL, PR_SET_SECCOMP, error(EPERM));
        });
        end(ALLOW);
    }

    private void refuseDevices(int mode) {
        load(argument(mode));
        and(S_IFMT);
        when(IF_EQUAL, S_IFCHR, error(EPERM));
        when(IF_EQUAL, S_IFBLK, error(EPERM));
    }

    /** Goes through {@code steps} for one call; what they do not refuse is allowed. */
    private void of(Call call, Runnable steps) {
        if (call.number(architecture) == Call.NONE) {
            return;
        }
        int test = program.size();
        program.add(new Instruction(IF_EQUAL, 0, 0, call.number(architecture)));
        steps.run();
        end(ALLOW);
        program.set(test, new Instruction(IF_EQUAL, 0, program.size() - test - 1, call.number(architecture)));
    }

    private void unlessOneOf(List<Integer> values, int action) {
        for (int i = 0; i < values.size(); i++) {
            program.add(new Instruction(IF_EQUAL, values.size() - i, 0, values.get(i)));
        }
        end(action);
    }

    private void when(int test, int operand, int action) {
        program.add(new Instruction(test, 0, 1, operand));
        end(action);
    }

    private void unless(int test, int operand, int action) {
        program.add(new Instruction(test, 1, 0, operand));
        end(action);
    }

    private void load(int offset) {
        program.add(new Instruction(LOAD, 0, 0, offset));
    }

    private void and(int mask) {
        program.add(new Instruction(AND, 0, 0, mask));
    }

    private void end(int action) {
        program.add(new Instruction(RETURN, 0, 0, action));
    }

    /** Where the lower half of an argument is in "struct seccomp_data"; the kernel looks at no more of these. */
    private static int argument(int index) {
        return 16 + 8 * index;
    }

    private static int error(int number) {
        return 0x0005_0000 | number;
    }
}
