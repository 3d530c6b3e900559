import {
  graphNames,
  initialModel,
  isTrainable,
  quantizedGraph,
  quantizedValues,
  Random,
  resnet8,
  trainStepGraph,
  weightShapesOf,
  withQuantizers,
  type FloatTensor,
} from '@tally/core';
import { Tensor } from 'onnxruntime-node';
import type { Batch } from '../src/train/batches.ts';
import { openReplicas } from '../src/train/replicas.ts';
import { openStepRunner, type StepRunner, type TrainingState } from '../src/train/step-runner.ts';
import { median } from './statistics.ts';

const BATCH = 128;
const SHAPE = [1, 28, 28] as const;
const STEPS_PER_ROUND = 5;
const PRECISION = { weights: 3, activations: 2, codes: 'sign-magnitude' } as const;

/** A ResNet-8 of low bits: the graph of a training step on part of a batch, and the state before it. */
function lowBitNetwork(part: number): { readonly graph: Uint8Array; readonly state: TrainingState } {
  const { graph, weightShapes } = resnet8(SHAPE);
  const parent = initialModel(graph, weightShapes, 1);
  const values = quantizedValues(quantizedGraph(graph, 'bench', PRECISION));
  const model = withQuantizers(parent, 'bench', PRECISION, new Map(values.map((id) => [id, 0.8])));
  const step = trainStepGraph(model.graph, weightShapesOf(model.graph, model.parameters), {
    batch: part,
    momentum: 0.9,
    weightDecay: 1e-4,
  });
  const state = new Map<string, FloatTensor>();
  for (const { name, role } of step.parameters) {
    const tensor = model.parameters.get(name);
    if (tensor === undefined) throw new Error(`the model lacks '${name}'`);
    const still = { shape: tensor.shape, data: new Float32Array(tensor.data.length) };
    state.set(graphNames.parameter(name), tensor);
    if (isTrainable(role)) state.set(graphNames.momentum(name), still);
  }
  return { graph: step.bytes, state };
}

function randomBatch(): Batch {
  const random = new Random(2);
  const images = Uint8Array.from({ length: BATCH * 28 * 28 }, () => random.below(256));
  const labels = BigInt64Array.from({ length: BATCH }, () => BigInt(random.below(10)));
  return {
    images: new Tensor('uint8', images, [BATCH, ...SHAPE]),
    labels: new Tensor('int64', labels, [BATCH]),
  };
}

/** Training steps of one batch size: on one thread, on several, and by as many replicas, timed side by side. */
export async function benchTraining(
  rounds: number,
  print: (line: string) => void,
  threads = 2,
): Promise<void> {
  const { graph, state } = lowBitNetwork(BATCH);
  const alone = { graph, teacher: null };
  const part = { ...alone, graph: lowBitNetwork(BATCH / threads).graph };
  const contenders: readonly { readonly name: string; readonly runner: StepRunner }[] = [
    { name: 'one thread', runner: await openStepRunner({ ...alone, threads: 1 }) },
    { name: `${threads} threads`, runner: await openStepRunner({ ...alone, threads }) },
    {
      name: `${threads} replicas, a thread each`,
      runner: await openReplicas({ ...part, threads: 1 }, threads),
    },
  ];
  const batch = randomBatch();
  const times = contenders.map((): number[] => []);
  try {
    // One unmeasured round: onnxruntime plans its memory.
    for (let round = -1; round < rounds; round++) {
      for (const [i, { runner }] of contenders.entries()) {
        const start = performance.now();
        let current = state;
        for (let step = 0; step < STEPS_PER_ROUND; step++) {
          ({ state: current } = await runner.step(current, batch, 1e-3));
        }
        if (round >= 0) times[i].push((performance.now() - start) / STEPS_PER_ROUND);
      }
    }
  } finally {
    for (const { runner } of contenders) await runner.close();
  }
  print(`training step of ResNet-8, W3A2, ${BATCH} images, ${rounds} rounds of ${STEPS_PER_ROUND} steps`);
  for (const [i, { name }] of contenders.entries()) {
    const ratio = median(times[i].map((ms, round) => times[0][round] / ms));
    print(`  ${name.padEnd(28)} ${median(times[i]).toFixed(0).padStart(6)} ms  ${ratio.toFixed(2)} x`);
  }
}
