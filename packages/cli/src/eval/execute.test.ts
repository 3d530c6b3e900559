import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OnnxGraphBuilder, TRANSFORMS } from '@tally/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writePicture } from '../testing/pictures.ts';
import { executeEvaluation, type EvaluationRequest } from './execute.ts';

const folder = mkdtempSync(join(tmpdir(), 'tally-execute-'));
afterAll(() => rmSync(folder, { recursive: true }));

const IMAGES = 30;
const request: EvaluationRequest = {
  network: fileURLToPath(new URL('../../../../models/resnet8-w3a2.tally', import.meta.url)),
  data: join(folder, 'idx'),
  labels: null,
  meta: null,
  split: 'test',
  transform: TRANSFORMS.none,
  normalization: null,
  as: 'file',
  arithmetic: null,
  chip: 'zhu2020',
  tech: 'zhu2020-65nm',
  point: 'peak-efficiency',
  images: null,
  threads: 1,
  skipCorrupt: false,
  state: null,
  cache: null,
};

function idx(magic: number, sizes: readonly number[], data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * sizes.length + data.length);
  const view = new DataView(bytes.buffer);
  [magic, ...sizes].forEach((value, i) => view.setUint32(4 * i, value));
  bytes.set(data, 4 + 4 * sizes.length);
  return bytes;
}

beforeAll(async () => {
  mkdirSync(request.data);
  const pixels = Uint8Array.from({ length: IMAGES * 784 }, (_, i) => Math.imul(i + 1, 2_654_435_761) >>> 24);
  const labels = Uint8Array.from({ length: IMAGES }, (_, i) => i % 10);
  writeFileSync(join(request.data, 't10k-images-idx3-ubyte'), idx(0x803, [IMAGES, 28, 28], pixels));
  writeFileSync(join(request.data, 't10k-labels-idx1-ubyte'), idx(0x801, [IMAGES], labels));
  for (let shade = 0; shade < 6; shade++)
    await writePicture(join(folder, 'pictures', shade % 2 === 0 ? 'a' : 'b', `${shade}.png`), shade);
  writeFileSync(join(folder, 'pictures', 'a', '2.png'), 'no picture');
});

const reportOf = async (changes: Partial<EvaluationRequest>): Promise<string> =>
  JSON.stringify((await executeEvaluation({ ...request, ...changes })).report);

test('the report of an integer network: the same bytes for any number of threads, counts of all images', async () => {
  const { report, speed } = await executeEvaluation(request);
  expect(speed.scored).toBe(IMAGES);
  const one = JSON.stringify(report);
  expect(await reportOf({ threads: 2, state: join(folder, 'state.json') })).toBe(one);
  expect(await reportOf({ threads: 3 })).toBe(one);
  // From the state alone: nothing is scored.
  expect(await reportOf({ state: join(folder, 'state.json') })).toBe(one);
  expect(report).toMatchObject({
    network: { name: 'resnet8-w3a2.tally', form: 'integer' },
    dataset: { images: IMAGES },
    skipped: [],
    run: { images: IMAGES, top1: report.top1.share },
  });
  expect(report.top1.images).toBe(IMAGES);
}, 600_000); // seven threads are started, each of which compiles the network's kernels

/** Mean red, green and blue: two classes of them. */
function colours(): string {
  const graph = new OnnxGraphBuilder('colours');
  const pooled = graph.node('Flatten', [
    graph.node('GlobalAveragePool', [graph.input('x', 'float32', ['n', 3, 4, 6])]),
  ]);
  const weight = graph.parameter('w', 'float32', [3, 2], [1, 0, 0, 0.5, 0, 0.5]);
  graph.output('y', graph.node('MatMul', [pooled, weight]), 'float32', ['n', 2]);
  const path = join(folder, 'colours.onnx');
  writeFileSync(path, graph.encode());
  return path;
}

test('corrupt pictures are skipped and listed, with a cache and without', async () => {
  const pictures = { network: colours(), data: join(folder, 'pictures'), skipCorrupt: true };
  const { report } = await executeEvaluation({ ...request, ...pictures });
  expect(report.top1.images).toBe(5);
  expect(report.skipped).toHaveLength(1);
  expect(report.skipped[0]).toContain('2.png: cannot be decoded');
  // Green and blue are above red (by 5 and 10) but for the light spot: class 1 always, which b is.
  expect(report.top1.correct).toBe(3);
  const text = JSON.stringify(report);
  const cache = join(folder, 'cache');
  expect(await reportOf({ ...pictures, cache })).toBe(text);
  expect(readdirSync(cache)).toEqual([`${report.dataset.identity}.images`]);
  expect(await reportOf({ ...pictures, cache, threads: 2 })).toBe(text);
  await expect(reportOf({ ...pictures, skipCorrupt: false })).rejects.toThrow('2.png: cannot be decoded');
});

test('more images than there are, and another number of classes, are refused', async () => {
  await expect(reportOf({ images: 31 })).rejects.toThrow(
    '--images: is 31, the data set idx has 30 images [too-few-images] — give at most 30',
  );
  await expect(
    reportOf({ data: join(folder, 'pictures'), network: request.network, skipCorrupt: true }),
  ).rejects.toThrow('has 2 class folders, the network tells 10 classes apart [class-count-mismatch]');
  const state = join(folder, 'normalised.json');
  const pictures = { network: colours(), data: join(folder, 'pictures'), skipCorrupt: true, state };
  await reportOf(pictures);
  await expect(reportOf({ ...pictures, normalization: { mean: [0.5], std: [0.5] } })).rejects.toThrow(
    '[state-of-another-run]',
  );
});
