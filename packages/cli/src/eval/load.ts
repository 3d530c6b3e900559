import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import {
  decodeModel,
  decodeOnnx,
  fail,
  MODEL_MAGIC,
  type Chip,
  type EvaluationForm,
  type LevelHistogram,
  type Normalization,
  type Shape,
} from '@tally/core';
import { readNetworkFile } from '../io/network-file.ts';
import { readBytes } from '../io/read.ts';
import type { ScoreEngine } from './engine.ts';
import { floatEngine, isQuantized } from './float-engine.ts';
import { integerEngine } from './integer-engine.ts';
import { onnxEngine } from './onnx-engine.ts';

/** A network that was read and is ready to be started. */
export interface EvaluatedNetwork {
  readonly form: EvaluationForm;
  readonly hash: string;
  /** Shape and number of classes, where the file says them. */
  readonly shape: Shape | null;
  start(before: ReadonlyMap<string, LevelHistogram>): Promise<ScoreEngine>;
  /** The integer network, for counting and pricing. */
  readonly file: ReturnType<typeof readNetworkFile> | null;
}

/** What a network is started with. */
export interface StartOptions {
  readonly chip: Chip;
  readonly normalization: Normalization;
  readonly threads: number;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * Reads a network file, whatever it is: `.tally` (integers), `.model` (float, or fake-quantized when it
 * has quantizers), `.onnx` (float, as the file says).
 *
 * @throws TallyError for what is missing or malformed; `network-kind-unknown`
 */
export function loadNetwork(path: string, { chip, normalization, threads }: StartOptions): EvaluatedNetwork {
  if (path.endsWith('.onnx')) {
    const bytes = readBytes(path, 'network');
    const model = decodeOnnx(bytes);
    return {
      form: 'float',
      hash: sha256(bytes),
      shape: null,
      start: () => onnxEngine(bytes, model, path, normalization, threads),
      file: null,
    };
  }
  const bytes = readBytes(path, 'network');
  if (startsWith(bytes, MODEL_MAGIC)) {
    const model = decodeModel(bytes, basename(path));
    return {
      form: isQuantized(model) ? 'fake-quantized' : 'float',
      hash: sha256(bytes),
      shape: model.graph.input.shape,
      start: () => floatEngine(model, sha256(bytes), threads),
      file: null,
    };
  }
  if (!path.endsWith('.tally') && !startsWith(bytes, 'TALLY')) {
    fail(
      'network-kind-unknown',
      path,
      'is neither a .tally nor a .model nor an .onnx file',
      'name one that tally quantize, tally train or an exporter wrote',
    );
  }
  const file = readNetworkFile(path);
  return {
    form: 'integer',
    hash: file.hash,
    shape: file.network.input.shape,
    start: (before) => integerEngine(file, chip, threads, before),
    file,
  };
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return new TextDecoder('latin1').decode(bytes.subarray(0, text.length)) === text;
}
