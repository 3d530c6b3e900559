import type { Command, Option } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** What can be completed after a command: its options, and the fixed words its arguments take. */
interface Words {
  readonly command: string;
  readonly summary: string;
  readonly options: readonly Option[];
  /** Choices of the arguments, all together. */
  readonly choices: readonly string[];
}

/** The completion script of a program for a shell, made from its commands and options. */
export function renderCompletion(program: Command, shell: Shell): string {
  const words = program.commands.map((command): Words => ({
    command: command.name(),
    summary: command.summary() || command.description(),
    options: command.createHelp().visibleOptions(command),
    choices: command.registeredArguments.flatMap((argument) => argument.argChoices ?? []),
  }));
  switch (shell) {
    case 'bash':
      return bash(program.name(), words);
    case 'zsh':
      return `#compdef ${program.name()}\nautoload -U +X bashcompinit && bashcompinit\n${bash(program.name(), words)}`;
    case 'fish':
      return fish(program.name(), words);
    default:
      return shell satisfies never;
  }
}

const flags = ({ short, long }: Option): string[] => [short, long].filter((flag) => flag !== undefined);

function bash(name: string, words: readonly Words[]): string {
  const values = new Map<string, readonly string[]>();
  for (const { options } of words) {
    for (const option of options) {
      if (option.argChoices !== undefined)
        for (const flag of flags(option)) values.set(flag, option.argChoices);
    }
  }
  const valueCases = [...values].map(
    ([flag, choices]) =>
      `    ${flag}) COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$word")); return ;;`,
  );
  const commandCases = words.map(({ command, options, choices }) => {
    const all = [...choices, ...options.flatMap(flags)].join(' ');
    return `    ${command}) COMPREPLY=($(compgen -W '${all}' -- "$word")); [[ $word == -* ]] || COMPREPLY+=($(compgen -f -- "$word")) ;;`;
  });
  return `_${name}() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then
    COMPREPLY=($(compgen -W '${[...words.map(({ command }) => command), '--help', '--version'].join(' ')}' -- "$word"))
    return
  fi
  case $before in
${valueCases.join('\n')}
  esac
  case \${COMP_WORDS[1]} in
${commandCases.join('\n')}
  esac
}
complete -o filenames -F _${name} ${name}
`;
}

function fish(name: string, words: readonly Words[]): string {
  const quote = (text: string): string => `'${text.replaceAll("'", "\\'")}'`;
  const lines = words.flatMap(({ command, summary, options, choices }) => [
    `complete -c ${name} -n __fish_use_subcommand -f -a ${command} -d ${quote(summary)}`,
    ...(choices.length === 0
      ? []
      : [`complete -c ${name} -n '__fish_seen_subcommand_from ${command}' -a ${quote(choices.join(' '))}`]),
    ...options.map((option) => {
      const short = option.short === undefined ? '' : ` -s ${option.short.replace(/^-+/, '')}`;
      const long = option.long === undefined ? '' : ` -l ${option.long.replace(/^-+/, '')}`;
      const value =
        option.argChoices === undefined
          ? option.required
            ? ' -r'
            : ''
          : ` -x -a ${quote(option.argChoices.join(' '))}`;
      return `complete -c ${name} -n '__fish_seen_subcommand_from ${command}'${short}${long}${value} -d ${quote(option.description)}`;
    }),
  ]);
  return `${lines.join('\n')}\n`;
}
