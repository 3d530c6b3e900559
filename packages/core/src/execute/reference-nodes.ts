import type {
  AffineNode,
  AveragePoolNode,
  ConcatNode,
  ConvNode,
  FullyConnectedNode,
  MaxPoolNode,
  NetworkNode,
  PadNode,
  Shape,
  SliceNode,
  UpsampleNode,
  ThresholdNode,
} from '../network/network.ts';

/** A value of one image: codes or integers, row-major. */
export interface Value {
  readonly shape: Shape;
  readonly data: Uint8Array | Int32Array;
}

type Fill = (index: number) => number;

function fill(output: Value, value: Fill): void {
  for (let i = 0; i < output.data.length; i++) output.data[i] = value(i);
}

/** `y[o, r, c] = bias[o] + sum_{i, u, v} w[o, i, u, v] * x[group(o) + i, r * s + u * d - p, c * s + v * d - p]`. */
function conv(node: ConvNode, input: Value, output: Value): void {
  const [channels = 0, height = 0, width = 0] = input.shape;
  const [outChannels = 0, outHeight = 0, outWidth = 0] = output.shape;
  const depth = channels / node.groups;
  const perGroup = outChannels / node.groups;
  const [kernelHeight, kernelWidth] = node.kernel;
  const [top, left] = node.padding;
  let index = 0;
  for (let o = 0; o < outChannels; o++) {
    const firstChannel = Math.floor(o / perGroup) * depth;
    for (let r = 0; r < outHeight; r++) {
      for (let c = 0; c < outWidth; c++) {
        let sum = node.bias === null ? 0 : node.bias[o];
        for (let i = 0; i < depth; i++) {
          for (let u = 0; u < kernelHeight; u++) {
            const y = r * node.stride[0] + u * node.dilation[0] - top;
            if (y < 0 || y >= height) continue;
            for (let v = 0; v < kernelWidth; v++) {
              const x = c * node.stride[1] + v * node.dilation[1] - left;
              if (x < 0 || x >= width) continue;
              const weight = node.weights.codes[((o * depth + i) * kernelHeight + u) * kernelWidth + v];
              sum += weight * input.data[((firstChannel + i) * height + y) * width + x];
            }
          }
        }
        output.data[index++] = sum;
      }
    }
  }
}

function fullyConnected(node: FullyConnectedNode, input: Value, output: Value): void {
  const features = input.data.length;
  fill(output, (o) => {
    let sum = node.bias === null ? 0 : node.bias[o];
    for (let i = 0; i < features; i++) sum += node.weights.codes[o * features + i] * input.data[i];
    return sum;
  });
}

/** Channel of an element: shapes are channels first, and a flat vector's channels are its features. */
function channelOf(shape: Shape, index: number): number {
  const perChannel = (shape[1] ?? 1) * (shape[2] ?? 1);
  return Math.floor(index / perChannel);
}

function threshold(node: ThresholdNode, input: Value, output: Value): void {
  const steps = 2 ** node.bits - 1;
  fill(output, (index) => {
    const row = node.direction.length === 1 ? 0 : channelOf(input.shape, index);
    const x = input.data[index];
    let code = 0;
    for (let k = 0; k < steps; k++) {
      const limit = node.thresholds[row * steps + k];
      if (node.direction[row] > 0 ? x >= limit : x <= limit) code++;
    }
    return code;
  });
}

function affine(node: AffineNode, input: Value, output: Value): void {
  fill(output, (index) => {
    const channel = channelOf(input.shape, index);
    const multiplier = node.multiplier[node.multiplier.length === 1 ? 0 : channel];
    const offset = node.offset[node.offset.length === 1 ? 0 : channel];
    return Math.floor((multiplier * input.data[index] + offset) / 2 ** node.shift);
  });
}

/** Folds the elements of each window that lie inside the input. */
function pool(
  node: MaxPoolNode | AveragePoolNode,
  input: Value,
  output: Value,
  start: number,
  fold: (accumulated: number, element: number) => number,
): void {
  const [, height = 0, width = 0] = input.shape;
  const [, outHeight = 0, outWidth = 0] = output.shape;
  fill(output, (index) => {
    const c = index % outWidth;
    const r = Math.floor(index / outWidth) % outHeight;
    const channel = Math.floor(index / (outWidth * outHeight));
    let result = start;
    for (let u = 0; u < node.kernel[0]; u++) {
      for (let v = 0; v < node.kernel[1]; v++) {
        const y = r * node.stride[0] + u - node.padding[0];
        const x = c * node.stride[1] + v - node.padding[1];
        if (y < 0 || y >= height || x < 0 || x >= width) continue;
        result = fold(result, input.data[(channel * height + y) * width + x]);
      }
    }
    return result;
  });
}

function globalSum(input: Value, output: Value): void {
  const perChannel = input.data.length / output.data.length;
  fill(output, (channel) => {
    let sum = 0;
    for (let i = 0; i < perChannel; i++) sum += input.data[channel * perChannel + i];
    return sum;
  });
}

/** Position `[channel, row, column]` of an element of `[c, h, w]`. */
function placeOf([, height = 1, width = 1]: Shape, index: number): readonly [number, number, number] {
  return [Math.floor(index / (height * width)), Math.floor(index / width) % height, index % width];
}

function elementAt(
  { shape, data }: Value,
  [channel, row, column]: readonly [number, number, number],
): number {
  return data[(channel * shape[1] + row) * shape[2] + column];
}

function pad(node: PadNode, input: Value, output: Value): void {
  fill(output, (index) => {
    const [channel, row, column] = placeOf(output.shape, index);
    const place = [channel - node.before[0], row - node.before[1], column - node.before[2]] as const;
    const inside = place.every((position, axis) => position >= 0 && position < input.shape[axis]);
    return inside ? elementAt(input, place) : node.values[node.values.length === 1 ? 0 : channel];
  });
}

function slice(node: SliceNode, input: Value, output: Value): void {
  const { start, step } = node;
  fill(output, (index) => {
    const [channel, row, column] = placeOf(output.shape, index);
    return elementAt(input, [
      start[0] + channel * step[0],
      start[1] + row * step[1],
      start[2] + column * step[2],
    ]);
  });
}

function upsample({ factors }: UpsampleNode, input: Value, output: Value): void {
  fill(output, (index) => {
    const [channel, row, column] = placeOf(output.shape, index);
    return elementAt(input, [channel, Math.floor(row / factors[0]), Math.floor(column / factors[1])]);
  });
}

function concat(_node: ConcatNode, operands: readonly Value[], output: Value): void {
  let next = 0;
  for (const { data } of operands) for (const element of data) output.data[next++] = element;
}

/** Computes one node's value for one image into `output`; nested loops, one multiplication at a time. */
export function executeNode(node: NetworkNode, operands: readonly [Value, ...Value[]], output: Value): void {
  const [input, second = input] = operands;
  switch (node.kind) {
    case 'conv': {
      conv(node, input, output);
      return;
    }
    case 'fully-connected': {
      fullyConnected(node, input, output);
      return;
    }
    case 'threshold': {
      threshold(node, input, output);
      return;
    }
    case 'affine': {
      affine(node, input, output);
      return;
    }
    case 'add': {
      fill(output, (i) => input.data[i] + second.data[i]);
      return;
    }
    case 'relu': {
      fill(output, (i) => Math.max(0, input.data[i]));
      return;
    }
    case 'max-pool': {
      pool(node, input, output, -Infinity, Math.max);
      return;
    }
    case 'average-pool': {
      pool(node, input, output, 0, (sum, element) => sum + element);
      return;
    }
    case 'global-average-pool': {
      globalSum(input, output);
      return;
    }
    case 'flatten': {
      fill(output, (i) => input.data[i]);
      return;
    }
    case 'pad': {
      pad(node, input, output);
      return;
    }
    case 'slice': {
      slice(node, input, output);
      return;
    }
    case 'upsample': {
      upsample(node, input, output);
      return;
    }
    case 'concat': {
      concat(node, operands, output);
      return;
    }
    default:
      return node satisfies never;
  }
}
