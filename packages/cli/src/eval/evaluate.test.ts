import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { fail, type LevelHistogram } from '@tally/core';
import { afterAll, describe, expect, test } from 'vitest';
import { inMemoryDataset } from '../data/in-memory.ts';
import type { Dataset } from '../data/index.ts';
import type { ScoreEngine } from './engine.ts';
import { evaluate, type EvaluationResult } from './evaluate.ts';
import { readState } from './state.ts';

const folder = mkdtempSync(join(tmpdir(), 'tally-evaluate-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const stateFile = (): string => join(folder, `${files++}.json`);

const CLASSES = 7;
const progress = { update: () => {}, finish: () => {} };
const identity = { hash: 'hash', form: 'integer' };
/** As loaded networks are: with more than what names them, which no state is to hold. */
const loaded = { ...identity, file: { weights: new Int8Array(10) } };

/** Images of two pixels; those of `corrupt` cannot be read. */
function dataset(length: number, corrupt: readonly number[] = [], labelled = true): Dataset {
  const images = Uint8Array.from({ length: 2 * length }, (_, i) => Math.imul(i + 1, 2_654_435_761) >>> 24);
  const labels = labelled ? Uint8Array.from({ length }, (_, i) => (i * 5) % CLASSES) : null;
  const set = inMemoryDataset('set', 'idx', CLASSES, { images, labels, count: length, shape: [1, 1, 2] });
  return {
    ...set,
    read: async (index) =>
      corrupt.includes(index)
        ? fail('image-corrupt', `${index}.png`, `cannot be decoded (${index})`, 'get it again')
        : set.read(index),
  };
}

/** Scores that depend on the image alone, and a histogram of its first pixel's parity; fails after some images. */
function engine(
  chunk: number,
  before: ReadonlyMap<string, LevelHistogram>,
  failAfter = Infinity,
): ScoreEngine {
  const known = before.get('layer');
  const counts = Float64Array.from(known?.counts ?? [0, 0]);
  let images = known?.images ?? 0;
  return {
    form: 'integer',
    name: 'fake',
    hash: 'hash',
    shape: [1, 1, 2],
    classes: CLASSES,
    chunk,
    score(pixels, count) {
      if (images + count > failAfter) return Promise.reject(new Error('the lights went out'));
      for (let i = 0; i < count; i++) counts[pixels[2 * i] & 1]++;
      images += count;
      return Promise.resolve(
        Int32Array.from({ length: count * CLASSES }, (_, i) => {
          const image = Math.floor(i / CLASSES);
          return (pixels[2 * image] * (1 + (i % CLASSES)) + pixels[2 * image + 1]) % 11;
        }),
      );
    },
    histograms: () => new Map([['layer', { images, digitBits: 1, digits: 1, positions: 1, counts }]]),
    close: () => Promise.resolve(),
  };
}

const found = ({ hits, skipped, histograms }: EvaluationResult): unknown => ({ hits, skipped, histograms });

interface Part {
  readonly chunk: number;
  readonly failAfter?: number;
  readonly signal?: AbortSignal;
}

function run(set: Dataset, state: string | null, { chunk, failAfter, signal }: Part, skipCorrupt = true) {
  return evaluate((before) => Promise.resolve(engine(chunk, before, failAfter)), loaded, set, {
    images: set.length,
    state,
    context: '',
    skipCorrupt,
    progress,
    ...(signal === undefined ? {} : { signal }),
  });
}

describe('evaluate', () => {
  test('interrupted anywhere and continued: what one go finds, whatever is corrupt', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 24 }).chain((length) =>
          fc.record({
            length: fc.constant(length),
            corrupt: fc.uniqueArray(fc.nat(length - 1), { maxLength: length - 1 }),
            chunks: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
            failAfter: fc.nat(length),
          }),
        ),
        async ({ length, corrupt, chunks: [chunk, other], failAfter }) => {
          const set = dataset(length, corrupt);
          const whole = await run(set, null, { chunk });
          expect(whole.hits.images).toBe(length - corrupt.length);
          expect(whole.skipped).toEqual(
            [...corrupt]
              .sort((a, b) => a - b)
              .map((index) => `set: image ${index}: cannot be decoded (${index})`),
          );
          const path = stateFile();
          await run(set, path, { chunk, failAfter }).catch((error: unknown) => {
            expect(String(error)).toContain('the lights went out');
          });
          // The state holds whole images only, and exactly those that are done.
          const state = await readState(path, identityOf(set));
          if (state !== null) {
            const left = corrupt.filter((index) => index < state.done).length;
            expect([state.skipped.length, state.hits.images]).toEqual([left, state.done - left]);
            expect(state.histograms.get('layer')?.images).toBe(state.hits.images);
          }
          const rest = await run(set, path, { chunk: other });
          expect(found(rest)).toEqual(found(whole));
          expect(rest.scored).toBe(whole.hits.images - (state?.hits.images ?? 0));
          // Once more: nothing is left to do.
          const again = await run(set, path, { chunk });
          expect([found(again), again.scored]).toEqual([found(whole), 0]);
        },
      ),
      { numRuns: 60, seed: 3 },
    );
  });

  test('a signal stops it and leaves the state', async () => {
    const set = dataset(12);
    const path = stateFile();
    const abort = new AbortController();
    const stopped = evaluate(
      (before) => {
        const inner = engine(4, before);
        return Promise.resolve({
          ...inner,
          score: async (images: Uint8Array, count: number) => {
            const scores = await inner.score(images, count);
            abort.abort(new Error('stopped by hand'));
            return scores;
          },
        });
      },
      identity,
      set,
      {
        images: 12,
        state: path,
        context: '',
        skipCorrupt: true,
        progress,
        signal: abort.signal,
      },
    );
    await expect(stopped).rejects.toThrow('stopped by hand');
    expect(await readState(path, identityOf(set))).toMatchObject({ done: 4, hits: { images: 4 } });
  });

  test('a corrupt picture is refused unless it may be skipped', async () => {
    await expect(run(dataset(5, [3]), null, { chunk: 2 }, false)).rejects.toThrow(
      '3.png: cannot be decoded (3) [image-corrupt] — get it again',
    );
    await expect(run(dataset(2, [0, 1]), null, { chunk: 2 })).rejects.toThrow(
      'set: none of 2 images could be decoded [no-images-left]',
    );
  });

  test('images without labels, with labels that are no class, and scores that are no numbers are refused', async () => {
    await expect(run(dataset(3, [], false), null, { chunk: 2 })).rejects.toThrow(
      'set: image 0: has no label, and an accuracy is what is asked for [labels-missing] — give --labels, or use tally run, which counts without labels',
    );
    const set = dataset(3);
    await expect(run({ ...set, label: (index) => index * 4 }, null, { chunk: 2 })).rejects.toThrow(
      'set: image 2: has the label 8, the network tells 7 classes apart (0 to 6) [label-out-of-range]',
    );
    const broken = evaluate(
      (before) =>
        Promise.resolve({
          ...engine(2, before),
          // Of the second image the third class.
          score: (_: Uint8Array, count: number) =>
            Promise.resolve(
              Float32Array.from({ length: count * CLASSES }, (_, i) => (i === CLASSES + 2 ? NaN : i)),
            ),
        }),
      identity,
      set,
      { images: 3, state: null, context: '', skipCorrupt: false, progress },
    );
    await expect(broken).rejects.toThrow(
      "set: image 1: the network's score of class 2 is no number (NaN) [scores-not-numbers]",
    );
  });

  test('a state is of one network, data set and context', async () => {
    const path = stateFile();
    await run(dataset(4), path, { chunk: 2 });
    await expect(run(dataset(5), path, { chunk: 2 })).rejects.toThrow('[state-of-another-run]');
  });
});

/** As evaluate() names itself; a change here makes states of older versions useless. */
function identityOf(set: Dataset): string {
  return JSON.stringify({
    ...identity,
    dataset: set.identity,
    images: set.length,
    context: '',
    skipCorrupt: true,
  });
}
