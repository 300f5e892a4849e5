package dev.nexus.standalone;

import dev.nexus.contract.Json;
import dev.nexus.standalone.client.GatewayException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code nexus} command line. */
@Command(
        name = "nexus",
        mixinStandardHelpOptions = true,
        scope = CommandLine.ScopeType.INHERIT,
        versionProvider = Version.class,
        description = "Turns a specification in plain words into a plan, code, and tests that really ran.",
        footer = {
            "",
            "Examples:",
            "  nexus run \"A library that converts Roman numerals, with validation\"",
            "  nexus up",
            "  nexus run --help",
            "",
            "Exit codes: 0 passed, 1 tests failed, 2 wrong usage, 3 job failed, 4 no server, 130 interrupted.",
            "Settings are taken from the environment and from a file .env in the working directory."
        })
public final class Nexus implements Runnable {

    private static final String JSON = "--json";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @SuppressWarnings("UnusedVariable") // it is here to be known; the arguments tell before they are parsed
    @Option(
            names = JSON,
            scope = CommandLine.ScopeType.INHERIT,
            description = "Write JSON for programs: one document, or one on each line for what goes on; errors too.")
    private boolean json;

    static void main(String[] args) {
        // Whoever types a command reads its lines; what is started by run and up sets its logging up again.
        LoggingSystem.get(Nexus.class.getClassLoader()).setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.OFF);
        Shell shell;
        try {
            shell = Shell.ofProcess();
        } catch (CommandFailure e) {
            System.err.println(isForPrograms(args) ? error("usage", e.line(), e.exitCode()) : "nexus: " + e.line());
            System.exit(e.exitCode());
            return;
        }
        System.exit(run(shell, args));
    }

    /** Runs one command, and returns its exit code. */
    static int run(Shell called, String... args) {
        Shell shell = isForPrograms(args) ? called.forPrograms() : called;
        return commandLine(shell)
                .setParameterExceptionHandler((e, _) -> report(shell, "usage", usageLine(e), ExitCode.USAGE, e))
                .setExecutionExceptionHandler((e, _, _) -> switch (e) {
                    case CommandFailure failure ->
                        report(shell, code(failure.exitCode()), failure.line(), failure.exitCode(), e);
                    case GatewayException failure -> {
                        int exit = exitCode(failure.reason());
                        String code = failure.code() == null ? code(exit) : failure.code();
                        yield report(shell, code, String.valueOf(failure.getMessage()), exit, e);
                    }
                    default -> report(shell, "defect", "a defect in nexus: " + e, ExitCode.FAILED, e);
                })
                .execute(args);
    }

    /** Known before the arguments are parsed, as errors in them are told in JSON, too. */
    private static boolean isForPrograms(String... args) {
        return Arrays.stream(args).takeWhile(arg -> !arg.equals("--")).anyMatch(JSON::equals);
    }

    /** All commands. */
    static CommandLine commandLine(Shell shell) {
        return new CommandLine(new Nexus())
                .addSubcommand(new RunCommand(shell))
                .addSubcommand(new UpCommand(shell))
                .addSubcommand(new SubmitCommand(shell))
                .addSubcommand(new WatchCommand(shell))
                .addSubcommand(new JobsCommand(shell))
                .addSubcommand(new TopCommand(shell))
                .addSubcommand(new CancelCommand(shell))
                .addSubcommand(new ApproveCommand(shell))
                .addSubcommand(new RejectCommand(shell))
                .addSubcommand(new RetryCommand(shell))
                .addSubcommand(new FetchCommand(shell))
                .addSubcommand(new CallsCommand(shell))
                .addSubcommand(new UsageCommand(shell))
                .addSubcommand(new ReplayCommand(shell))
                .addSubcommand(new KeysCommand(shell))
                .addSubcommand(new AclsCommand(shell))
                .addSubcommand(new TopicsCommand(shell))
                .addSubcommand(new DoctorCommand(shell))
                .addSubcommand(new CompletionCommand(shell))
                .addSubcommand(new VersionCommand(shell))
                .addSubcommand(new CommandLine.HelpCommand())
                .setOut(shell.out())
                .setErr(shell.err())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(100);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command");
    }

    private static String usageLine(ParameterException e) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        return String.valueOf(e.getMessage())
                        .replaceFirst("^Error: ", "")
                        .lines()
                        .findFirst()
                        .orElse("") + "; see '" + command + " --help'";
    }

    private static int exitCode(GatewayException.Reason reason) {
        return switch (reason) {
            case UNREACHABLE, UNAVAILABLE, NO_GATEWAY -> ExitCode.UNREACHABLE;
            case REFUSED -> ExitCode.USAGE;
        };
    }

    /** For programs that have no better word for it. */
    private static String code(int exitCode) {
        return switch (exitCode) {
            case ExitCode.USAGE -> "usage";
            case ExitCode.UNREACHABLE -> "unreachable";
            default -> "failed";
        };
    }

    private static String error(String code, String line, int exitCode) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("code", code);
        error.put("message", line);
        error.put("exitCode", exitCode);
        return Json.MAPPER.writeValueAsString(Map.of("error", error));
    }

    private static int report(Shell shell, String code, String line, int exitCode, Exception e) {
        String printable = EventText.printable(line);
        shell.err().println(shell.json() ? error(code, printable, exitCode) : "nexus: " + printable);
        if ("1".equals(shell.environment().get("NEXUS_DEBUG"))) {
            e.printStackTrace(shell.err());
        }
        shell.err().flush();
        return exitCode;
    }
}
