import { Command, Argument } from 'commander';
import { renderCompletion, SHELLS, type Shell } from '../terminal/completion.ts';

/** `tally completion`: prints the completion script of a shell. */
export function completionCommand(): Command {
  const command = new Command('completion')
    .summary('print a shell completion script')
    .description('Prints a script that completes commands, options, preset names and files.')
    .addArgument(new Argument('<shell>', 'the shell to complete in').choices(SHELLS))
    .addHelpText(
      'after',
      `
Examples:
  $ source <(tally completion bash)                                      this shell only
  $ tally completion bash > ~/.local/share/bash-completion/completions/tally
  $ tally completion zsh > "\${fpath[1]}/_tally"
  $ tally completion fish > ~/.config/fish/completions/tally.fish`,
    );
  return command.action((shell: Shell) => {
    process.stdout.write(renderCompletion(command.parent ?? command, shell));
  });
}
