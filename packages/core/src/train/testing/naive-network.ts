import type { ModelGraph, WeightQuantizer } from '../../model/model.ts';
import * as naive from './naive.ts';
import * as rearrange from './naive-rearrange.ts';

/** Rounding decisions of one forward pass, by quantizer: made on the first pass, held on later ones. */
export type FrozenRounding = Map<string, naive.Frozen>;

/**
 * Mean cross entropy of a model graph in training mode, in float64, from the naive operators.
 *
 * @param frozen empty on the first pass, which fills it.
 */
export function naiveLoss(
  graph: ModelGraph,
  parameters: ReadonlyMap<string, naive.Naive>,
  images: naive.Naive,
  labels: readonly number[],
  frozen: FrozenRounding,
): number {
  const values = new Map<string, naive.Naive>([['input', images]]);
  const value = (id: string): naive.Naive => values.get(id)!;
  const parameter = (name: string): naive.Naive => parameters.get(name)!;
  const quantize = (v: naive.Naive, { step, format }: WeightQuantizer): naive.Naive => {
    const scalar = parameter(step).data[0];
    let decisions = frozen.get(step);
    if (decisions === undefined) {
      decisions = naive.freeze(v, scalar, format);
      frozen.set(step, decisions);
    }
    return naive.quantizeFrozen(v, scalar, decisions);
  };
  const weight = (name: string, quantizer: WeightQuantizer | null): naive.Naive =>
    quantizer === null ? parameter(name) : quantize(parameter(name), quantizer);
  for (const node of graph.nodes) {
    switch (node.kind) {
      case 'conv': {
        const plain = naive.conv(value(node.input), weight(node.weight, node.weightQuantizer), node);
        values.set(node.id, node.bias === null ? plain : naive.addPerChannel(plain, parameter(node.bias)));
        break;
      }
      case 'leaky-relu':
        values.set(node.id, naive.leakyRelu(value(node.input), node.alpha));
        break;
      case 'clip':
        values.set(node.id, naive.clip(value(node.input), node.min ?? -Infinity, node.max ?? Infinity));
        break;
      case 'pad': {
        const reals = node.codes?.map((code) => Math.fround(code * Math.fround(graph.input.scale))) ?? null;
        values.set(node.id, rearrange.pad(value(node.input), node.before, node.after, reals));
        break;
      }
      case 'slice':
        values.set(node.id, rearrange.slice(value(node.input), node.start, node.size, node.step));
        break;
      case 'upsample':
        values.set(node.id, rearrange.upsample(value(node.input), node.factors));
        break;
      case 'concat':
        values.set(node.id, rearrange.concat(node.inputs.map(value)));
        break;
      case 'fully-connected': {
        const bias = node.bias === null ? undefined : parameter(node.bias);
        values.set(
          node.id,
          naive.fullyConnected(value(node.input), weight(node.weight, node.weightQuantizer), bias),
        );
        break;
      }
      case 'batch-norm': {
        const x = value(node.input);
        const { mean, variance } = naive.channelStatistics(x);
        values.set(
          node.id,
          naive.batchNorm(
            x,
            parameter(node.gamma),
            parameter(node.beta),
            mean,
            variance,
            Math.fround(node.epsilon),
          ),
        );
        break;
      }
      case 'quantize':
        values.set(
          node.id,
          quantize(value(node.input), { step: node.step, format: { system: 'unsigned', bits: node.bits } }),
        );
        break;
      case 'relu':
        values.set(node.id, naive.relu(value(node.input)));
        break;
      case 'add':
        values.set(node.id, naive.add(value(node.inputs[0]), value(node.inputs[1])));
        break;
      case 'max-pool':
        values.set(node.id, naive.maxPool(value(node.input), node));
        break;
      case 'average-pool':
        values.set(node.id, naive.averagePool(value(node.input), node));
        break;
      case 'global-average-pool':
        values.set(node.id, naive.globalAveragePool(value(node.input)));
        break;
      case 'flatten': {
        const x = value(node.input);
        values.set(node.id, { shape: [x.shape[0] ?? 0, naive.size(x.shape.slice(1))], data: x.data });
        break;
      }
      default:
        throw new Error(`unknown node ${String(node satisfies never)}`);
    }
  }
  return naive.crossEntropy(value(graph.output), labels);
}
