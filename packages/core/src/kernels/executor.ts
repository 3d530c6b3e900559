import type { Executor, LevelHistogram, RunOptions, RunResult } from '../execute/executor.ts';
import { INPUT_ID, type Network } from '../network/network.ts';
import { inferTypes } from '../network/verify.ts';
import { checkRunImages } from './check.ts';
import { startCounters, type CounterPlaces, type RunCounters } from './histogram.ts';
import { showStored } from './observe.ts';
import { planNetwork, type Plan } from './plan/plan.ts';
import { chooseBuild, type KernelBuild } from './wasm/build.ts';
import { loadKernelModule, Machine } from './wasm/machine.ts';

/** A run whose images come in parts; the counters stay where they are in between. */
export interface KernelRun {
  /**
   * Runs some more images.
   *
   * @param images unsigned codes, shape `[count, ...network.input.shape]`
   * @returns their outputs, shape `[count, classes]`
   * @throws TallyError as {@link Executor.run}; Error when another run has begun on this executor
   */
  add(images: Uint8Array, count: number): Int32Array;
  /**
   * The level histogram of a layer over all images so far; the run may go on afterwards. Null for a layer
   * that was not asked for.
   *
   * @throws Error when another run has begun on this executor
   */
  histogram(layer: string): LevelHistogram | null;
}

/** An executor on WebAssembly SIMD, and what it takes. */
export interface KernelExecutor extends Executor {
  /**
   * Begins a run that takes its images in parts; ends the one before, on this executor. Its histograms are those of
   * one {@link Executor.run} over the same images.
   *
   * @throws TallyError for histogram options that do not fit the network
   */
  start(options?: RunOptions): KernelRun;
  /** The build of the kernels in use. */
  readonly build: KernelBuild;
  /** Bytes of WebAssembly memory held now: weights, activations of one batch, tables, counters. */
  readonly memoryBytes: () => number;
  /** Images that one pass over the layers takes at most. */
  readonly batch: number;
}

/** Choices that change speed or memory, never a result. */
export interface KernelOptions {
  /** A build other than the fastest that this engine runs exactly. */
  readonly build?: KernelBuild;
  /**
   * Let `observe` show what the fast, fused plan stores instead of every node's value: for tests that
   * compare just the code that runs without an observer. Default false.
   */
  readonly observeFused?: boolean;
}

interface Prepared {
  readonly plan: Plan;
  readonly machine: Machine;
  readonly places: CounterPlaces;
}

/** Counts the codes that a value's buffer holds now. */
function countValue(counters: RunCounters, id: string, images: number): void {
  for (const counter of counters.byValue.get(id) ?? []) counter.count(images);
}

function runBatch(
  { plan, machine }: Prepared,
  counters: RunCounters,
  images: number,
  observe: RunOptions['observe'],
): void {
  const { kernels } = machine;
  const { input } = plan;
  const { channels, height, width } = input.extent;
  kernels.packImages(
    plan.staging,
    images,
    channels,
    height,
    width,
    input.address + input.interior,
    input.imageBytes,
    input.lineBytes,
    input.pixelBytes,
  );
  countValue(counters, INPUT_ID, images);
  if (observe !== undefined) {
    // Flattened views of the input are values of their own.
    const views = plan.graph.names(INPUT_ID).slice(1);
    const size = channels * height * width;
    for (const name of views) observe(name, machine.bytes(plan.staging, images * size).slice(), images);
  }
  for (const [index, step] of plan.steps.entries()) {
    kernels.runStep(step, images);
    const stored = plan.storedAfter[index];
    for (const id of stored) countValue(counters, id, images);
    if (observe !== undefined) showStored(plan, machine, stored, images, observe);
  }
}

function startRun(prepared: Prepared, { histogramDigitBits, observe }: RunOptions): KernelRun {
  const { plan, machine, places } = prepared;
  const classes = plan.output.extent.channels;
  const counters = startCounters(plan, machine, places, histogramDigitBits);
  let counted = 0;
  return {
    add(images, count) {
      const pixels = images.length / count;
      const outputs = new Int32Array(count * classes);
      for (let first = 0; first < count; first += plan.batch) {
        const size = Math.min(plan.batch, count - first);
        const part = images.subarray(first * pixels, (first + size) * pixels);
        machine.bytes(plan.staging, size * pixels).set(part);
        runBatch(prepared, counters, size, observe);
        const { columns, address } = plan.output;
        const rows = machine.integers(address, size * columns);
        for (let i = 0; i < size; i++) {
          outputs.set(rows.subarray(i * columns, i * columns + classes), (first + i) * classes);
        }
      }
      counted += count;
      return outputs;
    },
    histogram: (layer) => counters.byLayer.get(layer)?.finish(counted) ?? null,
  };
}

/**
 * The fast executor: integer kernels in WebAssembly SIMD, layers fused with what follows them,
 * a few images at a time. Every result equals the reference executor's, bit by bit.
 *
 * With `observe` it runs a second plan that fuses nothing and shows every node's value.
 *
 * @throws TallyError when the network is not legal (see `verify`); `run` throws it for images or
 * histogram options that do not fit the network.
 */
export function createKernelExecutor(network: Network, options: KernelOptions = {}): KernelExecutor {
  const types = inferTypes(network);
  const build = options.build ?? chooseBuild();
  const prepare = (fuse: boolean): Prepared => {
    const plan = planNetwork(network, types, { fuse, unsignedBytes: build !== 'relaxed' });
    return { plan, machine: new Machine(plan, build), places: new Map() };
  };
  const fast = prepare(true);
  let slow: Prepared | undefined;
  // Runs share their counters' memory: a run that is not the latest has lost its own.
  let latest = 0;
  const start = (runOptions: RunOptions = {}): KernelRun => {
    const usesFast = runOptions.observe === undefined || options.observeFused === true;
    const own = ++latest;
    const started = startRun(usesFast ? fast : (slow ??= prepare(false)), runOptions);
    const mustBeLatest = (): void => {
      if (own !== latest) throw new Error('another run has begun on this executor');
    };
    return {
      add(images, count) {
        mustBeLatest();
        checkRunImages(network, images, count);
        return started.add(images, count);
      },
      histogram(layer) {
        mustBeLatest();
        return started.histogram(layer);
      },
    };
  };
  const run = (images: Uint8Array, count: number, runOptions: RunOptions = {}): RunResult => {
    checkRunImages(network, images, count);
    const whole = start(runOptions);
    const outputs = whole.add(images, count);
    const layers = [...(runOptions.histogramDigitBits?.keys() ?? [])];
    return { outputs, histograms: new Map(layers.map((id) => [id, whole.histogram(id)!])) };
  };
  return {
    run,
    start,
    build,
    batch: fast.plan.batch,
    memoryBytes: () => fast.machine.memoryBytes + (slow?.machine.memoryBytes ?? 0),
  };
}

/** Like {@link createKernelExecutor}, compiling asynchronously: for a browser's main thread. */
export async function loadKernelExecutor(
  network: Network,
  options: KernelOptions = {},
): Promise<KernelExecutor> {
  await loadKernelModule(options.build);
  return createKernelExecutor(network, options);
}
