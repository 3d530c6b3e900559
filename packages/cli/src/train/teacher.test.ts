import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  decodeModel,
  encodeModel,
  exportModel,
  graphNames,
  initialModel,
  resnet8,
  type Model,
  type Precision,
} from '@tally/core';
import { Tensor } from 'onnxruntime-node';
import type { TrainOptions } from './options.ts';
import type { Progress } from './progress.ts';
import { readTrainingData } from './data.ts';
import { openSession, outputOf } from './session.ts';
import { readTeacher } from './teacher.ts';
import { silent, trainOptions, W3A2 } from './testing/options.ts';
import { writeSyntheticData } from './testing/synthetic.ts';
import { train } from './train.ts';

const directory = mkdtempSync(join(tmpdir(), 'tally-teacher-'));
const options = (name: string, changes: Partial<TrainOptions> = {}): TrainOptions =>
  trainOptions(directory, name, changes);
/** A full-precision model, which students and teachers are made of. */
beforeAll(async () => {
  writeSyntheticData(join(directory, 'data'), 320, 130);
  await train(options('whole'), silent);
});
afterAll(() => rmSync(directory, { recursive: true }));

const bytesOf = (name: string): Buffer => readFileSync(join(directory, `${name}.model`));

describe('training with a teacher', () => {
  it('resumes with the same teacher only, which is another where its images are normalised otherwise', async () => {
    const teacher = join(directory, 'teacher.onnx');
    const { graph, parameters } = decodeModel(bytesOf('whole'), 'whole.model');
    writeFileSync(teacher, exportModel({ graph, parameters }, 'onnx'));
    const student = { parent: join(directory, 'whole.model'), precision: W3A2, teacher };
    const stop: Progress = {
      line: () => undefined,
      update: ({ step }) => {
        if (step === 6) throw new Error('stopped');
      },
    };
    await expect(train(options('taught', student), stop)).rejects.toThrow('stopped');
    const normalization = { mean: [0.5], std: [0.25] };
    await expect(
      train(options('taught', { ...student, normalization, resume: true }), silent),
    ).rejects.toThrow(/checkpoint-of-another-run/);
    await train(options('taught', { ...student, resume: true }), silent);
    const metrics = JSON.parse(readFileSync(join(directory, 'taught.metrics.json'), 'utf8')) as unknown;
    expect(metrics).toMatchObject({ calibrationImages: 64 });
  });

  it('refuses a teacher for other images or classes', async () => {
    const { graph, weightShapes } = resnet8([1, 12, 12]);
    const teacher = join(directory, 'other.model');
    writeFileSync(teacher, encodeModel(initialModel(graph, weightShapes, 1)));
    const parent = join(directory, 'whole.model');
    await expect(train(options('x', { parent, teacher }), silent)).rejects.toThrow(
      /other\.model: reads 1×12×12 and gives 10 logits, the student 1×\d+×\d+ and 10 \[teacher-mismatch\] — name a teacher for the same images and classes/,
    );
  });

  it('imitates a teacher, with a step per output channel', async () => {
    const precision: Precision = { ...W3A2, weightSteps: 'per-channel' };
    const parent = join(directory, 'whole.model');
    const common = { parent, precision, epochs: 1 };
    const { model } = await train(
      options('student', { ...common, teacher: parent, distillation: { share: 0.5, temperature: 4 } }),
      silent,
    );
    await train(options('alone', common), silent);
    expect(bytesOf('student').equals(bytesOf('alone'))).toBe(false);
    expect(model.parameters.get('block2.conv1.step')!.shape).toEqual([32]);
    const metrics = JSON.parse(readFileSync(join(directory, 'student.metrics.json'), 'utf8')) as unknown;
    expect(metrics).toMatchObject({
      teacher: { file: 'whole.model' },
      distillation: { share: 0.5, temperature: 4 },
    });
  });

  it('asks a teacher about each image and its mirror image', async () => {
    const parent = join(directory, 'whole.model');
    const student = decodeModel(bytesOf('whole'), 'whole.model');
    const { test } = await readTrainingData(join(directory, 'data'));
    const batch = 6;
    const size = test.images.length / test.count;
    const columns = student.graph.input.shape.at(-1)!;
    const images = test.images.slice(0, batch * size);
    const mirror = images.map((_, i) => images[i - (i % columns) + columns - 1 - (i % columns)]);
    expect(mirror).not.toEqual(images);
    const logits = async (mirrored: boolean, codes: Uint8Array): Promise<Float32Array> => {
      const { graph } = await readTeacher(parent, { normalization: null, batch, mirrored }, student);
      const session = await openSession(graph, 1);
      const shape = [batch, ...student.graph.input.shape];
      const outputs = await session.run({ [graphNames.images]: new Tensor('uint8', codes, shape) });
      await session.release();
      return outputOf(outputs, graphNames.logits).data as Float32Array;
    };
    const [plain, swapped, both] = [
      await logits(false, images),
      await logits(false, mirror),
      await logits(true, images),
    ];
    both.forEach((logit, i) => expect(logit).toBeCloseTo((plain[i] + swapped[i]) / 2, 4));
    expect(Math.max(...both.map((logit, i) => Math.abs(logit - plain[i])))).toBeGreaterThan(1e-2);

    const common = { parent, teacher: parent, epochs: 1, distillation: { share: 1, temperature: 4 } };
    await train(options('asked-once', common), silent);
    await train(options('asked-twice', { ...common, mirrorTeacher: true }), silent);
    expect(bytesOf('asked-twice').equals(bytesOf('asked-once'))).toBe(false);
    const metrics = JSON.parse(readFileSync(join(directory, 'asked-twice.metrics.json'), 'utf8')) as unknown;
    expect(metrics).toMatchObject({ mirrorTeacher: true });
  });

  it('blends images for a teacher, and refuses to without one', async () => {
    const parent = join(directory, 'whole.model');
    const common = { parent, teacher: parent, epochs: 1, distillation: { share: 1, temperature: 4 } };
    await train(options('plain', common), silent);
    await train(options('blended', { ...common, mixup: 0.5 }), silent);
    expect(bytesOf('blended').equals(bytesOf('plain'))).toBe(false);
    await train(options('blended-again', { ...common, mixup: 0.5 }), silent);
    expect(bytesOf('blended-again').equals(bytesOf('blended'))).toBe(true);
    const metrics = JSON.parse(readFileSync(join(directory, 'blended.metrics.json'), 'utf8')) as unknown;
    expect(metrics).toMatchObject({ augmentation: { padding: 2, flip: true, mixup: 0.5 } });
    const labels = { ...common, mixup: 0.5, distillation: { share: 0, temperature: 4 } };
    await expect(train(options('x', labels), silent)).rejects.toThrow(
      'train.mixup: blends images, and nothing is learned from the teacher',
    );
    await expect(train(options('x', { mixup: 0.5 }), silent)).rejects.toThrow(
      'train.mixup: blends images, and no label says what a blend shows [option-conflict] — name a teacher',
    );
  });

  it('takes the batch norm statistics of averaged weights over blends where blends were trained on', async () => {
    const parent = join(directory, 'whole.model');
    // At next to no rate the weights are those of the parent; what differs is what the statistics are of.
    const average = { epochs: 1, learningRate: 1e-12 };
    const still = { parent, teacher: parent, epochs: 1, learningRate: 1e-12, average };
    const { model: blended } = await train(options('blended', { ...still, mixup: 1 }), silent);
    const { model: plain } = await train(options('plain', still), silent);
    const [norm] = plain.graph.nodes.filter((node) => node.kind === 'batch-norm');
    const spread = ({ parameters }: Model): number =>
      parameters.get(norm.variance)!.data.reduce((sum, value) => sum + value, 0);
    // Blends vary less than images.
    expect(spread(blended)).toBeLessThan(0.95 * spread(plain));
  });
});
