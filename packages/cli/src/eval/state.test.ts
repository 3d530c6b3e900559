import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { packCounts } from './counts.ts';
import { readState, writeState, type EvaluationState } from './state.ts';

const folder = mkdtempSync(join(tmpdir(), 'tally-state-'));
afterAll(() => rmSync(folder, { recursive: true }));

const state: EvaluationState = {
  identity: 'a network on a data set',
  done: 7,
  skipped: ['2.png: cannot be decoded'],
  hits: { images: 6, top1: 3, top5: 5 },
  histograms: new Map([
    // 2 positions x 1 digit x 2^1 levels; beyond 2^32, as sums over many images are.
    ['conv', { images: 6, digitBits: 1, digits: 1, positions: 2, counts: Float64Array.of(1, 5, 2 ** 40, 0) }],
  ]),
};

test('a state comes back as it was written; none where there is no file', async () => {
  const path = join(folder, 'a.json');
  expect(await readState(path, state.identity)).toBeNull();
  writeState(path, state);
  expect(await readState(path, state.identity)).toEqual(state);
});

test('a state takes a small part of what its counts take in memory', () => {
  // As a layer of a 3-bit network: 8 levels at each position, counts of images that sum to their number.
  const [positions, images] = [20_000, 500];
  const counts = new Float64Array(8 * positions);
  for (let position = 0; position < positions; position++) {
    for (let image = 0; image < images; image += 10) {
      counts[8 * position + ((Math.imul(position * images + image, 2_654_435_761) >>> 28) & 7)] += 10;
    }
  }
  const path = join(folder, 'large.json');
  const layer = { images, digitBits: 3, digits: 1, positions, counts };
  const hits = { images, top1: 1, top5: 2 };
  writeState(path, { identity: 'x', done: images, skipped: [], hits, histograms: new Map([['a', layer]]) });
  expect(readFileSync(path).length).toBeLessThan(counts.byteLength / 8);
});

test('the state of another evaluation is refused', async () => {
  const path = join(folder, 'b.json');
  writeState(path, state);
  await expect(readState(path, 'another')).rejects.toThrow(
    `${path}: belongs to another network, data set, chip, normalisation or range of images [state-of-another-run] — repeat the command that wrote it, or name another file`,
  );
});

test('what is no state, or was changed, is refused', async () => {
  const path = join(folder, 'c.json');
  writeState(path, state);
  const text = readFileSync(path, 'utf8');
  const damaged = [
    '',
    'null',
    '[]',
    '{"kind":"tally-run-report"}',
    text.slice(0, -10),
    text.replace('"version":2', '"version":1'), // of an older Tally
    text.replace('"done":7', '"done":-7'),
    text.replace('"done":7', '"done":8'), // 6 scored and 1 skipped are 7
    text.replace('"top5":5', '"top5":2'), // fewer than top-1
    text.replace('"positions":2', '"positions":3'),
    text.replace('"images":6,"digitBits"', '"images":5,"digitBits"'),
    text.replace(/"data":"[^"]*"/, '"data":"AA=="'), // not deflated
    text.replace(/"counts":\{[^}]*\}/, `"counts":${JSON.stringify(packCounts(Float64Array.of(1)))}`),
    text.replace(/"width":\d/, '"width":5'),
    text.replace(/"width":\d/, '"width":1e9'),
    text.replace(/"counts":\{[^}]*\}/, '"counts":null'),
  ];
  for (const changed of damaged) {
    expect(changed).not.toBe(text);
    writeFileSync(path, changed);
    await expect(readState(path, state.identity), changed).rejects.toThrow(
      `${path}: is not the state of an evaluation, or was changed [state-malformed] — name the file that --state wrote, or another name to begin anew`,
    );
  }
});

test('a folder is no state', async () => {
  const path = join(folder, 'd');
  mkdirSync(path);
  await expect(readState(path, state.identity)).rejects.toThrow(
    `${path}: a state file is expected, this is a folder [file-unreadable]`,
  );
});
