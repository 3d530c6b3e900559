import { basename } from 'node:path';
import { elementCount, findOperator, normalizationTable, simplify } from '@tally/core';
import type { OnnxFile } from '../io/onnx.ts';
import { inFile } from '../io/read.ts';
import { startScorePool } from '../workers/score-pool.ts';
import type { ScoreEngine } from './engine.ts';
import { scoreInBatches } from './float-engine.ts';
import { classesOf, type OnnxEngineOptions } from './onnx-engine.ts';
import type { OnnxImageInput } from './onnx-input.ts';

/**
 * An ONNX file as it is by the float executor on worker threads: for operators that ONNX Runtime lacks
 * (QONNX). Slow, since every operator is written for clarity, and exact: sums in float64, rounded once.
 *
 * @throws TallyError what simplification refuses; `onnx-output-not-scores`
 */
export function executorEngine(
  { model, sha256 }: OnnxFile,
  input: OnnxImageInput,
  { path, form, normalization, threads }: OnnxEngineOptions,
): ScoreEngine {
  const { name, shape, type } = input;
  const batch = input.batch ?? 1;
  const graph = inFile(path, () =>
    simplify(model, { operator: findOperator, inputShapes: new Map([[name, [batch, ...shape]]]) }),
  );
  const scores = elementCount(graph.types.get(graph.outputs[0])?.shape ?? []);
  const classes = classesOf(scores, batch, path);
  const table = normalizationTable(normalization ?? { mean: [0], std: [1] });
  const pool = startScorePool({ graph, batch, shape, isNormalised: type === 'float32', table }, threads);
  return {
    form,
    name: basename(path).replace(/\.onnx$/, ''),
    hash: sha256,
    shape,
    classes,
    chunk: threads * Math.max(1, Math.floor(16 / batch)) * batch,
    score: (images, count) =>
      scoreInBatches(images, count, batch, threads, (thread, part) => pool.run(thread, part)),
    histograms: () => new Map(),
    close: () => pool.close(),
  };
}
