package dev.nexus.standalone;

import dev.nexus.standalone.client.GatewayException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
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

    @Spec
    private CommandSpec spec = CommandSpec.create();

    static void main(String[] args) {
        Shell shell;
        try {
            shell = Shell.ofProcess();
        } catch (CommandFailure e) {
            System.err.println("nexus: " + e.line());
            System.exit(e.exitCode());
            return;
        }
        System.exit(run(shell, args));
    }

    /** Runs one command, and returns its exit code. */
    static int run(Shell shell, String... args) {
        return new CommandLine(new Nexus())
                .addSubcommand(new RunCommand(shell))
                .addSubcommand(new UpCommand(shell))
                .addSubcommand(new SubmitCommand(shell))
                .addSubcommand(new WatchCommand(shell))
                .addSubcommand(new JobsCommand(shell))
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
                .addSubcommand(new VersionCommand(shell))
                .addSubcommand(new CommandLine.HelpCommand())
                .setOut(shell.out())
                .setErr(shell.err())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(100)
                .setParameterExceptionHandler((e, _) -> report(shell, usageLine(e), ExitCode.USAGE, e))
                .setExecutionExceptionHandler((e, _, _) -> switch (e) {
                    case CommandFailure failure -> report(shell, failure.line(), failure.exitCode(), e);
                    case GatewayException failure ->
                        report(shell, String.valueOf(failure.getMessage()), exitCode(failure.reason()), e);
                    default -> report(shell, "a defect in nexus: " + e, ExitCode.FAILED, e);
                })
                .execute(args);
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

    private static int report(Shell shell, String line, int exitCode, Exception e) {
        shell.err().println("nexus: " + EventText.printable(line));
        if ("1".equals(shell.environment().get("NEXUS_DEBUG"))) {
            e.printStackTrace(shell.err());
        }
        shell.err().flush();
        return exitCode;
    }
}
