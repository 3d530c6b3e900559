import { histogramDigitBits, priceRun, reproduceChip, type MonteCarloOptions } from '@tally/core';
import { checkOutputs } from '../io/outputs.ts';
import { startProgress } from '../terminal/progress.ts';
import { VERSION } from '../version.ts';
import { runParallel } from '../workers/index.ts';
import { inputFiles, loadRun, type RunInputs } from './load.ts';
import { simulateFirst } from './simulated.ts';
import { targetFiles, type ResultTargets, type RunResults } from './results.ts';

/** A run, and the files that will be written after it. */
export interface RunRequest extends RunInputs {
  readonly threads: number;
  /** How uncertainties are sampled; left out: as the core does. */
  readonly sampling?: MonteCarloOptions | undefined;
  /** Run the first image clock by clock too. */
  readonly simulate?: boolean | undefined;
  readonly outputs: Pick<ResultTargets, 'json' | 'html'>;
}

/**
 * Reads, checks, runs, counts and prices; writes nothing.
 *
 * @throws TallyError for whatever is refused, before the first image runs
 */
export async function executeRun(request: RunRequest): Promise<RunResults> {
  checkOutputs(targetFiles(request.outputs), inputFiles(request));
  const loaded = await loadRun(request);
  const { file, chip, tech, operatingPoint, dataset, images, labels, count } = loaded;
  // First, because it refuses chips without circuit.
  const simulated = request.simulate === true ? simulateFirst(loaded) : null;
  const progress = startProgress({ label: file.network.name, total: count, noun: 'images' });
  const result = await runParallel(file.network, images, count, {
    threads: request.threads,
    histogramDigitBits: histogramDigitBits(file.network, chip),
    progress: (done) => progress.update(done),
  }).finally(() => progress.finish());
  const report = priceRun({
    toolVersion: VERSION,
    network: file.network,
    hash: file.hash,
    chip,
    tech,
    operatingPoint,
    dataset: { name: dataset.name, images: dataset.count },
    labels,
    sampling: request.sampling,
    result,
  });
  return {
    report: simulated === null ? report : { ...report, simulated },
    reproduction: reproduceChip(chip, tech),
    command: commandOf(request),
  };
}

/** The command that repeats a run, outputs and threads left out: they change no result. */
function commandOf({
  network,
  data,
  labels,
  chip,
  tech,
  point,
  images,
  sampling,
  simulate,
}: RunRequest): string {
  const options: readonly (readonly [string, string | number | null | undefined])[] = [
    ['--data', data],
    ['--labels', labels],
    ['--chip', chip],
    ['--tech', tech],
    ...(typeof point === 'string'
      ? ([['--point', point]] as const)
      : ([
          ['--voltage', point.voltageV],
          ['--clock', point.clockMHz],
        ] as const)),
    ['--images', images],
    ['--samples', sampling?.samples],
    ['--seed', sampling?.seed],
    ['--spread', sampling?.distribution],
  ];
  return [
    'tally run',
    network,
    ...options.flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [name, String(value)],
    ),
    ...(simulate === true ? ['--simulate'] : []),
  ].join(' ');
}
