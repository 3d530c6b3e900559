import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import {
  decodeModel,
  elementCount,
  fail,
  hasQuantizers,
  inferTypes,
  MODEL_MAGIC,
  valueShapes,
  weightShapesOf,
  type Chip,
  type EvaluationArithmetic,
  type EvaluationForm,
  type LevelHistogram,
  type Model,
  type Normalization,
  type OnnxModel,
  type Shape,
} from '@tally/core';
import { readNetworkFile } from '../io/network-file.ts';
import { importOnnxFile, readOnnxFile } from '../io/onnx.ts';
import { readBytes } from '../io/read.ts';
import { arithmeticOf, type ArithmeticName } from './arithmetic.ts';
import type { ScoreEngine } from './engine.ts';
import { executorEngine } from './executor-engine.ts';
import { floatEngine } from './float-engine.ts';
import { integerEngine } from './integer-engine.ts';
import { onnxEngine } from './onnx-engine.ts';
import { imageInput } from './onnx-input.ts';

/** A network that was read and is ready to be started. */
export interface EvaluatedNetwork {
  readonly form: EvaluationForm;
  readonly hash: string;
  /** Shape of an image, channels first. */
  readonly shape: Shape;
  /** Number of classes, where the file says it. */
  readonly classes: number | null;
  /** What decides the scores and is not in the file, as text. */
  readonly context: string;
  /** Of a model; null for files of other kinds, which say it themselves. */
  readonly arithmetic: EvaluationArithmetic | null;
  start(before: ReadonlyMap<string, LevelHistogram>): Promise<ScoreEngine>;
  /** The integer network, for counting and pricing. */
  readonly file: ReturnType<typeof readNetworkFile> | null;
}

/** How an `.onnx` file is evaluated: as the file says, or as the model that importing makes of it. */
export type OnnxReading = 'file' | 'imported';

/** What a network is started with. */
export interface StartOptions {
  readonly chip: Chip;
  /** For .onnx files; null: x / 255. */
  readonly normalization: Normalization | null;
  readonly as: OnnxReading;
  /** For models; null: what {@link arithmeticOf} chooses. */
  readonly arithmetic: ArithmeticName | null;
  readonly threads: number;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * Reads a network file, whatever it is: `.tally` (integers), `.model` (float, or fake-quantized when it
 * has quantizers), `.onnx` (as the file says, or imported).
 *
 * @throws TallyError for what is missing, malformed or cannot be imported; `network-kind-unknown`,
 *   `option-conflict`, `arithmetic-needs-integers`
 */
export function loadNetwork(path: string, options: StartOptions): EvaluatedNetwork {
  const { chip, normalization, arithmetic, threads } = options;
  if (path.endsWith('.onnx')) return loadOnnx(path, options);
  if (normalization !== null || options.as !== 'file') {
    fail(
      'option-conflict',
      normalization !== null ? '--normalize' : '--as',
      `is for .onnx files, ${path} is none`,
      'leave it out; other files have it in them',
    );
  }
  const bytes = readBytes(path, 'network');
  if (startsWith(bytes, MODEL_MAGIC)) {
    return ofModel(decodeModel(bytes, basename(path)), sha256(bytes), {}, options);
  }
  refuseArithmetic(arithmetic, path);
  if (!path.endsWith('.tally') && !startsWith(bytes, 'TALLY')) {
    fail(
      'network-kind-unknown',
      path,
      'is neither a .tally nor a .model nor an .onnx file',
      'name one that tally quantize, tally train or an exporter wrote',
    );
  }
  const file = readNetworkFile(path);
  const { network, hash } = file;
  return {
    form: 'integer',
    hash,
    shape: network.input.shape,
    classes: elementCount(inferTypes(network).get(network.output)!.shape),
    context: '',
    arithmetic: null,
    start: (before) => integerEngine(file, chip, threads, before),
    file,
  };
}

/** Refuses an arithmetic for what is no model. */
function refuseArithmetic(arithmetic: ArithmeticName | null, path: string): void {
  if (arithmetic === null) return;
  fail(
    'option-conflict',
    '--arithmetic',
    `is for .model files and for .onnx files read --as imported, ${path} is neither`,
    'leave it out; the file says in which arithmetic it computes',
  );
}

function ofModel(
  model: Model,
  hash: string,
  context: Readonly<Record<string, unknown>>,
  options: StartOptions,
): EvaluatedNetwork {
  const { graph, parameters } = model;
  const arithmetic = arithmeticOf(model, options.arithmetic);
  const shapes = valueShapes(graph, weightShapesOf(graph, parameters));
  return {
    form: hasQuantizers(model.graph) ? 'fake-quantized' : 'float',
    hash,
    shape: graph.input.shape,
    classes: elementCount(shapes.get(graph.output) ?? []),
    context: JSON.stringify({ ...context, arithmetic }),
    arithmetic,
    start: () => floatEngine(model, hash, options.threads, arithmetic),
    file: null,
  };
}

function loadOnnx(path: string, options: StartOptions): EvaluatedNetwork {
  const { normalization, as, threads } = options;
  const context = { as, normalization };
  const file = readOnnxFile(path);
  if (as === 'imported') {
    return ofModel(importOnnxFile(path, { normalization }).model, file.sha256, context, options);
  }
  refuseArithmetic(options.arithmetic, path);
  const { model } = file;
  const input = imageInput(model, path, normalization);
  const form = hasQuantizerNodes(model) ? 'fake-quantized' : 'float';
  const engine = isForRuntime(model) ? onnxEngine : executorEngine;
  const [, classes] = model.graph.outputs[0].shape ?? [];
  return {
    form,
    hash: file.sha256,
    shape: input.shape,
    classes: typeof classes === 'number' ? classes : null,
    context: JSON.stringify(context),
    arithmetic: null,
    start: async () => await engine(file, input, { path, form, normalization, threads }),
    file: null,
  };
}

/** Whether every operator is one of ONNX's own domain, or of ONNX Runtime's. */
function isForRuntime({ graph }: OnnxModel): boolean {
  return graph.nodes.every(({ domain }) => domain === '' || domain.startsWith('com.microsoft'));
}

function hasQuantizerNodes({ graph }: OnnxModel): boolean {
  return graph.nodes.some(
    ({ operator }) => operator === 'DequantizeLinear' || /^(?:Int|Bipolar)?Quant$/.test(operator),
  );
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return new TextDecoder('latin1').decode(bytes.subarray(0, text.length)) === text;
}
