import { describe, expect, it } from 'vitest';
import { createReferenceExecutor } from '../execute/reference.ts';
import type { Model, ModelNode } from '../model/model.ts';
import { weightCodes } from '../model/weight-codes.ts';
import { hashNetwork } from '../network/hash.ts';
import { lower } from '../quantize/lower.ts';
import { randomModel } from '../testing/index.ts';
import { exportModel } from './export-model.ts';
import { imported, randomCodes } from './export.test-support.ts';

const MODELS = 48;

/** Bounds of clips are float32 in every file. */
function inFloat32(model: Model): Model {
  const round = (bound: number | null): number | null => (bound === null ? null : Math.fround(bound));
  const nodes = model.graph.nodes.map((node) =>
    node.kind === 'clip' ? { ...node, min: round(node.min), max: round(node.max) } : node,
  );
  return { ...model, graph: { ...model.graph, nodes } };
}

/** A random model as files can say it, residual paths in every other. */
function model(seed: number): Model {
  return inFloat32(
    randomModel(seed, { residual: seed % 2 === 0, leaky: seed % 4 > 1, upsamples: seed % 3 === 0 }),
  );
}

/** Format, codes and step of every output channel of each quantized layer, in order. */
function weightsOf({ graph, parameters }: Model): unknown {
  return graph.nodes.flatMap((node) => {
    if ((node.kind !== 'conv' && node.kind !== 'fully-connected') || node.weightQuantizer === null) return [];
    const { shape, data } = parameters.get(node.weight)!;
    const [outputs] = shape;
    const steps = parameters.get(node.weightQuantizer.step)!.data;
    const { format } = node.weightQuantizer;
    return [
      {
        shape,
        format,
        codes: weightCodes(data, steps, outputs, format),
        steps: Float32Array.from({ length: outputs }, (_, o) => steps[steps.length === 1 ? 0 : o]),
      },
    ];
  });
}

/** Step, zero point and levels of each activation quantizer, in order. */
function quantizersOf({ graph, parameters }: Model): unknown {
  return graph.nodes.flatMap((node) =>
    node.kind === 'quantize'
      ? [{ step: parameters.get(node.step)!.data, zeroPoint: node.zeroPoint, levels: node.levels }]
      : [],
  );
}

/** Integer outputs of a model on random images. */
function outputsOf(of: Model, seed: number): Int32Array {
  const network = lower(of);
  return createReferenceExecutor(network).run(randomCodes(of, 3, seed), 3).outputs;
}

/** Whether an importer writes the node otherwise: what has no effect, or has a plainer form. */
function hasPlainerForm(node: ModelNode): boolean {
  switch (node.kind) {
    case 'quantize':
      // Files give levels, or a clip before a quantizer of more of them; widths follow.
      return node.levels < 2 ** node.bits - 1;
    case 'pad':
    case 'slice':
    case 'average-pool':
      return true;
    case 'upsample':
      return node.factors.every((factor) => factor === 1);
    default:
      return false;
  }
}

describe.each(['qonnx', 'qdq'] as const)('models as %s and back', (format) => {
  it('keep format, codes and steps of all weights, bit for bit', () => {
    for (let seed = 0; seed < MODELS; seed++) {
      const before = model(seed);
      const after = imported(exportModel(before, format), before);
      expect(weightsOf(after), before.graph.name).toEqual(weightsOf(before));
    }
  });

  it('keep step, zero point and levels of all quantizers where the format has as many', () => {
    let compared = 0;
    for (let seed = 0; seed < MODELS; seed++) {
      const before = model(seed);
      const few = before.graph.nodes.some(
        (node) => node.kind === 'quantize' && node.levels < 2 ** node.bits - 1,
      );
      // QONNX has no quantizers of fewer levels: they are a clip and a quantizer.
      if (format === 'qonnx' && few) continue;
      compared++;
      const after = imported(exportModel(before, format), before);
      expect(quantizersOf(after), before.graph.name).toEqual(quantizersOf(before));
    }
    expect(compared).toBeGreaterThan(MODELS / 4);
  });

  it('lower to networks of the same outputs, and of the same hash where nothing has a plainer form', () => {
    let hashes = 0;
    for (let seed = 0; seed < MODELS; seed++) {
      const before = model(seed);
      const after = imported(exportModel(before, format), before);
      expect(outputsOf(after, seed), before.graph.name).toEqual(outputsOf(before, seed));
      if (before.graph.nodes.some(hasPlainerForm)) continue;
      hashes++;
      expect(hashNetwork(lower(after)), before.graph.name).toBe(hashNetwork(lower(before)));
    }
    expect(hashes).toBeGreaterThan(MODELS / 12);
  });

  it('are the same model from the first import on', () => {
    for (let seed = 0; seed < MODELS; seed++) {
      const before = model(seed);
      const once = imported(exportModel(before, format), before);
      const twice = imported(exportModel(once, format), before);
      expect(twice.graph, before.graph.name).toEqual(once.graph);
      expect([...twice.parameters], before.graph.name).toEqual([...once.parameters]);
    }
  });
});
