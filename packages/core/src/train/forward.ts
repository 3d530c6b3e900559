import type {
  ModelConvNode,
  ModelFullyConnectedNode,
  ModelGraph,
  ModelNode,
  ModelQuantizeNode,
} from '../model/model.ts';
import { codeRange } from '../network/codes.ts';
import { elements, type Emitter, type Value } from './emitter.ts';
import type { Tape } from './tape.ts';

/** Whether batch norm uses the batch's statistics or the running ones, as a frozen one always does. */
export type Mode = 'training' | 'inference';

/** Values of one forward pass. */
export interface ForwardPass {
  readonly logits: Value;
  /** Every node's value by id, and `input`. */
  readonly values: ReadonlyMap<string, Value>;
  /** Batch statistics by parameter name (running mean and variance), training mode only. */
  readonly statistics: ReadonlyMap<string, Value>;
}

/** What a pass may do otherwise: block reconstruction rounds weights by learning and drops quantization at random. */
export interface ForwardHooks {
  /** The weights of a layer, or null for the usual ones. */
  weight?(node: ModelConvNode | ModelFullyConnectedNode): Value | null;
  /** What the readers of an activation quantizer get, from its input and its output. */
  activation?(node: ModelQuantizeNode, input: Value, quantized: Value): Value;
  /** What the readers of a layer get, from its output (bias included). */
  layer?(node: ModelConvNode | ModelFullyConnectedNode, output: Value): Value;
}

/** Ids of values that are >= 0 and stop the gradient where they are 0: ReLU, pooled or reshaped or not. */
function rectifiedValues(graph: ModelGraph): ReadonlySet<string> {
  const rectified = new Set<string>();
  for (const node of graph.nodes) {
    switch (node.kind) {
      case 'relu':
        rectified.add(node.id);
        break;
      case 'clip':
        if (node.min === 0) rectified.add(node.id);
        break;
      case 'slice':
      case 'upsample':
      case 'max-pool':
      case 'global-average-pool':
      case 'average-pool':
      case 'flatten':
        if (rectified.has(node.input)) rectified.add(node.id);
        break;
      default:
        break;
    }
  }
  return rectified;
}

/** The image codes `[n, c, h, w]` (uint8) as real values, `code * scale` in float32. */
export function scaledImages(emitter: Emitter, codes: Value, scale: number): Value {
  return emitter.scale(emitter.node('Cast', [codes], codes.shape, { to: { type: 'float32' } }), scale);
}

/**
 * Emits the forward pass of a model graph.
 *
 * @param images float32 `[n, ...input shape]`, already scaled.
 * @param parameters graph values of all parameters, by name.
 */
export function forwardPass(
  tape: Tape,
  graph: ModelGraph,
  images: Value,
  parameters: ReadonlyMap<string, Value>,
  mode: Mode,
  hooks: ForwardHooks = {},
): ForwardPass {
  const values = new Map<string, Value>([['input', images]]);
  const statistics = new Map<string, Value>();
  const rectified = rectifiedValues(graph);
  const parameter = (name: string): Value => {
    const value = parameters.get(name);
    if (value === undefined) throw new Error(`model ${graph.name}: parameter '${name}' has no value`);
    return value;
  };
  const read = (id: string): Value => {
    const value = values.get(id);
    if (value === undefined) throw new Error(`model ${graph.name}: value '${id}' is read before it is made`);
    return value;
  };
  const weightOf = (node: ModelConvNode | ModelFullyConnectedNode): Value => {
    const own = hooks.weight?.(node) ?? null;
    if (own !== null) return own;
    const value = parameter(node.weight);
    if (node.weightQuantizer === null) return value;
    const step = parameter(node.weightQuantizer.step);
    return tape.apply('quantize', [value, step], {
      codes: codeRange(node.weightQuantizer.format),
      features: elements(value.shape) / elements(step.shape),
    }).output;
  };
  const emit = (node: ModelNode): Value => {
    switch (node.kind) {
      case 'conv':
      case 'fully-connected': {
        const operands = [read(node.input), weightOf(node)];
        if (node.bias !== null) operands.push(parameter(node.bias));
        const { output } =
          node.kind === 'conv'
            ? tape.apply('conv', operands, node)
            : tape.apply('fully-connected', operands, {});
        return hooks.layer?.(node, output) ?? output;
      }
      case 'batch-norm': {
        const operands = [read(node.input), parameter(node.gamma), parameter(node.beta)];
        if (mode === 'inference' || node.frozen === true) {
          operands.push(parameter(node.mean), parameter(node.variance));
          return tape.apply('batch-norm-inference', operands, node).output;
        }
        const applied = tape.apply('batch-norm-training', operands, node);
        const extras = new Map(Object.entries(applied.extras ?? {}));
        for (const [statistic, name] of [
          ['mean', node.mean],
          ['variance', node.variance],
        ] as const) {
          const value = extras.get(statistic);
          if (value !== undefined) statistics.set(name, value);
        }
        return applied.output;
      }
      case 'quantize': {
        const input = read(node.input);
        const { output } = tape.apply('quantize', [input, parameter(node.step)], {
          codes: { min: 0 - node.zeroPoint, max: node.levels - 1 - node.zeroPoint },
          features: elements(input.shape.slice(1)),
          nonNegativeInput: rectified.has(node.input),
        });
        return hooks.activation?.(node, input, output) ?? output;
      }
      case 'clip':
      case 'leaky-relu':
      case 'slice':
      case 'upsample':
        return tape.apply(node.kind, [read(node.input)], node).output;
      case 'pad': {
        const scale = Math.fround(graph.input.scale);
        const values = node.codes?.map((code) => Math.fround(code * scale)) ?? null;
        return tape.apply('pad', [read(node.input)], { ...node, values }).output;
      }
      case 'add':
      case 'concat':
        return tape.apply(node.kind, node.inputs.map(read), {}).output;
      case 'max-pool':
      case 'average-pool':
        return tape.apply(node.kind, [read(node.input)], node).output;
      case 'relu':
      case 'global-average-pool':
      case 'flatten':
        return tape.apply(node.kind, [read(node.input)], {}).output;
      default:
        throw new Error(`unknown node ${String(node satisfies never)}`);
    }
  };
  for (const node of graph.nodes) values.set(node.id, emit(node));
  return { logits: read(graph.output), values, statistics };
}
