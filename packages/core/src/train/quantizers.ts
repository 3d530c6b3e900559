import { fail } from '../diagnostics/index.ts';
import { hasQuantizers } from '../model/has-quantizers.ts';
import {
  inputsOf,
  type FloatTensor,
  type Model,
  type ModelGraph,
  type ModelNode,
  type WeightQuantizer,
} from '../model/model.ts';
import { codeRange, isCodeFormat, type CodeFormat } from '../network/codes.ts';

/** Precision of one conv or fully connected layer: of its weights and of the codes that it reads. */
export interface LayerPrecision {
  /** 2 to 8. */
  readonly weights: number;
  /** 1 to 8, unsigned. */
  readonly activations: number;
  /** Code system of the weights: symmetric or asymmetric. */
  readonly codes: 'sign-magnitude' | 'twos-complement';
}

/** Precision of a whole network; its code system holds for the 8-bit layers too. */
export interface Precision extends LayerPrecision {
  /** Steps of the weights: one for a layer (the default), or one per output channel. */
  readonly weightSteps?: 'per-layer' | 'per-channel';
  /** By layer id. The first and the last layer are 8-bit unless named here. */
  readonly overrides?: Readonly<Record<string, Partial<LayerPrecision>>>;
}

/** Width of the first and the last layer (Esser et al. 2020, section 3). */
const OUTER_BITS = 8;

function layerPrecisions(graph: ModelGraph, precision: Precision): ReadonlyMap<string, LayerPrecision> {
  const layers = graph.nodes.filter((node) => node.kind === 'conv' || node.kind === 'fully-connected');
  for (const id of Object.keys(precision.overrides ?? {})) {
    if (!layers.some((layer) => layer.id === id)) {
      fail(
        'layer-unknown',
        `precision.overrides.${id}`,
        `the network '${graph.name}' has no conv or fully connected layer '${id}'`,
        `use one of ${layers.map((layer) => layer.id).join(', ')}`,
      );
    }
  }
  return new Map(
    layers.map(({ id }, index) => {
      const outer = index === 0 || index === layers.length - 1;
      const { codes } = precision;
      const chosen: LayerPrecision = {
        weights: outer ? OUTER_BITS : precision.weights,
        activations: outer ? OUTER_BITS : precision.activations,
        codes,
        ...precision.overrides?.[id],
      };
      const formats: readonly CodeFormat[] = [
        { system: chosen.codes, bits: chosen.weights },
        { system: 'unsigned', bits: chosen.activations },
      ];
      for (const format of formats) {
        if (isCodeFormat(format) && codeRange(format).max > 0) continue;
        fail(
          'code-width-out-of-range',
          `precision.${id}`,
          `${format.system} codes of ${format.bits} bits do not exist here`,
          'use 2 to 8 bits for weights and 1 to 8 for activations',
        );
      }
      return [id, chosen];
    }),
  );
}

/** Ids of values that cannot be negative: their codes need no zero point. */
export function nonNegativeValues(graph: ModelGraph): ReadonlySet<string> {
  const found = new Set<string>(['input']);
  for (const node of graph.nodes) {
    const rises = node.kind === 'relu' || (node.kind === 'clip' && node.min !== null && node.min >= 0);
    const keeps = node.kind !== 'conv' && node.kind !== 'fully-connected' && node.kind !== 'batch-norm';
    if (rises || (keeps && inputsOf(node).every((id) => found.has(id)))) found.add(node.id);
  }
  return found;
}

/**
 * The graph with learned step size quantizers: one on the weights of every conv and fully connected
 * layer, and one on every value that such a layer reads (shared by layers that read it at one width;
 * placed before a flatten). The network's input is codes already and gets none; residual connections
 * keep reading the unquantized stream.
 */
export function quantizedGraph(graph: ModelGraph, name: string, precision: Precision): ModelGraph {
  const precisions = layerPrecisions(graph, precision);
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const nonNegative = nonNegativeValues(graph);
  const nodes: ModelNode[] = [];

  /** Id of `value` as codes of `bits` bits; makes the quantizer when there is none yet. */
  const asCodes = (value: string, bits: number): string => {
    if (value === 'input') return value;
    const source = byId.get(value);
    if (source?.kind === 'pad' && source.input === 'input') return value;
    if (source?.kind === 'flatten') {
      // Quantize first and flatten the codes.
      if (!nodes.some((node) => node.id === source.id))
        nodes.push({ ...source, input: asCodes(source.input, bits) });
      return source.id;
    }
    const existing = nodes.find(
      (node) => node.kind === 'quantize' && node.input === value && node.bits === bits,
    );
    if (existing !== undefined) return existing.id;
    const plain = `${value}.quantize`;
    const id = nodes.some((node) => node.id === plain) ? `${plain}${bits}` : plain;
    nodes.push({
      kind: 'quantize',
      id,
      input: value,
      step: `${id}.step`,
      bits,
      zeroPoint: nonNegative.has(value) ? 0 : 2 ** (bits - 1),
      levels: 2 ** bits,
    });
    return id;
  };

  for (const node of graph.nodes) {
    const layer = precisions.get(node.id);
    if (layer !== undefined && (node.kind === 'conv' || node.kind === 'fully-connected')) {
      const weightQuantizer: WeightQuantizer = {
        step: `${node.id}.step`,
        format: { system: layer.codes, bits: layer.weights },
      };
      nodes.push({ ...node, input: asCodes(node.input, layer.activations), weightQuantizer });
      continue;
    }
    const readers = graph.nodes.filter((other) => inputsOf(other).includes(node.id));
    const onlyCodes = readers.length > 0 && readers.every((reader) => precisions.has(reader.id));
    if (node.kind === 'flatten' && onlyCodes) continue; // emitted by asCodes
    nodes.push(node);
  }
  return { ...graph, name, nodes };
}

/** The ids of the values that a quantized graph's activation quantizers read, in order and once each. */
export function quantizedValues(graph: ModelGraph): readonly string[] {
  return [...new Set(graph.nodes.filter((node) => node.kind === 'quantize').map((node) => node.input))];
}

function meanMagnitude(values: Float32Array): number {
  return values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length;
}

/** Initial step 2 <|v|> / sqrt(Qp) (Esser et al. 2020, section 2.1), from the mean magnitude and the largest code. */
export function initialStep(meanMagnitude: number, largestCode: number): number {
  return (2 * meanMagnitude) / Math.sqrt(largestCode);
}

/** @throws TallyError `model-already-quantized` when any layer or value of the model has a quantizer. */
export function refuseQuantized(parent: Model): void {
  if (!hasQuantizers(parent.graph)) return;
  fail(
    'model-already-quantized',
    `model.${parent.graph.name}`,
    'has quantizers already',
    'start from a full-precision model',
  );
}

/**
 * A full-precision model as an LSQ model: the quantized graph, the parent's parameters and initial steps.
 *
 * @param meanMagnitudes of the values named by {@link quantizedValues}, over a calibration batch.
 * @throws TallyError when the graph already has quantizers, a width is out of range, or a value was all zero.
 */
export function withQuantizers(
  parent: Model,
  name: string,
  precision: Precision,
  meanMagnitudes: ReadonlyMap<string, number>,
): Model {
  refuseQuantized(parent);
  const graph = quantizedGraph(parent.graph, name, precision);
  const parameters = new Map<string, FloatTensor>(parent.parameters);
  const startStep = (step: string, magnitude: number | undefined, largest: number, what: string): number => {
    if (magnitude === undefined || !(magnitude > 0) || !Number.isFinite(magnitude)) {
      fail(
        'calibration-degenerate',
        `model.${name}.${step}`,
        `the mean magnitude of ${what} is ${magnitude ?? 'unknown'}; a quantizer step must start above zero`,
        'calibrate on real images and start from a trained parent',
      );
    }
    return initialStep(magnitude, largest);
  };
  for (const node of graph.nodes) {
    if (node.kind === 'quantize') {
      const { step, input, levels, zeroPoint } = node;
      const value = startStep(step, meanMagnitudes.get(input), levels - 1 - zeroPoint, `'${input}'`);
      parameters.set(step, { shape: [], data: Float32Array.of(value) });
    } else if ((node.kind === 'conv' || node.kind === 'fully-connected') && node.weightQuantizer !== null) {
      const { step, format } = node.weightQuantizer;
      const weight = parent.parameters.get(node.weight);
      const data = weight?.data ?? new Float32Array();
      const rows = precision.weightSteps === 'per-channel' ? (weight?.shape[0] ?? 1) : 1;
      const size = data.length / rows;
      const layer = meanMagnitude(data);
      const steps = Float32Array.from({ length: rows }, (_, row) => {
        // A channel of zeros has no scale of its own: it takes the layer's.
        const own = meanMagnitude(data.subarray(row * size, (row + 1) * size));
        return startStep(step, own > 0 ? own : layer, codeRange(format).max, `'${node.weight}'`);
      });
      parameters.set(step, {
        shape: precision.weightSteps === 'per-channel' ? [rows] : [],
        data: steps,
      });
    }
  }
  return { graph, parameters };
}
