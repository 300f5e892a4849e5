package dev.nexus.standalone;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;

/** {@code nexus completion}: what makes a shell complete commands and options. */
@Command(
        name = "completion",
        sortOptions = false,
        description = "Prints a script that makes a shell complete the commands and options of nexus.",
        footer = {
            "",
            "Examples:",
            "  source <(nexus completion bash)",
            "  nexus completion zsh > ~/.nexus-completion.zsh && echo 'source ~/.nexus-completion.zsh' >> ~/.zshrc",
            "  nexus completion fish > ~/.config/fish/completions/nexus.fish"
        })
final class CompletionCommand implements Runnable {

    private static final String NAME = "nexus";

    private final Shell shell;

    /** Those that scripts are made for. */
    private enum For {
        BASH,
        ZSH,
        FISH
    }

    @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish.")
    private For language = For.BASH;

    CompletionCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        CommandLine nexus = Nexus.commandLine(shell);
        String script = switch (language) {
            case BASH, ZSH -> AutoComplete.bash(NAME, nexus); // zsh takes it, too: it loads bashcompinit
            case FISH -> fish(nexus);
        };
        if (shell.json()) {
            shell.tell(Map.of("script", script));
        } else {
            shell.out().print(script);
            shell.out().flush();
        }
    }

    /** Picocli knows no fish. */
    private static String fish(CommandLine nexus) {
        List<String> lines = new ArrayList<>(List.of("# fish completion for " + NAME, "complete -c " + NAME + " -e"));
        lines.add("complete -c " + NAME + " -n __fish_use_subcommand -f");
        nexus.getSubcommands().forEach((name, command) -> {
            lines.add("complete -c " + NAME + " -n __fish_use_subcommand -f -a " + name + " -d "
                    + quoted(description(command.getCommandSpec())));
            addOptions(lines, name, command.getCommandSpec());
            command.getSubcommands().forEach((inner, under) -> {
                String there = quoted("__fish_seen_subcommand_from " + name);
                lines.add("complete -c " + NAME + " -n " + there + " -f -a " + inner + " -d "
                        + quoted(description(under.getCommandSpec())));
                addOptions(lines, inner, under.getCommandSpec());
            });
        });
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    private static void addOptions(List<String> lines, String command, CommandSpec spec) {
        for (OptionSpec option : spec.options()) {
            String names = Arrays.stream(option.names())
                    .map(name -> name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1))
                    .collect(Collectors.joining());
            lines.add("complete -c " + NAME + " -n " + quoted("__fish_seen_subcommand_from " + command) + names
                    + (option.arity().max() > 0 ? " -r" : " -f") + " -d "
                    + quoted(String.join(" ", option.description())));
        }
    }

    private static String description(CommandSpec spec) {
        String[] lines = spec.usageMessage().description();
        return lines.length == 0 ? "" : lines[0];
    }

    /** For fish, where only these two mean something between single quotes. */
    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
