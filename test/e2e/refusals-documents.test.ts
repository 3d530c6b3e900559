import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { encodeNetwork } from '@tally/core';
import { tally, temporaryFolder } from './support/tally.ts';
import { tinyNetwork, writeTinyDataset } from './support/tiny.ts';

const folder = temporaryFolder();
const data = fileURLToPath(new URL('../../data/', import.meta.url));

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Sets (or, with undefined, removes) the value at a dot-separated path of a document. */
function change(document: Json, path: string, value: Json | undefined): Json {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let place = document as Record<string, Json>;
  for (const key of keys) place = place[key] as Record<string, Json>;
  if (value === undefined) Reflect.deleteProperty(place, last);
  else place[last] = value;
  return document;
}

/** Runs the tiny network with a preset in which one value was changed. */
async function runWith(kind: 'chip' | 'tech', path: string, value: Json | undefined) {
  const preset = kind === 'chip' ? 'chips/zhu2020.json' : 'tech/zhu2020-65nm.json';
  const document = JSON.parse(readFileSync(join(data, preset), 'utf8')) as Json;
  writeFileSync(join(folder.path, 'bad.json'), JSON.stringify(change(document, path, value)));
  return runFile(kind, 'bad.json');
}

async function runFile(kind: 'chip' | 'tech', file: string) {
  mkdirSync(join(folder.path, 'out'));
  writeFileSync(join(folder.path, 'net.tally'), encodeNetwork(tinyNetwork()));
  writeTinyDataset(folder.path);
  const ended = await tally(
    [
      'run',
      'net.tally',
      '--data',
      'images',
      `--${kind}`,
      file,
      '--json',
      'out/r.json',
      '--html',
      'out/r.html',
    ],
    {
      cwd: folder.path,
    },
  );
  expect(ended.code).toBe(1);
  expect(ended.stdout).toBe('');
  expect(readdirSync(join(folder.path, 'out'))).toEqual([]);
  return ended.stderr;
}

test('a chip file that is not there', async () => {
  expect(await runFile('chip', 'nix.json')).toBe(
    'error nix.json: there is no such chip file [file-missing]\n  fix   check the path, or run the command that makes it\n',
  );
});

test('an unknown chip, with the nearest name', async () => {
  expect(await runFile('chip', 'zuh2020')).toBe(
    'error --chip: there is no chip preset named zuh2020 [unknown-chip]\n' +
      '  fix   did you mean zhu2020? (known: lsq-w3a3, zhu2020, zhu2020-w3a3), or name a .json file\n',
  );
});

test('an unknown energy table, without a near name', async () => {
  expect(await runFile('tech', 'unobtainium')).toBe(
    'error --tech: there is no tech preset named unobtainium [unknown-tech]\n' +
      '  fix   known: unit, zhu2020-65nm, or name a .json file\n',
  );
});

test('a truncated chip file', async () => {
  writeFileSync(
    join(folder.path, 'cut.json'),
    readFileSync(join(data, 'chips/zhu2020.json')).subarray(0, 300),
  );
  expect(await runFile('chip', 'cut.json')).toMatch(
    /^error cut\.json: the chip file is not JSON: Unterminated string in JSON at position \d+ .*\[json-syntax\]\n {2}fix {3}mend the syntax; a truncated file ends too early\n$/,
  );
});

test('no entries', async () => {
  expect(await runWith('chip', 'geometry.entries.value', 0)).toBe(
    'error bad.json: geometry.entries.value: is 0, must be at least 1 [value-too-small]\n  fix   give a larger value\n',
  );
});

test('a width out of range', async () => {
  expect(await runWith('chip', 'formats.activation.bits.value', 9)).toBe(
    'error bad.json: formats.activation.bits.value: is 9, must be at most 8 [value-too-large]\n  fix   give a smaller value\n',
  );
});

test('a number without a label', async () => {
  expect(await runWith('chip', 'timing.rescaleSlots.label', undefined)).toBe(
    "error bad.json: timing.rescaleSlots.label: is missing, must be one of 'published', 'literature', 'synthesised', 'reconstructed', 'calibrated' [field-missing]\n" +
      '  fix   add the field\n',
  );
});

test('a unit that is not the one of the field', async () => {
  expect(await runWith('chip', 'operatingPoints.0.clock.unit', 'GHz')).toBe(
    'error bad.json: operatingPoints.0.clock.unit: is "GHz", must be \'MHz\' [value-not-allowed]\n  fix   use an allowed value\n',
  );
});

test('a misspelt field is not ignored', async () => {
  expect(await runWith('chip', 'timing.windowOverhead', 2)).toBe(
    'error bad.json: timing.windowOverhead: is not a field of this format [unknown-field]\n  fix   remove it, or correct its spelling\n',
  );
});

test('a negative energy', async () => {
  expect(await runWith('tech', 'energies.matches.value', -0.02)).toBe(
    'error bad.json: energies.matches.value: is -0.02, must be at least 0 [value-too-small]\n  fix   give a larger value\n',
  );
});

test('a missing energy', async () => {
  expect(await runWith('tech', 'energies.accumulations', undefined)).toBe(
    'error bad.json: energies.accumulations: is missing, must be object [field-missing]\n  fix   add the field\n',
  );
});

test('an energy table where a chip is expected', async () => {
  const stderr = await runFile('chip', join(data, 'tech/unit.json'));
  expect(stderr).toContain(
    'kind: is "tally-tech", must be \'tally-chip\' [value-not-allowed]\n  fix   use an allowed value\n',
  );
});

test('a network that the chip cannot hold', async () => {
  // 8-bit weights have 7 magnitude bits: 4 digits of 2 bits.
  expect(await runWith('chip', 'limits.maxDigits.value', 3)).toBe(
    "error net.tally: stem.weights: 8-bit codes split into 4 digits, chip 'zhu2020' handles at most 3 [too-many-digits]\n" +
      '  fix   quantize the layer to fewer bits, or raise limits.maxDigits of the chip\n' +
      "error net.tally: stem.input: 8-bit codes split into 4 digits, chip 'zhu2020' handles at most 3 [too-many-digits]\n" +
      '  fix   quantize the layer to fewer bits, or raise limits.maxDigits of the chip\n',
  );
});

test('all problems of a document are told at once', async () => {
  const document = JSON.parse(readFileSync(join(data, 'chips/zhu2020.json'), 'utf8')) as Json;
  change(document, 'geometry.entries.value', 0);
  change(document, 'name', 7);
  writeFileSync(join(folder.path, 'bad.json'), JSON.stringify(document));
  expect((await runFile('chip', 'bad.json')).match(/^error /gm)).toHaveLength(2);
});

test('an unknown counting scheme, with the nearest name', async () => {
  expect(await runWith('chip', 'scheme.name', 'orderd-pairs')).toBe(
    "error bad.json: scheme.name: no counting scheme is named 'orderd-pairs' [unknown-counting-scheme]\n" +
      '  fix   did you mean ordered-pairs? (known: ordered-pairs, unordered-pairs, distinct-products, weight-bit-planes, activation-levels, weight-levels)\n',
  );
});

test('a counting scheme that searches nothing', async () => {
  expect(await runWith('chip', 'scheme.name', 'dense-mac')).toBe(
    "error bad.json: scheme.name: is 'dense-mac', which searches nothing, a macro needs a scheme that does [scheme-without-search]\n" +
      '  fix   use one of ordered-pairs, unordered-pairs, distinct-products, weight-bit-planes, activation-levels, weight-levels\n',
  );
});

test('an unknown dataflow is refused by every command that reads a chip', async () => {
  const text =
    "error bad.json: dataflow.name: no dataflow is named 'weight-stationery' [unknown-dataflow]\n" +
    '  fix   did you mean weight-stationary? (known: weight-stationary, output-stationary, input-stationary)\n';
  expect(await runWith('chip', 'dataflow.name', 'weight-stationery')).toBe(text);
  for (const command of ['reproduce', 'inspect']) {
    expect(await tally([command, './bad.json'], { cwd: folder.path })).toEqual({
      code: 1,
      stdout: '',
      stderr: text.replace('bad.json', './bad.json'),
    });
  }
});
