import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readGroundTruth } from './ground-truth.ts';

const directory = mkdtempSync(join(tmpdir(), 'tally-truth-'));
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, lines: readonly (string | number)[]): string {
  const path = join(directory, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

const image = (number: number): string => `ILSVRC2012_val_${String(number).padStart(8, '0')}.JPEG`;
/** A WordNet id for class index i; ids sort as indices do. */
const wordnet = (index: number): string => `n${String(1_440_764 + 7 * index).padStart(8, '0')}`;
/** Each of 0 .. 999 once, mixed: 7 and 1000 have no common factor. */
const mixed = Array.from({ length: 1000 }, (_, i) => (7 * i + 3) % 1000);

describe('readGroundTruth', () => {
  it('takes lines with a 0 among them as class indices', () => {
    const truth = readGroundTruth(file('indices.txt', [65, 0, 970]), null);
    expect([1, 2, 3, 4].map((n) => truth.labelOf(image(n)))).toEqual([65, 0, 970, null]);
    expect(truth.labelOf('dog.jpg')).toBe(null);
  });

  it('takes lines with a 1000 among them as ids of the development kit, by its meta file', () => {
    const path = file('kit/truth.txt', [490, 1000, 1]);
    expect(() => readGroundTruth(path, null)).toThrow(
      `${path}: has ILSVRC2012_IDs (1 to 1000), which become class indices only with the meta.mat of the development kit [ground-truth-needs-meta] — put meta.mat into ${directory}/kit, or give WordNet ids or class indices instead`,
    );
    const meta = mixed.map((index, i) => `${i + 1} ${wordnet(index)} some words`);
    file('kit/meta.txt', [...meta, '1001 n00001740 entity']);
    const truth = readGroundTruth(path, null);
    // Id k is index mixed[k - 1] = 7 (k - 1) + 3 mod 1000: 3426 -> 426, 6996 -> 996, 3.
    expect([1, 2, 3].map((n) => truth.labelOf(image(n)))).toEqual([426, 996, 3]);
    const part = file('part/meta.txt', meta.slice(1));
    expect(() => readGroundTruth(path, part)).toThrow(
      `${part}: gives 999 WordNet ids to the 1000 ILSVRC2012_IDs, none to 1 [meta-incomplete]`,
    );
  });

  it('does not guess what numbers mean', () => {
    expect(() => readGroundTruth(file('neither.txt', [65, 970]), null)).toThrow(
      'has neither 0 nor 1000, so it is not clear whether its numbers are class indices (0 to 999) or ILSVRC2012_IDs (1 to 1000) [ground-truth-ambiguous]',
    );
    expect(() => readGroundTruth(file('both.txt', [0, 1000]), null)).toThrow('has both 0 and 1000');
  });

  it('numbers WordNet ids by their order, and needs all of them', () => {
    const truth = readGroundTruth(file('ids.txt', mixed.map(wordnet)), null);
    expect([1, 2, 1000].map((n) => truth.labelOf(image(n)))).toEqual([3, 10, 996]);
    expect(() => readGroundTruth(file('few.txt', [wordnet(1), wordnet(2)]), null)).toThrow(
      'has 2 different WordNet ids; class indices follow from the order of all 1000 [ground-truth-incomplete]',
    );
  });

  it('takes file names with indices or WordNet ids, in any order of lines', () => {
    const caffe = readGroundTruth(file('val.txt', [`${image(3)} 7`, `${image(1)} 9`]), null);
    expect([1, 2, 3].map((n) => caffe.labelOf(image(n)))).toEqual([9, null, 7]);
    const rows = mixed.map(
      (index, i) => `ILSVRC2012_val_${String(i + 1).padStart(8, '0')},${wordnet(index)} 1 2 3 4`,
    );
    const kaggle = readGroundTruth(
      file('solution.csv', ['ImageId,PredictionString', ...rows.reverse()]),
      null,
    );
    expect([1, 2].map((n) => kaggle.labelOf(image(n)))).toEqual([3, 10]);
  });

  it('names the line that is none of these', () => {
    const path = file('bad.txt', [0, 'cat']);
    expect(() => readGroundTruth(path, null)).toThrow(`${path}: line 2: is 'cat' [ground-truth-syntax]`);
    expect(() => readGroundTruth(file('bad2.txt', [`${image(1)} 4`, 'x 4']), null)).toThrow(
      "line 2: is 'x 4'",
    );
    expect(() => readGroundTruth(file('empty.txt', []), null)).toThrow('is empty [ground-truth-syntax]');
  });
});
