// ImageNet-sized evaluation from JPEG files to exact counts, against ONNX Runtime fed by the same decoder.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeNetwork, hashNetwork, TRANSFORMS, type Network } from '@tally/core';
import { inBatches, openDataset, streamImages, type Dataset } from '../src/data/index.ts';
import type { ScoreEngine } from '../src/eval/engine.ts';
import { evaluate } from '../src/eval/evaluate.ts';
import { integerEngine } from '../src/eval/integer-engine.ts';
import { readChip } from '../src/io/presets.ts';
import { startPool } from '../src/workers/index.ts';
import { ortEngine } from './ort-engine.ts';
import { LABELS, makePictures } from './pictures.ts';
import { resnet18 } from './resnet18.ts';
import { median } from './statistics.ts';

const SEED = 1;
const THREADS = 2;
const CHIP = 'zhu2020-w3a3';
/** Different pictures; more images than that are these again. */
const DISTINCT = 200;
const CLASSES = 1000;
/** Images per call of ONNX Runtime that are tried, as in the benchmark of kernels. */
const ORT_BATCHES = [1, 4];
/** Images of a trial run that decides the batch: whole batches of every size. */
const TRIAL_IMAGES = 8;

/** How much is measured. */
export interface ImagenetOptions {
  /** Images of each measurement; whole batches of ONNX Runtime. */
  readonly images: number;
  readonly rounds: number;
}

/** What one measurement took, milliseconds per image. */
interface Cost {
  readonly wallMs: number;
  /** Of all threads. */
  readonly cpuMs: number;
}

interface Row {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** Where the rows get what they run. */
interface Bench {
  readonly network: Network;
  readonly dataset: Dataset;
  /** All images, decoded. */
  readonly pixels: Uint8Array;
  readonly images: number;
}

const quiet = { update: (): void => undefined, finish: (): void => undefined };

/** Evaluates the data set as `tally eval` does, on an engine that is not closed. */
async function fromFiles(engine: ScoreEngine, { dataset, images }: Bench): Promise<void> {
  const lent: ScoreEngine = { ...engine, close: () => Promise.resolve() };
  const identity = { hash: engine.hash, form: engine.form };
  await evaluate(() => Promise.resolve(lent), identity, dataset, {
    images,
    state: null,
    context: '',
    skipCorrupt: false,
    progress: quiet,
  });
}

/** Scores images that are decoded already, a chunk at a time. */
async function fromMemory(engine: ScoreEngine, { pixels, images }: Bench): Promise<void> {
  const size = pixels.length / images;
  for (let first = 0; first < images; first += engine.chunk) {
    const count = Math.min(engine.chunk, images - first);
    await engine.score(pixels.subarray(first * size, (first + count) * size), count);
  }
}

/** Reads, decodes and transforms all images; gives their pixels when asked to keep them. */
async function decodeAll(
  dataset: Dataset,
  images: number,
  chunk: number,
  keep: boolean,
): Promise<Uint8Array> {
  const size = dataset.shape.reduce((product, extent) => product * extent, 1);
  const pixels = new Uint8Array(keep ? images * size : 0);
  const order = Array.from({ length: images }, (_, i) => i);
  let done = 0;
  for await (const batch of inBatches(streamImages(dataset, { order, prefetch: chunk }), chunk)) {
    if (keep) pixels.set(batch.pixels, done * size);
    done += batch.count;
  }
  return pixels;
}

async function measure({ run }: Row, images: number): Promise<Cost> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await run();
  const wallMs = (performance.now() - start) / images;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (user + system) / 1000 / images };
}

/** ONNX Runtime with the batch that suits it best on these images. */
async function bestOrt(bench: Bench, precision: 'fp32' | 'int8', chunk: number): Promise<ScoreEngine> {
  const trial = { ...bench, images: TRIAL_IMAGES };
  const size = bench.pixels.length / bench.images;
  const pixels = bench.pixels.subarray(0, TRIAL_IMAGES * size);
  let best: { readonly engine: ScoreEngine; readonly ms: number } | null = null;
  for (const batch of ORT_BATCHES) {
    const engine = await ortEngine(bench.network, THREADS, precision, { batch, chunk });
    const row = { name: engine.name, run: () => fromMemory(engine, { ...trial, pixels }) };
    const times: number[] = [];
    for (let i = 0; i < 4; i++) times.push((await measure(row, TRIAL_IMAGES)).wallMs);
    const ms = Math.min(...times.slice(1));
    const loser: ScoreEngine | undefined = best === null || ms < best.ms ? best?.engine : engine;
    if (best === null || ms < best.ms) best = { engine, ms };
    await loser?.close();
  }
  if (best === null) throw new Error('no batch size to try');
  return best.engine;
}

/** Costs of all rows in rounds of alternating order, after one that is not counted; medians. */
async function inTurn(
  rows: readonly Row[],
  images: number,
  rounds: number,
): Promise<ReadonlyMap<string, Cost>> {
  const costs = rows.map((): Cost[] => []);
  for (let round = -1; round < rounds; round++) {
    const order = rows.map((_, i) => (round % 2 === 0 ? i : rows.length - 1 - i));
    for (const i of order) {
      const cost = await measure(rows[i], images);
      if (round >= 0) costs[i].push(cost);
    }
  }
  return new Map(
    rows.map(({ name }, i) => [
      name,
      {
        wallMs: median(costs[i].map(({ wallMs }) => wallMs)),
        cpuMs: median(costs[i].map(({ cpuMs }) => cpuMs)),
      },
    ]),
  );
}

/** Peak memory of a fresh process that evaluates the data set as `tally eval` does, in MiB. */
function peakOfEvaluation(network: Network, folder: string, images: number): number {
  const file = join(folder, 'network.tally');
  writeFileSync(file, encodeNetwork(network));
  const program = fileURLToPath(new URL('./evaluation-memory.ts', import.meta.url));
  const pictures = join(folder, 'pictures');
  const rest = [file, pictures, join(pictures, LABELS), CHIP, String(images), String(THREADS)];
  const text = execFileSync(process.execPath, ['--conditions=source', program, ...rest], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return (JSON.parse(text) as { readonly peakRssMiB: number }).peakRssMiB;
}

async function benchRows(bench: Bench, rounds: number, print: (line: string) => void): Promise<void> {
  const { network, dataset, images } = bench;
  const file = { network, hash: hashNetwork(network), provenance: {} };
  const ours = await integerEngine(file, readChip(CHIP), THREADS, new Map());
  const plain = await startPool(network, THREADS);
  const whole = ours.chunk - (ours.chunk % Math.max(...ORT_BATCHES));
  const fp32 = await bestOrt(bench, 'fp32', whole);
  const int8 = await bestOrt(bench, 'int8', whole);
  try {
    const run = await plain.start(new Map());
    const costs = await inTurn(
      [
        {
          name: 'decode',
          run: async () => {
            await decodeAll(dataset, images, ours.chunk, false);
          },
        },
        { name: 'tally', run: () => fromMemory(ours, bench) },
        {
          name: 'gathering counts',
          run: async () => {
            await ours.histograms();
          },
        },
        {
          name: 'tally, no counts',
          run: () => fromMemory({ ...ours, score: (part, count) => run.score(part, count) }, bench),
        },
        { name: 'ort fp32', run: () => fromMemory(fp32, bench) },
        { name: 'ort int8', run: () => fromMemory(int8, bench) },
        { name: 'JPEG to tally', run: () => fromFiles(ours, bench) },
        { name: 'JPEG to ort fp32', run: () => fromFiles(fp32, bench) },
        { name: 'JPEG to ort int8', run: () => fromFiles(int8, bench) },
      ],
      images,
      rounds,
    );
    printRows(costs, print);
  } finally {
    for (const engine of [ours, fp32, int8]) await engine.close();
    await plain.close();
  }
}

function printRows(costs: ReadonlyMap<string, Cost>, print: (line: string) => void): void {
  const of = (name: string): Cost => costs.get(name)!;
  print('  per image                 wall ms    CPU ms  images/s   theirs : ours');
  for (const [name, { wallMs, cpuMs }] of costs) {
    const peer = name.startsWith('JPEG') ? of('JPEG to tally') : of('tally');
    const ratio = name.includes('ort') ? (wallMs / peer.wallMs).toFixed(2) : '';
    const figures = [wallMs.toFixed(2), cpuMs.toFixed(2), (1000 / wallMs).toFixed(1), ratio];
    print(`  ${name.padEnd(22)}${figures.map((text) => text.padStart(10)).join('')}`);
  }
  const [decode, tally, both] = [of('decode'), of('tally'), of('JPEG to tally')];
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  print(
    `  decoding and preprocessing: ${percent(decode.cpuMs / both.cpuMs)} of the CPU time from JPEG to counts`,
  );
  const counting = tally.cpuMs / of('tally, no counts').cpuMs - 1;
  const gathering = of('gathering counts').cpuMs / both.cpuMs;
  print(
    `  exact counts add ${percent(counting)} CPU time to inference; gathering them, once, is ${percent(gathering)} of the whole here`,
  );
  print(
    `  together ${percent(both.wallMs / (decode.wallMs + tally.wallMs))} of one after the other; ` +
      `${percent(both.cpuMs / (both.wallMs * THREADS))} of ${THREADS} processors in use`,
  );
}

/**
 * The ResNet-18-shaped W3A3 network at 224 x 224 from JPEG files to exact counts on 2 threads: decoding, resizing,
 * cropping, inference and counting, through the code of `tally eval`; ONNX Runtime in float32 and int8 on the same
 * topology, the same files and the same decoder, on 2 threads, in the same rounds; each also alone, its images decoded
 * beforehand. Then the peak memory of a fresh process.
 */
export async function benchImagenet(
  { images, rounds }: ImagenetOptions,
  print: (line: string) => void,
): Promise<void> {
  const largest = Math.max(...ORT_BATCHES);
  if (!(images >= TRIAL_IMAGES && images % largest === 0 && rounds >= 1)) {
    throw new Error(`images must be a multiple of ${largest}, at least ${TRIAL_IMAGES}; rounds at least 1`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'tally-bench-'));
  try {
    const count = Math.max(images, DISTINCT);
    const pictures = join(folder, 'pictures');
    const bytes = await makePictures(pictures, { distinct: DISTINCT, count, classes: CLASSES }, SEED);
    const network = resnet18(SEED, 3);
    print(
      `${network.name} from JPEG files, ${THREADS} threads, ${images} images of ${(bytes / 1000).toFixed(0)} kB, medians of ${rounds}`,
    );
    const transform = TRANSFORMS.imagenet;
    const dataset = await openDataset(pictures, {
      labels: join(pictures, LABELS),
      transform,
      threads: THREADS - 1,
    });
    try {
      const pixels = await decodeAll(dataset, images, 2 * THREADS, true);
      await benchRows({ network, dataset, pixels, images }, rounds, print);
    } finally {
      await dataset.close();
    }
    const peak = peakOfEvaluation(network, folder, images);
    print(`  peak resident memory of a process that evaluates ${images} images: ${peak.toFixed(0)} MiB\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
