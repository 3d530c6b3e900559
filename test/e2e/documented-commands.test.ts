// Every command that help and documents show is one that this command line takes.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { createProgram } from '../../packages/cli/src/program.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Words of a line as a shell splits them; quotes hold blanks together. What a comment, a pipe or a gap begins is left out. */
function words(line: string): readonly string[] {
  const [command = ''] = line.split(/ {2,}| # | \| | > /);
  return [...command.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)].map(([word]) => word.replaceAll(/['"]/g, ''));
}

/** Commands that a text shows on lines of their own. Lines with `...` or `[` stand for many. */
function commandsOf(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .map((line) => /^\s*(?:\$ )?tally (.*)$/.exec(line)?.[1] ?? '')
    .filter((line) => line !== '' && !/\.\.\.|\[/.test(line.split(' # ')[0] ?? ''))
    .map((line) => words(line))
    .filter(([name]) => /^[a-z]+$/.test(name));
}

/** The program with commands that do nothing, and the names of those that ran. */
function parser(): { readonly program: Command; readonly ran: string[] } {
  const program = createProgram();
  const ran: string[] = [];
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  }
  for (const command of program.commands) command.action(() => void ran.push(command.name()));
  return { program, ran };
}

async function accepted(command: readonly string[]): Promise<void> {
  const { program, ran } = parser();
  await program.parseAsync([...command], { from: 'user' });
  expect(ran).toEqual([command[0]]);
}

/** The examples that a command prints with --help. */
function examplesOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => void (text += part) }).outputHelp();
  return /^(?:Examples?|Start here):\n((?:.+\n)*)/m.exec(text)?.[1] ?? '';
}

function markdown(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return folder === '' || entry.name === 'api' ? [] : markdown(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

describe('examples in help', () => {
  const program = createProgram();
  test.each([program, ...program.commands].map((command) => [command.name(), command] as const))(
    'of %s',
    async (_, command) => {
      const commands = commandsOf(examplesOf(command));
      expect(commands.length, 'examples').toBeGreaterThan(0);
      for (const example of commands) await accepted(example);
    },
  );
});

describe('commands in documents', () => {
  const shown = [...markdown(''), ...markdown('docs')].map(
    (path) => [path, commandsOf(readFileSync(join(root, path), 'utf8'))] as const,
  );

  test('are found', () => {
    expect(shown.reduce((sum, [, commands]) => sum + commands.length, 0)).toBeGreaterThan(40);
  });

  test.each(shown.filter(([, commands]) => commands.length > 0))('of %s', async (_, commands) => {
    for (const command of commands) await accepted(command);
  });

  test('that do not exist are noticed', async () => {
    await expect(accepted(['map', 'x.tally', '--nothing'])).rejects.toThrow("unknown option '--nothing'");
    await expect(accepted(['run', 'x.tally'])).rejects.toThrow('--data');
    await expect(accepted(['mapp'])).rejects.toThrow();
    expect(
      commandsOf(
        '  $ tally run \'a b\' --x "c"   # why\ntally map ... | jq\n    tally map x | jq .a\ntally.',
      ),
    ).toEqual([
      ['run', 'a b', '--x', 'c'],
      ['map', 'x'],
    ]);
  });
});
