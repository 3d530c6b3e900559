import { graphNames, statisticsGraph, weightShapesOf, type FloatTensor, type Model } from '@tally/core';
import type { Tensor } from 'onnxruntime-node';
import { fromTensor, openSession, outputOf, toTensor } from './session.ts';
import type { TrainingState } from './step-runner.ts';

/** Name of a mean in a checkpoint. */
const meanName = (name: string): string => `mean/${name}`;

/**
 * Stochastic weight averaging (Izmailov et al., UAI 2018): the mean of trainable parameters, quantizer steps
 * among them, over training steps. Means are float32, as checkpoints are: a run that is resumed goes on with the same bits.
 */
export class WeightAverage {
  readonly #means: ReadonlyMap<string, FloatTensor>;
  #count: number;

  /**
   * @param names of the parameters.
   * @param kept tensors of a checkpoint, see {@link tensors}.
   * @param count steps that `kept` is the mean of.
   */
  constructor(
    names: Iterable<string>,
    shapes: ReadonlyMap<string, FloatTensor>,
    kept: ReadonlyMap<string, FloatTensor>,
    count: number,
  ) {
    this.#count = count;
    this.#means = new Map(
      [...names].map((name) => {
        const { shape, data } = shapes.get(name) ?? { shape: [], data: new Float32Array() };
        const mean = kept.get(meanName(name));
        if (count > 0 && mean === undefined) throw new Error(`the checkpoint lacks the mean of '${name}'`);
        return [name, mean ?? { shape, data: new Float32Array(data.length) }];
      }),
    );
  }

  /** Takes the parameters after one more step into account. */
  add(state: TrainingState): void {
    this.#count++;
    for (const [name, { data: mean }] of this.#means) {
      const values = state.get(graphNames.parameter(name))?.data;
      if (values === undefined) throw new Error(`training state lacks '${name}'`);
      for (let i = 0; i < mean.length; i++) {
        const before = mean[i] ?? 0;
        mean[i] = before + ((values[i] ?? 0) - before) / this.#count;
      }
    }
  }

  /** The means, to be kept in a checkpoint. */
  tensors(): Map<string, FloatTensor> {
    return new Map([...this.#means].map(([name, mean]) => [meanName(name), mean]));
  }

  /** The means by parameter name. */
  parameters(): ReadonlyMap<string, FloatTensor> {
    return this.#means;
  }
}

/**
 * Batch norm statistics of a model taken anew: the mean over batches of their own means and unbiased variances.
 *
 * @param batches images of one batch, uint8 `[batch, ...shape]`, batch after batch.
 */
export async function freshStatistics(
  { graph, parameters }: Model,
  batches: { readonly batch: number; readonly count: number; images(index: number): Tensor },
  threads: number,
): Promise<Model> {
  const { bytes, parameters: specs } = statisticsGraph(graph, weightShapesOf(graph, parameters), {
    batch: batches.batch,
  });
  const taken = new Set(specs.map(({ name }) => name));
  const feeds = Object.fromEntries(
    [...parameters].flatMap(([name, tensor]) =>
      taken.has(name) ? [[graphNames.parameter(name), toTensor(tensor)]] : [],
    ),
  );
  const sums = new Map(
    [...parameters].flatMap(([name, { data }]) =>
      taken.has(name) ? [] : [[name, new Float64Array(data.length)]],
    ),
  );
  if (sums.size === 0) return { graph, parameters };
  const session = await openSession(bytes, threads);
  try {
    for (let index = 0; index < batches.count; index++) {
      const outputs = await session.run({ ...feeds, [graphNames.images]: batches.images(index) });
      for (const [name, sum] of sums) {
        const { data } = fromTensor(outputOf(outputs, graphNames.nextParameter(name)));
        for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (data[i] ?? 0);
      }
    }
  } finally {
    await session.release();
  }
  return {
    graph,
    parameters: new Map(
      [...parameters].map(([name, tensor]) => {
        const sum = sums.get(name);
        if (sum === undefined) return [name, tensor];
        return [
          name,
          { shape: tensor.shape, data: Float32Array.from(sum, (value) => value / batches.count) },
        ];
      }),
    ),
  };
}
