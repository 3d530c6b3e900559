import type { FloatTensor, Model, ModelConvNode, ModelFullyConnectedNode } from '../model/model.ts';
import { elements, Emitter, type Value } from '../train/emitter.ts';
import { forwardPass, scaledImages } from '../train/forward.ts';
import { parameterSpecs, weightShapesOf } from '../train/parameters.ts';
import { graphNames, parameterInputs } from '../train/step-graph.ts';
import { Tape } from '../train/tape.ts';
import { onlyBatchNorm } from './correct.ts';

/** What a layer's output is corrected by, so that it is like the full-precision one. */
export type CorrectionKind =
  /** Its mean, per channel (Nagel et al., ICCV 2019, section 4.2, measured instead of derived). */
  | 'mean'
  /** Mean and spread, per channel: what re-estimating a batch norm's statistics does. */
  | 'moments'
  /** The linear function of it nearest to the full-precision output, per channel (least squares). */
  | 'regression';

/** Names of a {@link correctionGraph}'s inputs and outputs. */
export const correctionNames = {
  /** A parameter of the full-precision network. */
  parent: (name: string): string => `parent/${name}`,
  /** float32 `[channels]`: corrected = scale * output + offset. */
  scale: (layer: string): string => `scale/${layer}`,
  offset: (layer: string): string => `offset/${layer}`,
  /** float32 scalars: mean square of what is left, before and after the correction, and of the layer's own output. */
  before: (layer: string): string => `before/${layer}`,
  after: (layer: string): string => `after/${layer}`,
  signal: (layer: string): string => `signal/${layer}`,
} as const;

/** An emitted {@link correctionGraph}. */
export interface CorrectionGraph {
  /** ONNX ModelProto. */
  readonly bytes: Uint8Array;
  /** Graph inputs and their values, all but the images. */
  readonly feeds: ReadonlyMap<string, FloatTensor>;
  /** Corrected layers, in order. */
  readonly layers: readonly string[];
}

/** Variance below which a channel counts as constant: it is shifted, not scaled. */
const NO_SPREAD = 1e-12;
const SCALE_BOUNDS = [0.5, 2] as const;

/**
 * The full-precision network and the quantized one side by side on a batch. Each conv and fully connected
 * layer of the quantized network, in order, is corrected so that its output per channel over the batch is
 * like that of the full-precision one; the layers after it read the corrected values. So one run gives the
 * corrections of all layers, each on top of those before it.
 *
 * Input: {@link graphNames}.images, and `feeds`. Outputs: {@link correctionNames} of every layer.
 *
 * @param parent has a layer of the same id and output shape for each of the model's.
 */
export function correctionGraph(
  parent: Model,
  model: Model,
  kind: CorrectionKind,
  options: { readonly batch: number },
): CorrectionGraph {
  const emitter = new Emitter(`${model.graph.name}-correction`);
  const { shape, scale } = model.graph.input;
  const codes = emitter.input(graphNames.images, [options.batch, ...shape], 'uint8');
  const images = scaledImages(emitter, codes, scale);
  const feeds = new Map<string, FloatTensor>();
  const inputs = (from: Model, name: (parameter: string) => string): Map<string, Value> => {
    const specs = parameterSpecs(from.graph, weightShapesOf(from.graph, from.parameters));
    for (const spec of specs) {
      const tensor = from.parameters.get(spec.name);
      if (tensor === undefined) throw new Error(`model ${from.graph.name}: no parameter '${spec.name}'`);
      feeds.set(name(spec.name), tensor);
    }
    if (from === model) return parameterInputs(emitter, specs);
    return new Map(specs.map((spec) => [spec.name, emitter.input(name(spec.name), spec.shape)]));
  };
  const parentInputs = inputs(parent, correctionNames.parent);
  const { values } = forwardPass(new Tape(emitter), parent.graph, images, parentInputs, 'inference');
  const modelInputs = inputs(model, graphNames.parameter);
  const layers: string[] = [];
  forwardPass(new Tape(emitter), model.graph, images, modelInputs, 'inference', {
    layer: (node: ModelConvNode | ModelFullyConnectedNode, output: Value) => {
      const wanted = values.get(node.id);
      if (wanted === undefined) throw new Error(`model ${parent.graph.name}: no layer '${node.id}'`);
      layers.push(node.id);
      // Without a batch norm of its own a layer has a bias only.
      const possible = onlyBatchNorm(model, node.id) === null ? 'mean' : kind;
      return correctLayer(emitter, node.id, wanted, output, possible);
    },
  });
  return { bytes: emitter.builder.encode(), feeds, layers };
}

/** Emits the correction of one layer and its outputs; returns the corrected value. */
function correctLayer(
  emitter: Emitter,
  id: string,
  wanted: Value,
  output: Value,
  kind: CorrectionKind,
): Value {
  const [batch = 1, channels = 1, ...image] = output.shape;
  const rows = [batch, channels, elements(image)];
  const [target, value] = [emitter.reshape(wanted, rows), emitter.reshape(output, rows)];
  const mean = (a: Value): Value =>
    emitter.node('ReduceMean', [a], [1, channels, 1], { axes: { ints: [0, 2] }, keepdims: { int: 1 } });
  const square = (a: Value): Value => emitter.multiply(a, a);
  const [targetMean, valueMean] = [mean(target), mean(value)];
  const [targetRest, valueRest] = [emitter.subtract(target, targetMean), emitter.subtract(value, valueMean)];
  const slope = channelSlope(emitter, kind, targetRest, valueRest, mean);
  const offset = emitter.subtract(targetMean, emitter.multiply(slope, valueMean));
  const corrected = emitter.add(emitter.multiply(value, slope), offset);
  const scalar = (a: Value): Value => emitter.node('ReduceMean', [a], [], { keepdims: { int: 0 } });
  emitter.output(correctionNames.scale(id), emitter.reshape(slope, [channels]));
  emitter.output(correctionNames.offset(id), emitter.reshape(offset, [channels]));
  emitter.output(correctionNames.before(id), scalar(square(emitter.subtract(value, target))));
  emitter.output(correctionNames.after(id), scalar(square(emitter.subtract(corrected, target))));
  emitter.output(correctionNames.signal(id), scalar(square(targetRest)));
  return emitter.reshape(corrected, output.shape);
}

function channelSlope(
  emitter: Emitter,
  kind: CorrectionKind,
  targetRest: Value,
  valueRest: Value,
  mean: (a: Value) => Value,
): Value {
  const channels = valueRest.shape[1] ?? 1;
  const ones = emitter.constant([1, channels, 1], new Float32Array(channels).fill(1));
  if (kind === 'mean') return ones;
  const variance = mean(emitter.multiply(valueRest, valueRest));
  const safe = emitter.maximum(variance, emitter.scalar(NO_SPREAD));
  const ratio =
    kind === 'regression'
      ? emitter.divide(mean(emitter.multiply(targetRest, valueRest)), safe)
      : emitter.node(
          'Sqrt',
          [emitter.divide(mean(emitter.multiply(targetRest, targetRest)), safe)],
          variance.shape,
        );
  const spreads = emitter.greater(variance, emitter.scalar(NO_SPREAD));
  const bounded = emitter.clip(ratio, ...SCALE_BOUNDS);
  // 1 + spreads * (bounded - 1): a channel without spread keeps its scale.
  return emitter.add(ones, emitter.multiply(spreads, emitter.subtract(bounded, ones)));
}
