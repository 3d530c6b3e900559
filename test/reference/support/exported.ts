import { InferenceSession, Tensor } from 'onnxruntime-node';
import { createKernelExecutor, exportModel, exportNetwork, type Model, type Network } from '@tally/core';
import { Emitter } from '../../../packages/core/src/train/emitter.ts';
import { forwardPass, scaledImages } from '../../../packages/core/src/train/forward.ts';
import { Tape } from '../../../packages/core/src/train/tape.ts';
import { withOutputs } from '../../../packages/core/src/export/export.test-support.ts';
import type { LabelledImages } from '../../../packages/cli/src/io/idx.ts';

const BATCH = 100;

const options: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
};

function quantizersOf(model: Model): readonly string[] {
  return model.graph.nodes.filter(({ kind }) => kind === 'quantize').map(({ id }) => id);
}

/** The trainer's fake-quantized graph with logits and every quantizer's value as outputs. */
function trainerGraph({ graph, parameters }: Model, quantizers: readonly string[]): Uint8Array {
  const emitter = new Emitter('fake-quantized');
  const codes = emitter.input('images', [BATCH, ...graph.input.shape], 'uint8');
  const constants = new Map(
    [...parameters].map(([name, { shape, data }]) => [name, emitter.constant(shape, data)]),
  );
  const images = scaledImages(emitter, codes, graph.input.scale);
  const { values, logits } = forwardPass(new Tape(emitter), graph, images, constants, 'inference');
  for (const id of quantizers) emitter.output(id, values.get(id)!);
  emitter.output('logits', logits);
  return emitter.builder.encode();
}

/** What a comparison of an exported model with the trainer's graph found. */
export interface Agreement {
  readonly images: number;
  /** Codes at all quantizers of all images, and how many of them differ. */
  readonly codes: number;
  readonly differentCodes: number;
  /** Right classes of the file, its quantizers not shown, and of the trainer's graph. */
  readonly correct: number;
  readonly trainerCorrect: number;
}

function largest(scores: Float32Array): number {
  return scores.indexOf(Math.max(...scores));
}

/** Runs the QDQ file of a model in ONNX Runtime beside the trainer's fake-quantized graph; `count` is a multiple of 100. */
export async function compareQdq(model: Model, data: LabelledImages, count: number): Promise<Agreement> {
  const quantizers = quantizersOf(model);
  const file = exportModel(model, 'qdq');
  const [plain, shown, trainer] = await Promise.all(
    [file, withOutputs(file, quantizers), trainerGraph(model, quantizers)].map((bytes) =>
      InferenceSession.create(bytes, options),
    ),
  );
  const { shape, scale } = model.graph.input;
  const pixels = data.rows * data.columns;
  let [codes, differentCodes, correct, trainerCorrect] = [0, 0, 0, 0];
  for (let first = 0; first < count; first += BATCH) {
    const images = data.images.slice(first * pixels, (first + BATCH) * pixels);
    const real = Float32Array.from(images, (code) => code * Math.fround(scale));
    const input = new Tensor('float32', real, [BATCH, ...shape]);
    const outputs = await plain.run({ input });
    const values = await shown.run({ input });
    const wanted = await trainer.run({ images: new Tensor('uint8', images, [BATCH, ...shape]) });
    for (const id of quantizers) {
      const [ours, theirs] = [values[id].data as Float32Array, wanted[id].data as Float32Array];
      codes += ours.length;
      for (const [i, value] of theirs.entries()) if (ours[i] !== value) differentCodes++;
    }
    const [scores, trained] = [outputs[model.graph.output], wanted['logits']].map(
      (tensor) => tensor.data as Float32Array,
    );
    const classes = scores.length / BATCH;
    for (let i = 0; i < BATCH; i++) {
      const label = data.labels[first + i];
      if (largest(scores.subarray(i * classes, (i + 1) * classes)) === label) correct++;
      if (largest(trained.subarray(i * classes, (i + 1) * classes)) === label) trainerCorrect++;
    }
  }
  await Promise.all([plain, shown, trainer].map((session) => session.release()));
  return { images: count, codes, differentCodes, correct, trainerCorrect };
}

/** Runs the ONNX file of a network in ONNX Runtime. @returns outputs that differ from the kernels' and how many there are. */
export async function compareIntegers(
  network: Network,
  data: LabelledImages,
  count: number,
): Promise<{ readonly outputs: number; readonly different: number }> {
  const session = await InferenceSession.create(exportNetwork(network), options);
  const executor = createKernelExecutor(network);
  const pixels = data.rows * data.columns;
  let [outputs, different] = [0, 0];
  for (let first = 0; first < count; first += BATCH) {
    const images = data.images.slice(first * pixels, (first + BATCH) * pixels);
    const input = new Tensor('uint8', images, [BATCH, ...network.input.shape]);
    const made = (await session.run({ input }))[network.output].data as Int32Array;
    const expected = executor.run(images, BATCH).outputs;
    outputs += expected.length;
    for (const [i, value] of expected.entries()) if (made[i] !== value) different++;
  }
  await session.release();
  return { outputs, different };
}
