import { join } from 'node:path';
import type { Precision } from '@tally/core';
import type { TrainOptions } from '../options.ts';
import type { Progress } from '../progress.ts';

export const silent: Progress = { update: () => undefined, line: () => undefined };
export const W3A2: Precision = { weights: 3, activations: 2, codes: 'sign-magnitude' };

/** Options of a short run on the IDX files of `directory/data`, full precision unless changed. */
export function trainOptions(directory: string, name: string, changes: Partial<TrainOptions>): TrainOptions {
  return {
    name: 'test',
    data: join(directory, 'data'),
    precision: null,
    parent: null,
    normalization: null,
    teacher: null,
    distillation: { share: 0.5, temperature: 4 },
    mirrorTeacher: false,
    cropPadding: null,
    mixup: 0,
    epochs: 3,
    batch: 32,
    learningRate: 0.05,
    warmupEpochs: 0.5,
    average: null,
    freezeNorms: false,
    momentum: 0.9,
    weightDecay: 5e-4,
    seed: 4,
    out: join(directory, `${name}.model`),
    resume: false,
    threads: 1,
    replicas: 1,
    checkpointSteps: 4,
    calibrationImages: 64,
    ...changes,
  };
}
