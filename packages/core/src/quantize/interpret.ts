import type { Model, ModelConvNode, ModelNode } from '../model/model.ts';
import { codeRange } from '../network/codes.ts';
import type { Shape, Window } from '../network/network.ts';
import { windowOutput } from '../network/window.ts';
import { roundHalfToEven } from './weights.ts';

/** A value of the model for one image, float64, row-major. */
export interface RealValue {
  readonly shape: Shape;
  readonly data: Float64Array;
}

/** What a run shows: every value, and what each quantizer read in units of its step from its smallest code (before rounding). */
export interface Interpretation {
  readonly values: ReadonlyMap<string, RealValue>;
  readonly ratios: ReadonlyMap<string, Float64Array>;
}

function make(shape: Shape, value: (index: number) => number): RealValue {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return { shape, data: Float64Array.from({ length: size }, (_, index) => value(index)) };
}

/** Splits a flat index of `[c, h, w]`. */
function at(shape: Shape, index: number): readonly [number, number, number] {
  const [, height = 1, width = 1] = shape;
  return [Math.floor(index / (height * width)), Math.floor(index / width) % height, index % width];
}

function windowElements(
  window: Window,
  dilation: readonly [number, number],
  input: RealValue,
  row: number,
  column: number,
): { readonly tap: number; readonly offset: number }[] {
  const [, height = 1, width = 1] = input.shape;
  const found: { tap: number; offset: number }[] = [];
  for (let u = 0; u < window.kernel[0]; u++) {
    for (let v = 0; v < window.kernel[1]; v++) {
      const y = row * window.stride[0] - window.padding[0] + u * dilation[0];
      const x = column * window.stride[1] - window.padding[1] + v * dilation[1];
      if (y >= 0 && y < height && x >= 0 && x < width)
        found.push({ tap: u * window.kernel[1] + v, offset: y * width + x });
    }
  }
  return found;
}

function convolve(
  node: ModelConvNode,
  input: RealValue,
  weight: RealValue,
  bias: Float32Array | null,
): RealValue {
  const [outputs = 0, depth = 0] = weight.shape;
  const shape = [outputs, ...windowOutput(node, input.shape, node.dilation)];
  const [, height = 1, width = 1] = input.shape;
  const taps = node.kernel[0] * node.kernel[1];
  return make(shape, (index) => {
    const [o, row, column] = at(shape, index);
    const first = Math.floor(o / (outputs / node.groups)) * depth;
    let sum = bias === null ? 0 : bias[o];
    for (const { tap, offset } of windowElements(node, node.dilation, input, row, column)) {
      for (let i = 0; i < depth; i++) {
        sum += weight.data[(o * depth + i) * taps + tap] * input.data[(first + i) * height * width + offset];
      }
    }
    return sum;
  });
}

/**
 * The model as float64 arithmetic, quantizers active: what lowering is compared with, and nothing
 * faster. One image.
 *
 * @param image codes of shape `model.graph.input.shape`.
 * @param forcedCodes codes to take as the output of a quantizer (by node id) instead of its own, so
 * that one differing code does not hide what follows.
 */
export function interpretModel(
  model: Model,
  image: ArrayLike<number>,
  forcedCodes: ReadonlyMap<string, ArrayLike<number>> = new Map(),
): Interpretation {
  const { input, nodes } = model.graph;
  const values = new Map<string, RealValue>();
  const ratios = new Map<string, Float64Array>();
  values.set(
    'input',
    make(input.shape, (index) => image[index] * Math.fround(input.scale)),
  );
  const parameter = (name: string): Float32Array => model.parameters.get(name)!.data;
  const weightOf = (node: ModelNode & { readonly weight: string }): RealValue => {
    const { shape, data } = model.parameters.get(node.weight)!;
    const quantizer = 'weightQuantizer' in node ? node.weightQuantizer : null;
    if (quantizer === null) return make(shape, (index) => data[index]);
    const steps = parameter(quantizer.step);
    const { min, max } = codeRange(quantizer.format);
    const perOutput = data.length / shape[0];
    return make(shape, (index) => {
      const step = steps[steps.length === 1 ? 0 : Math.floor(index / perOutput)];
      return step * roundHalfToEven(Math.min(max, Math.max(min, Math.fround(data[index] / step))));
    });
  };
  const compute = (node: ModelNode): RealValue => {
    if (node.kind === 'add') {
      const [a, b] = [values.get(node.inputs[0])!, values.get(node.inputs[1])!];
      return make(a.shape, (index) => a.data[index] + b.data[index]);
    }
    if (node.kind === 'concat') {
      const parts = node.inputs.map((id) => values.get(id)!);
      const data = Float64Array.from(parts.flatMap((part) => [...part.data]));
      const channels = parts.reduce((sum, part) => sum + part.shape[0], 0);
      return { shape: [channels, ...parts[0].shape.slice(1)], data };
    }
    const x = values.get(node.input)!;
    switch (node.kind) {
      case 'conv': {
        const bias = node.bias === null ? null : parameter(node.bias);
        return convolve(node, x, weightOf(node), bias);
      }
      case 'fully-connected': {
        const weight = weightOf(node);
        const bias = node.bias === null ? null : parameter(node.bias);
        return make([weight.shape[0]], (o) => {
          let sum = bias === null ? 0 : bias[o];
          for (const [i, value] of x.data.entries()) sum += weight.data[o * x.data.length + i] * value;
          return sum;
        });
      }
      case 'batch-norm': {
        const [gamma, beta, mean, variance] = [node.gamma, node.beta, node.mean, node.variance].map(
          parameter,
        ) as [Float32Array, Float32Array, Float32Array, Float32Array];
        const epsilon = Math.fround(node.epsilon);
        return make(x.shape, (index) => {
          const [c] = at(x.shape, index);
          return (gamma[c] * (x.data[index] - mean[c])) / Math.sqrt(variance[c] + epsilon) + beta[c];
        });
      }
      case 'relu':
        return make(x.shape, (index) => Math.max(0, x.data[index]));
      case 'leaky-relu': {
        const alpha = Math.fround(node.alpha);
        return make(x.shape, (index) => (x.data[index] < 0 ? alpha * x.data[index] : x.data[index]));
      }
      case 'quantize': {
        const step = parameter(node.step)[0];
        const forced = forcedCodes.get(node.id);
        const { zeroPoint, levels } = node;
        // An integer zero point is added after rounding: it decides which of two codes a tie goes to.
        const after = Number.isInteger(zeroPoint) ? zeroPoint : 0;
        const own = x.data.map((value) => value / step + zeroPoint);
        ratios.set(node.id, own);
        const codeOf = (ratio: number): number =>
          Math.min(levels - 1, Math.max(0, roundHalfToEven(ratio - after) + after));
        return make(x.shape, (index) => step * ((forced?.[index] ?? codeOf(own[index])) - zeroPoint));
      }
      case 'max-pool':
      case 'average-pool': {
        const shape = [x.shape[0], ...windowOutput(node, x.shape)];
        const plane = x.shape[1] * x.shape[2];
        return make(shape, (index) => {
          const [c, row, column] = at(shape, index);
          const elements = windowElements(node, [1, 1], x, row, column).map(
            ({ offset }) => x.data[c * plane + offset],
          );
          if (node.kind === 'max-pool') return Math.max(...elements);
          return elements.reduce((sum, value) => sum + value, 0) / (node.kernel[0] * node.kernel[1]);
        });
      }
      case 'global-average-pool': {
        const plane = x.shape[1] * x.shape[2];
        return make(
          [x.shape[0], 1, 1],
          (c) => x.data.subarray(c * plane, (c + 1) * plane).reduce((sum, value) => sum + value, 0) / plane,
        );
      }
      case 'clip':
        return make(x.shape, (index) =>
          Math.min(
            Math.fround(node.max ?? Infinity),
            Math.max(Math.fround(node.min ?? -Infinity), x.data[index]),
          ),
        );
      case 'pad': {
        const shape = x.shape.map((size, axis) => size + node.before[axis] + node.after[axis]);
        return make(shape, (index) => {
          const place = at(shape, index).map((position, axis) => position - node.before[axis]);
          const inside = place.every((position, axis) => position >= 0 && position < x.shape[axis]);
          if (inside) return x.data[(place[0] * x.shape[1] + place[1]) * x.shape[2] + place[2]];
          return node.codes === null ? 0 : node.codes[place[0]] * Math.fround(input.scale);
        });
      }
      case 'slice':
        return make(node.size, (index) => {
          const [c, row, column] = at(node.size, index).map(
            (position, axis) => node.start[axis] + position * node.step[axis],
          );
          return x.data[(c * x.shape[1] + row) * x.shape[2] + column];
        });
      case 'upsample': {
        const [down, across] = node.factors;
        const shape = [x.shape[0], x.shape[1] * down, x.shape[2] * across];
        return make(shape, (index) => {
          const [c, row, column] = at(shape, index);
          return x.data[(c * x.shape[1] + Math.floor(row / down)) * x.shape[2] + Math.floor(column / across)];
        });
      }
      case 'flatten':
        return { shape: [x.data.length], data: x.data };
      default:
        return node satisfies never;
    }
  };
  for (const node of nodes) values.set(node.id, compute(node));
  return { values, ratios };
}
