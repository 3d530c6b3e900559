import { graphNames, type FloatTensor } from '@tally/core';
import { Tensor } from 'onnxruntime-node';
import type { Batch } from './batches.ts';
import { openSession, outputOf, scalarOf, toTensor } from './session.ts';

/** Parameters and momenta by graph input name. */
export type TrainingState = ReadonlyMap<string, FloatTensor>;

/** What a training step runs on. */
export interface StepStart {
  /** Of the core's `trainStepGraph`. */
  readonly graph: Uint8Array;
  /** Inference graph of the network that is imitated, for the same batch size; null: none is. */
  readonly teacher: Uint8Array | null;
  /** Threads of onnxruntime. */
  readonly threads: number;
}

/** What a training step makes. */
export interface StepResult {
  /** Parameters and momenta after the step. */
  readonly state: TrainingState;
  /** Mean over the images of the batch. */
  readonly loss: number;
  /** Images of the batch whose first largest logit is their label. */
  readonly correct: number;
}

/** Runs training steps; the state before one is never changed. */
export interface StepRunner {
  step(state: TrainingState, batch: Batch, learningRate: number): Promise<StepResult>;
  close(): Promise<void>;
}

/** Runs training steps in this thread. */
export async function openStepRunner({ graph, teacher, threads }: StepStart): Promise<StepRunner> {
  const session = await openSession(graph, threads);
  const imitated = teacher === null ? null : await openSession(teacher, threads);
  return {
    async step(state, { images, labels }, learningRate) {
      const answers = await imitated?.run({ [graphNames.images]: images });
      const outputs = await session.run({
        ...Object.fromEntries([...state].map(([name, tensor]) => [name, toTensor(tensor)])),
        [graphNames.images]: images,
        [graphNames.labels]: labels,
        ...(answers && { [graphNames.teacher]: outputOf(answers, graphNames.logits) }),
        [graphNames.learningRate]: new Tensor('float32', Float32Array.of(learningRate), []),
      });
      const next = [...state].map(([name, { shape }]) => {
        const { data } = outputOf(outputs, graphNames.next(name));
        if (!(data instanceof Float32Array)) throw new Error(`the step makes '${name}' no floats`);
        return [name, { shape, data }] as const;
      });
      return {
        state: new Map(next),
        loss: scalarOf(outputs, graphNames.loss),
        correct: scalarOf(outputs, graphNames.correct),
      };
    },
    async close() {
      await session.release();
      await imitated?.release();
    },
  };
}
