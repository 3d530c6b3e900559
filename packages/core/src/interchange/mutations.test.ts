import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TallyError } from '../diagnostics/index.ts';
import { interpretMapping, type MappingProblem } from '../mapping/index.ts';
import { importMapping } from './import.ts';
import type { ImportedMapping, SourceFile } from './imported.ts';
import { FILES as TIMELOOP } from './timeloop/fixture.test-support.ts';
import { FILES as ZIGZAG } from './zigzag/fixture.test-support.ts';

const TOKENS =
  '0 1 2 3 4 5 7 8 36 -1 1.5 1000000 9007199254740993 null true ~ "" [] {} [[]] & * ! | - : , # <<: *a &a !Component M P Q R S C K OX OY FY Weights Inputs Outputs I1 I2 O D1 D2 dram temporal spatial ../x \u0000 \u2028'.split(
    ' ',
  );

interface Mutation {
  readonly file: number;
  readonly at: number;
  readonly kind: 'token' | 'delete' | 'double' | 'cut' | 'swap' | 'indent';
  readonly token: string;
}

const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.record({
    file: fc.nat(2),
    at: fc.nat(10_000),
    kind: fc.constantFrom('token', 'token', 'token', 'delete', 'double', 'cut', 'swap', 'indent'),
    token: fc.constantFrom(...TOKENS),
  }),
  { minLength: 1, maxLength: 3 },
);

function mutate(text: string, { kind, at, token }: Mutation): string {
  const lines = text.split('\n');
  const line = at % lines.length;
  switch (kind) {
    case 'token': {
      const words = [...text.matchAll(/[\w.]+/g)];
      const word = words.at(at % Math.max(1, words.length));
      return word === undefined
        ? token
        : text.slice(0, word.index) + token + text.slice(word.index + word[0].length);
    }
    case 'delete':
      return lines.filter((_, index) => index !== line).join('\n');
    case 'double':
      return lines.flatMap((one, index) => (index === line ? [one, one] : [one])).join('\n');
    case 'cut':
      return text.slice(0, at % (text.length + 1));
    case 'swap': {
      const other = (line + 1) % lines.length;
      [lines[line], lines[other]] = [lines[other], lines[line]];
      return lines.join('\n');
    }
    case 'indent':
      return lines.map((one, index) => (index === line ? `  ${one}` : one)).join('\n');
    default:
      return kind satisfies never;
  }
}

function macs({ batch, groups, outputs, channels, rows, columns }: MappingProblem): number {
  return batch * groups * outputs * channels * rows.outputs * columns.outputs * rows.taps * columns.taps;
}

/** Reads mutated files: accepted with counts that hold, or refused with places in these files. */
function tryRead(files: readonly SourceFile[], format: 'timeloop' | 'zigzag'): ImportedMapping | null {
  try {
    const imported = importMapping(files, format);
    for (const { problem, counts } of imported.layers) expect(counts.macs).toBe(macs(problem));
    return imported;
  } catch (error) {
    if (!(error instanceof TallyError)) throw error;
    expect(error.issues.length).toBeGreaterThan(0);
    for (const { path, message, remedy } of error.issues) {
      expect(files.some(({ name }) => path.startsWith(name))).toBe(true);
      expect([message, remedy]).not.toContain('');
    }
    return null;
  }
}

test.each([
  ['timeloop', TIMELOOP],
  ['zigzag', ZIGZAG],
] as const)('mutated %s files are counted or refused, never a crash', (format, originals) => {
  let accepted = 0;
  let refused = 0;
  fc.assert(
    fc.property(mutations, (changes) => {
      const files = originals.map(({ name, text }, index) => ({
        name,
        text: changes.filter(({ file }) => file === index).reduce(mutate, text),
      }));
      const imported = tryRead(files, format);
      if (imported === null) refused++;
      else accepted++;
      for (const { problem, machine, mapping, counts } of imported?.layers ?? []) {
        // What is accepted counts as the interpreter walks it; larger layers would take too long to walk.
        if (counts.pairs <= 20_000)
          expect(interpretMapping(problem, machine, mapping).counts).toEqual(counts);
      }
    }),
    { numRuns: 400, seed: 51 },
  );
  // Both ways out are met often.
  expect(accepted).toBeGreaterThan(15);
  expect(refused).toBeGreaterThan(200);
});

test('files of neither format, and of both, are refused', () => {
  for (const files of [
    [...TIMELOOP, ...ZIGZAG],
    [{ name: 'a.yaml', text: '7' }],
    [{ name: 'a.yaml', text: '- 7' }],
    [{ name: 'a.yaml', text: '{}' }],
  ]) {
    expect(() => importMapping(files)).toThrow(TallyError);
  }
  expect(() => importMapping([])).toThrow('there is no file to read');
});
