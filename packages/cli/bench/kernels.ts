import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { chooseBuild, createKernelExecutor, decodeNetwork, listMacLayers, type Network } from '@tally/core';
import type { Work } from './contender.ts';
import { countingCost } from './counting-cost.ts';
import { duel } from './duel.ts';
import { randomImages } from './random.ts';
import { resnet18 } from './resnet18.ts';
import { resnet8 } from './resnet8.ts';
import { peakRssMiB } from './statistics.ts';

const SEED = 1;
const ROUNDS = 15;
const MODELS = new URL('../../../models/', import.meta.url);

interface Bench {
  readonly work: Work;
  readonly ortBatches: readonly number[];
  /** Images of a run with counts: they are flushed once per run. */
  readonly countedImages: number;
  readonly countedRounds: number;
}

function workOf(network: Network, count: number): Work {
  const size = network.input.shape.reduce((product, extent) => product * extent, 1);
  return { network, count, images: randomImages(count, size, network.input.bits, SEED) };
}

/** The shipped integer networks; a random one of the same shape where none is there yet. */
function smallNetworks(): readonly Network[] {
  const files = readdirSync(MODELS, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.tally'),
  );
  if (files.length === 0) return [resnet8(SEED)];
  return files
    .sort()
    .map((file) => ({ ...decodeNetwork(readFileSync(new URL(file, MODELS)), file).network, name: file }));
}

/** Integer inference against ONNX Runtime in float32 and int8, the images in memory; prints as it goes. */
export async function benchKernels(print: (line: string) => void): Promise<void> {
  const benches: readonly Bench[] = [
    { work: workOf(resnet18(SEED), 12), ortBatches: [1, 4], countedImages: 192, countedRounds: 4 },
    ...smallNetworks().map((network) => ({
      work: workOf(network, 512),
      ortBatches: [1, 16, 64],
      countedImages: 2048,
      countedRounds: 12,
    })),
  ];

  print(`kernels: build ${chooseBuild()}, ${availableParallelism()} processors, Node ${process.version}`);
  for (const { work } of benches) {
    const macs = listMacLayers(work.network).reduce((sum, layer) => sum + layer.macs, 0);
    const executor = createKernelExecutor(work.network);
    executor.run(work.images, work.count);
    print(
      `${work.network.name}: ${(macs / 1e6).toFixed(1)} M multiply-accumulates per image, ` +
        `${(executor.memoryBytes() / 2 ** 20).toFixed(1)} MiB of WebAssembly memory, ${executor.batch} images a pass`,
    );
  }
  print(`peak resident memory with our executors alone: ${peakRssMiB().toFixed(0)} MiB\n`);

  for (const { work, ortBatches, countedImages, countedRounds } of benches) {
    for (const threads of [1, 2]) {
      print(
        `${work.network.name}, ${threads} thread${threads > 1 ? 's' : ''}, ms per image (median, least), theirs : ours (median over rounds)`,
      );
      for (const row of await duel(work, { threads, rounds: ROUNDS, ortBatches })) {
        const figures = [row.medianMs, row.leastMs].map((ms) => ms.toFixed(3).padStart(9)).join('');
        print(`  ${row.name.padEnd(20)}${figures}${row.ratio.toFixed(2).padStart(8)}`);
      }
    }
    const digitBits = Math.min(...listMacLayers(work.network).map((layer) => layer.inputBits));
    const cost = countingCost(workOf(work.network, countedImages), digitBits, countedRounds);
    print(
      `  exact counts of every layer add ${(cost * 100).toFixed(1)} % (least of ${countedRounds} each, ${countedImages} images a run)\n`,
    );
  }
  print(`peak resident memory of the whole benchmark: ${peakRssMiB().toFixed(0)} MiB`);
}
