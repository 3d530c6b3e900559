import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { decodeModel, type Model, type Normalization } from '@tally/core';
import { readBytes } from './read.ts';

/** A trained network from a file, and what identifies it. */
export interface ModelFile {
  readonly model: Model;
  /** Name of the file without its folder. */
  readonly file: string;
  /** SHA-256 of the file in hex. */
  readonly sha256: string;
  /** What importing rewrote or dropped, a line each; empty for model files. */
  readonly remarks: readonly string[];
}

/**
 * Reads a `.model` file, or imports an `.onnx` file.
 *
 * @param normalization what an ONNX file expects of its images; null: x / 255. Model files have it in them.
 * @throws TallyError for what is missing, malformed or cannot be imported.
 */
export async function readModelFile(path: string, normalization: Normalization | null): Promise<ModelFile> {
  const bytes = readBytes(path, 'model');
  const identity = { file: basename(path), sha256: createHash('sha256').update(bytes).digest('hex') };
  if (!path.endsWith('.onnx')) return { ...identity, model: decodeModel(bytes, path), remarks: [] };
  // Loaded only here: no other form of network needs it.
  const { importOnnxFile } = await import('./onnx.ts');
  const { model, remarks } = importOnnxFile(path, { normalization });
  return { ...identity, model, remarks: remarks.map(({ place, message }) => `${place}: ${message}`) };
}
