import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tally } from './support/tally.ts';

test.each([
  [['rnu'], "error unknown command 'rnu'\n(Did you mean run?)\n(tally --help explains)\n"],
  [
    ['run', 'n', '--data', 'x', '--htlm', 'y'],
    "error unknown option '--htlm'\n(Did you mean --html?)\n(tally run --help explains)\n",
  ],
  [['run'], "error required option '--data <dataset>' not specified\n(tally run --help explains)\n"],
  [['run', '--data', 'x'], "error missing required argument 'network'\n(tally run --help explains)\n"],
  [
    ['run', 'n', '--data', 'x', '--images', '1.5'],
    "error option '--images <n>' argument '1.5' is invalid. give a whole number, 1 or more.\n(tally run --help explains)\n",
  ],
  [
    ['run', 'n', '--data', 'x', '--threads', '257'],
    "error option '--threads <n>' argument '257' is invalid. give a whole number, 1 to 256.\n(tally run --help explains)\n",
  ],
  [
    ['run', 'n', '--data', 'x', '--voltage', '-1'],
    "error option '--voltage <V>' argument '-1' is invalid. give a number above 0.\n(tally run --help explains)\n",
  ],
  [
    ['run', 'n', '--data', 'x', '--clock', '40'],
    'error --clock needs --voltage\n(tally run --help explains)\n',
  ],
  [
    ['run', 'n', '--data', 'x', '--point', 'a', '--voltage', '1'],
    "error option '--point <name>' cannot be used with option '--voltage <V>'\n(tally run --help explains)\n",
  ],
  [
    ['synth', 'zhu2020', '--clocks', '1000000000'],
    "error option '--clocks <n>' argument '1000000000' is invalid. give a whole number, 20 to 100000.\n(tally synth --help explains)\n",
  ],
  [
    ['synth', 'zhu2020', '--seed', '4294967296'],
    "error option '--seed <n>' argument '4294967296' is invalid. give a whole number, 0 to 4294967295.\n(tally synth --help explains)\n",
  ],
  [
    ['completion', 'tcsh'],
    "error command-argument value 'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish.\n(tally completion --help explains)\n",
  ],
])('a wrong command line: tally %j', async (args, text) => {
  const ended = await tally(args);
  expect(ended.stderr).toBe(text);
  expect(ended.code).toBe(2);
  expect(ended.stdout).toBe('');
});

test('version and help succeed on standard output', async () => {
  const { version } = JSON.parse(
    readFileSync(new URL('../../packages/cli/package.json', import.meta.url), 'utf8'),
  ) as { version: string };
  expect(await tally(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  const help = await tally(['--help']);
  expect([help.code, help.stderr]).toEqual([0, '']);
  expect(help.stdout).toContain('Start here:');
});

test.each([
  'demo',
  'train',
  'quantize',
  'run',
  'eval',
  'export',
  'simulate',
  'inspect',
  'compare',
  'sweep',
  'reproduce',
  'completion',
])('the help of %s has examples', async (command) => {
  const help = await tally([command, '--help']);
  expect(help.code).toBe(0);
  expect(help.stdout).toMatch(new RegExp(`Examples:\n(.*\n)*.*(tally|npm run) (-- )?${command}`));
});

test('the bash completion is legal and completes commands, options and choices', async () => {
  const { stdout } = await tally(['completion', 'bash']);
  const complete = (words: string): string[] =>
    execFileSync(
      'bash',
      [
        '-c',
        `${stdout}\nCOMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]}-1)); _tally; printf '%s\\n' "\${COMPREPLY[@]}"`,
      ],
      { encoding: 'utf8' },
    )
      .trim()
      .split('\n');
  expect(complete('tally re')).toEqual(['reproduce']);
  expect(complete('tally run --vo')).toEqual(['--voltage']);
  expect(complete('tally completion z')).toContain('zsh');
});
