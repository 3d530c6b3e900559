import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  encodeModel,
  fail,
  graphNames,
  initialModel,
  hasQuantizers,
  isTrainable,
  learningRate,
  quantizedGraph,
  quantizedValues,
  resnet8,
  trainStepGraph,
  unquantized,
  weightShapesOf,
  withQuantizers,
  type Augmentation,
  type FloatTensor,
  type Model,
  type ModelGraph,
  type Schedule,
} from '@tally/core';
import type { Tensor } from 'onnxruntime-node';
import { readModelFile } from '../io/model-file.ts';
import { checkWritable, writeAllAtomically } from '../io/outputs.ts';
import { freshStatistics, WeightAverage } from './average.ts';
import { readTrainingData, type LabelledSet } from './data.ts';
import { readTeacher } from './teacher.ts';
import { epochOrder, stepsPerEpoch, trainingBatch, type Batch } from './batches.ts';
import { readCheckpoint, writeCheckpoint, type Checkpoint } from './checkpoint.ts';
import { meanMagnitudes, openEvaluator } from './evaluate.ts';
import { appendMetrics, readMetrics, startMetrics, type EpochMetrics } from './metrics.ts';
import { runFiles, type TrainOptions } from './options.ts';
import { clock, createProgress, type Progress } from './progress.ts';
import { openReplicas } from './replicas.ts';
import { openStepRunner, type TrainingState } from './step-runner.ts';

/** What a training run made. */
export interface TrainResult {
  readonly model: Model;
  readonly epochs: readonly EpochMetrics[];
  /** Test images and how many the model got right. */
  readonly images: number;
  readonly correct: number;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The model that training starts from, and the parent file's hash. */
async function startModel(
  options: TrainOptions,
  train: LabelledSet,
): Promise<{ readonly model: Model; readonly parentSha256: string | null }> {
  if (options.parent === null) {
    if (options.precision !== null) {
      fail(
        'parent-missing',
        'train.init',
        'low-bit training starts from a full-precision model',
        'train one with --precision fp32 and name it with --init',
      );
    }
    const { graph, weightShapes } = resnet8(train.shape);
    return {
      model: initialModel({ ...graph, name: options.name }, weightShapes, options.seed),
      parentSha256: null,
    };
  }
  const { model: read, sha256: parentSha256 } = await readModelFile(options.parent, options.normalization);
  const named = (model: Model): Model => ({ ...model, graph: { ...model.graph, name: options.name } });
  if (options.precision === 'as-is') return { model: named(read), parentSha256 };
  // Training goes on from the weights of another precision: its quantizers are replaced, or go.
  const parent = hasQuantizers(read.graph) ? unquantized(read) : read;
  if (options.precision === null) return { model: named(parent), parentSha256 };
  const values = quantizedValues(quantizedGraph(parent.graph, options.name, options.precision));
  const magnitudes = await meanMagnitudes(
    parent.graph,
    parent.parameters,
    train,
    values,
    options.calibrationImages,
    options.threads,
  );
  return { model: withQuantizers(parent, options.name, options.precision, magnitudes), parentSha256 };
}

function initialState(model: Model, trainable: ReadonlySet<string>): Map<string, FloatTensor> {
  const state = new Map<string, FloatTensor>();
  for (const [name, tensor] of model.parameters) {
    state.set(graphNames.parameter(name), tensor);
    if (trainable.has(name)) {
      state.set(graphNames.momentum(name), {
        shape: tensor.shape,
        data: new Float32Array(tensor.data.length),
      });
    }
  }
  return state;
}

/** The parameters within a training state. */
function parametersOf(model: Model, state: TrainingState): Map<string, FloatTensor> {
  return new Map(
    [...model.parameters.keys()].map((name) => {
      return [name, tensorOf(state, graphNames.parameter(name))];
    }),
  );
}

/** A graph whose batch norms keep their statistics in training. */
function frozen(graph: ModelGraph): ModelGraph {
  const nodes = graph.nodes.map((node) => (node.kind === 'batch-norm' ? { ...node, frozen: true } : node));
  return { ...graph, nodes };
}

/** A model with the batch norm statistics of one more pass over the training images, augmented and blended as they were trained on. */
function withFreshStatistics(
  model: Model,
  data: LabelledSet,
  { batch, seed, epochs, threads }: TrainOptions,
  augmentation: Augmentation,
): Promise<Model> {
  // The pass is another epoch, one that no step belongs to.
  const order = epochOrder(data, seed, epochs);
  const images = (step: number): Tensor =>
    trainingBatch(data, order, seed, epochs, step, batch, augmentation).images;
  return freshStatistics(model, { batch, count: stepsPerEpoch(data, batch), images }, threads);
}

function tensorOf(state: TrainingState, name: string): FloatTensor {
  const tensor = state.get(name);
  if (tensor === undefined) throw new Error(`training state lacks '${name}'`);
  return tensor;
}

/** Training batches by number (0 is the first of the run), augmented. */
function batchesOf(
  data: LabelledSet,
  { seed, batch }: TrainOptions,
  augmentation: Augmentation,
): (step: number) => Batch {
  const perEpoch = stepsPerEpoch(data, batch);
  let order: Uint32Array = new Uint32Array();
  let orderEpoch = -1;
  return (step) => {
    const epoch = Math.floor(step / perEpoch);
    if (epoch !== orderEpoch) {
      order = epochOrder(data, seed, epoch);
      orderEpoch = epoch;
    }
    return trainingBatch(data, order, seed, epoch, step % perEpoch, batch, augmentation);
  };
}

/**
 * Trains a network and writes the model file, a metrics file (JSON), its lines per epoch (JSON lines) and,
 * on the way, checkpoints. A killed run continued with `resume` ends in the same bytes as one that
 * was left alone; the same options and seed give the same model bytes on the same kind of CPU.
 *
 * @throws TallyError for missing or malformed files and for options that do not fit each other.
 */
export async function train(options: TrainOptions, progress?: Progress): Promise<TrainResult> {
  const files = runFiles(options.out);
  checkWritable(options.out);
  const { train: data, test, cropPadding } = await readTrainingData(options.data);
  const augmentation: Augmentation = {
    padding: options.cropPadding ?? cropPadding,
    flip: true,
    ...(options.mixup > 0 && { mixup: options.mixup }),
  };
  if (options.mixup > 0 && options.teacher === null) {
    fail(
      'option-conflict',
      'train.mixup',
      'blends images, and no label says what a blend shows',
      'name a teacher, whose answers are learned then, or leave mixup out',
    );
  }
  if (options.mixup > 0 && options.distillation.share === 0) {
    fail(
      'option-conflict',
      'train.mixup',
      'blends images, and nothing is learned from the teacher, who alone says what a blend shows',
      'give --distillation-share above 0, best 1, or leave mixup out',
    );
  }
  const perEpoch = stepsPerEpoch(data, options.batch);
  if (perEpoch === 0) {
    fail(
      'batch-too-large',
      'train.batch',
      `a batch of ${options.batch} from ${data.count} images`,
      `use at most ${data.count}`,
    );
  }
  const { average, replicas } = options;
  if (options.batch % replicas !== 0) {
    fail(
      'option-conflict',
      'train.replicas',
      `a batch of ${options.batch} images does not come apart into ${replicas} equal parts`,
      'use a number of replicas that divides the batch',
    );
  }
  if (average !== null && average.epochs > options.epochs) {
    fail(
      'option-out-of-range',
      'train.average',
      `${average.epochs} epochs of ${options.epochs} are to be averaged`,
      `use at most ${options.epochs}`,
    );
  }
  if (options.freezeNorms && options.parent === null) {
    fail(
      'option-conflict',
      'train.freezeNorms',
      'keeps batch norm statistics, and random weights have none yet',
      'name the model to start from with --init, or leave --freeze-norms out',
    );
  }
  const { model, parentSha256 } = await startModel(options, data);
  const shapes = weightShapesOf(model.graph, model.parameters);
  const part = options.batch / replicas;
  const teacher =
    options.teacher === null
      ? null
      : await readTeacher(
          options.teacher,
          { ...options, batch: part, mirrored: options.mirrorTeacher },
          model,
        );
  const { bytes, parameters } = trainStepGraph(
    options.freezeNorms ? frozen(model.graph) : model.graph,
    shapes,
    {
      ...options,
      batch: part,
      distillation: teacher === null ? null : options.distillation,
    },
  );
  const trainable = new Set(parameters.filter(({ role }) => isTrainable(role)).map(({ name }) => name));
  const schedule: Schedule = {
    peak: options.learningRate,
    warmupSteps: Math.round(options.warmupEpochs * perEpoch),
    totalSteps: options.epochs * perEpoch,
    ...(average === null ? {} : { tail: { rate: average.learningRate, steps: average.epochs * perEpoch } }),
  };
  const averageFrom = schedule.totalSteps - (schedule.tail?.steps ?? 0);
  const identity = JSON.stringify({
    graph: sha256(bytes),
    parent: parentSha256,
    data: [sha256(data.images), sha256(data.labels)],
    schedule,
    seed: options.seed,
    augmentation,
    ...(replicas === 1 ? {} : { replicas }),
    ...(teacher === null ? {} : { teacher: sha256(teacher.graph), distillation: options.distillation }),
  });

  const start: Checkpoint = (options.resume ? await readCheckpoint(files.checkpoint, identity) : null) ?? {
    identity,
    step: 0,
    sums: { loss: 0, correct: 0, steps: 0 },
    state: initialState(model, trainable),
  };
  const shown = progress ?? createProgress(process.stderr, start.step);
  if (start.step > 0) shown.line(`resuming at step ${start.step} of ${schedule.totalSteps}`);
  const epochs = [...(await readMetrics(files.log, options.resume ? Math.floor(start.step / perEpoch) : 0))];
  startMetrics(files.log, epochs);

  const stepStart = {
    graph: bytes,
    teacher: teacher?.graph ?? null,
    threads: Math.max(1, Math.floor(options.threads / replicas)),
  };
  const evaluator = await openEvaluator(model.graph, model.parameters, options.threads);
  // The last to be opened: its threads would keep a process alive that fails in between.
  const runner = await (replicas === 1 ? openStepRunner(stepStart) : openReplicas(stepStart, replicas));
  try {
    const names = [...initialState(model, trainable).keys()];
    let state: TrainingState = new Map(names.map((name) => [name, tensorOf(start.state, name)]));
    const mean =
      average === null
        ? null
        : new WeightAverage(trainable, model.parameters, start.state, Math.max(0, start.step - averageFrom));
    let { loss, correct, steps } = start.sums;
    const batchOf = batchesOf(data, options, augmentation);
    let batch: Batch | null = null;
    let began = performance.now();
    for (let step = start.step; step < schedule.totalSteps; step++) {
      const epoch = Math.floor(step / perEpoch);
      if (step % perEpoch === 0) began = performance.now();
      const rate = learningRate(schedule, step);
      const running = runner.step(state, batch ?? batchOf(step), rate);
      // Made while the step runs.
      batch = step + 1 < schedule.totalSteps ? batchOf(step + 1) : null;
      const stepped = await running;
      state = stepped.state;
      if (step >= averageFrom) mean?.add(state);
      const stepLoss = stepped.loss;
      if (!Number.isFinite(stepLoss)) {
        fail('training-diverged', `train.step.${step}`, `the loss became ${stepLoss}`, 'lower --lr');
      }
      loss += stepLoss;
      correct += stepped.correct;
      steps++;
      const done = step + 1;
      shown.update({
        epoch: epoch + 1,
        epochs: options.epochs,
        step: done,
        totalSteps: schedule.totalSteps,
        loss: loss / steps,
        accuracy: correct / (steps * options.batch),
      });
      if (done % perEpoch === 0) {
        const evaluation = await evaluator.evaluate(parametersOf(model, state), test);
        const metrics: EpochMetrics = {
          epoch: epoch + 1,
          learningRate: rate,
          trainLoss: loss / steps,
          trainTop1: correct / (steps * options.batch),
          testLoss: evaluation.loss,
          testTop1: evaluation.correct / evaluation.images,
          seconds: (performance.now() - began) / 1000,
        };
        epochs.push(metrics);
        await appendMetrics(files.log, metrics);
        shown.line(
          `epoch ${metrics.epoch}/${options.epochs}: train loss ${metrics.trainLoss.toFixed(4)}, ` +
            `train top-1 ${(100 * metrics.trainTop1).toFixed(2)} %, test top-1 ${(100 * metrics.testTop1).toFixed(2)} %, ` +
            clock(metrics.seconds),
        );
        loss = 0;
        correct = 0;
        steps = 0;
      }
      if (done % perEpoch === 0 || done % options.checkpointSteps === 0) {
        writeCheckpoint(files.checkpoint, {
          identity,
          step: done,
          sums: { loss, correct, steps },
          state: new Map([...state, ...(mean?.tensors() ?? [])]),
        });
      }
    }
    const weights: Model = {
      graph: model.graph,
      parameters: new Map([...parametersOf(model, state), ...(mean?.parameters() ?? [])]),
    };
    // The running statistics are those of the last weights, not of the mean.
    const isFresh = mean !== null && !options.freezeNorms;
    if (isFresh)
      shown.line('batch norm statistics of the averaged weights: one more pass over the training images');
    const trained = isFresh ? await withFreshStatistics(weights, data, options, augmentation) : weights;
    const final = await evaluator.evaluate(trained.parameters, test);
    const modelBytes = encodeModel(trained);
    const summary = {
      name: options.name,
      model: { file: basename(options.out), sha256: sha256(modelBytes) },
      parent: options.parent === null ? null : { file: basename(options.parent), sha256: parentSha256 },
      precision: options.precision,
      ...(options.normalization === null ? {} : { normalization: options.normalization }),
      ...(typeof options.precision === 'object' && options.precision !== null
        ? { calibrationImages: options.calibrationImages }
        : {}),
      epochs: options.epochs,
      batch: options.batch,
      learningRate: options.learningRate,
      warmupEpochs: options.warmupEpochs,
      momentum: options.momentum,
      weightDecay: options.weightDecay,
      ...(average === null ? {} : { average }),
      ...(options.freezeNorms ? { freezeNorms: true } : {}),
      seed: options.seed,
      ...(replicas === 1 ? {} : { replicas }),
      augmentation,
      ...(teacher === null
        ? {}
        : {
            teacher: { file: teacher.file, sha256: teacher.sha256 },
            distillation: options.distillation,
            ...(options.mirrorTeacher ? { mirrorTeacher: true } : {}),
          }),
      test: {
        images: final.images,
        correct: final.correct,
        top1: final.correct / final.images,
        loss: final.loss,
      },
      history: epochs.map((metrics) => ({ ...metrics, seconds: undefined })),
    };
    writeAllAtomically([
      { path: files.metrics, content: `${JSON.stringify(summary, null, 2)}\n` },
      { path: options.out, content: modelBytes },
    ]);
    await rm(files.checkpoint, { force: true });
    return { model: trained, epochs, images: final.images, correct: final.correct };
  } finally {
    await runner.close();
    await evaluator.close();
  }
}
