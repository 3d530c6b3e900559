import type {
  AffineNode,
  MacNode,
  NetworkNode,
  PadNode,
  SliceNode,
  UpsampleNode,
  ThresholdNode,
  Window,
} from '../../network/index.ts';
import { emptyValue, extent, type HostValue } from './host-value.ts';
import type { TensorType } from '../../network/index.ts';

/** What the host computes: every node but those of the macro. */
export type HostNetworkNode = Exclude<NetworkNode, MacNode>;

/** Codes by comparison with the thresholds of each channel. */
function threshold(node: ThresholdNode, input: HostValue, into: HostValue): void {
  const [channels, rows, columns] = extent(input.shape);
  const area = rows * columns;
  const count = 2 ** node.bits - 1;
  for (let c = 0; c < channels; c++) {
    const row = node.direction.length === 1 ? 0 : c;
    const limits = node.thresholds.subarray(row * count, (row + 1) * count);
    const rising = node.direction[row] > 0;
    for (let i = c * area; i < (c + 1) * area; i++) {
      const value = input.data[i];
      // Thresholds are sorted: the first that is not reached ends the count.
      let code = 0;
      while (code < count && (rising ? value >= limits[code] : value <= limits[code])) code++;
      into.data[i] = code;
    }
  }
}

/** Fixed point: floor((m x + b) / 2^s). Exact in float64, see `AffineNode`. */
function affine(node: AffineNode, input: HostValue, into: HostValue): void {
  const [channels, rows, columns] = extent(input.shape);
  const area = rows * columns;
  const scale = 2 ** -node.shift;
  for (let c = 0; c < channels; c++) {
    const m = node.multiplier[node.multiplier.length === 1 ? 0 : c];
    const b = node.offset[node.offset.length === 1 ? 0 : c];
    for (let i = c * area; i < (c + 1) * area; i++)
      into.data[i] = Math.floor((m * input.data[i] + b) * scale);
  }
}

/** Maximum or sum over windows, padding left out (a sum's padding is 0). */
function pool(
  node: Window & { readonly kind: 'max-pool' | 'average-pool' },
  input: HostValue,
  into: HostValue,
): void {
  const [, height, width] = extent(input.shape);
  const [channels, rows, columns] = extent(into.shape);
  const [top, left] = node.padding;
  let at = 0;
  for (let c = 0; c < channels; c++) {
    for (let r = 0; r < rows; r++) {
      const y0 = r * node.stride[0] - top;
      const [firstRow, lastRow] = [Math.max(0, y0), Math.min(height, y0 + node.kernel[0])];
      for (let q = 0; q < columns; q++) {
        const x0 = q * node.stride[1] - left;
        const [firstColumn, lastColumn] = [Math.max(0, x0), Math.min(width, x0 + node.kernel[1])];
        let result = node.kind === 'max-pool' ? -Infinity : 0;
        for (let y = firstRow; y < lastRow; y++) {
          for (let x = firstColumn; x < lastColumn; x++) {
            const value = input.data[(c * height + y) * width + x];
            result = node.kind === 'max-pool' ? Math.max(result, value) : result + value;
          }
        }
        into.data[at++] = result;
      }
    }
  }
}

function globalSum(input: HostValue, into: HostValue): void {
  const area = input.data.length / into.data.length;
  into.data.fill(0);
  for (let i = 0; i < input.data.length; i++) into.data[Math.floor(i / area)] += input.data[i];
}

/** The constants first, then the input over them. */
function pad(node: PadNode, input: HostValue, into: HostValue): void {
  const [channels, rows, columns] = extent(input.shape);
  const [outChannels, outRows, outColumns] = extent(into.shape);
  const area = outRows * outColumns;
  for (let c = 0; c < outChannels; c++) {
    into.data.fill(node.values[node.values.length === 1 ? 0 : c], c * area, (c + 1) * area);
  }
  for (let c = 0, from = 0; c < channels; c++) {
    for (let r = 0; r < rows; r++, from += columns) {
      const to = (c + node.before[0]) * area + (r + node.before[1]) * outColumns + node.before[2];
      into.data.set(input.data.subarray(from, from + columns), to);
    }
  }
}

function slice({ start, size, step }: SliceNode, input: HostValue, into: HostValue): void {
  const [, rows, columns] = extent(input.shape);
  let at = 0;
  for (let c = 0; c < size[0]; c++) {
    for (let r = 0; r < size[1]; r++) {
      const line = ((start[0] + c * step[0]) * rows + start[1] + r * step[1]) * columns;
      for (let q = 0; q < size[2]; q++) into.data[at++] = input.data[line + start[2] + q * step[2]];
    }
  }
}

/** Line by line: each is widened once, then written as often as the rows repeat. */
function upsample({ factors: [down, across] }: UpsampleNode, input: HostValue, into: HostValue): void {
  const [, , columns] = extent(input.shape);
  const width = columns * across;
  const line = into.data.slice(0, width);
  let at = 0;
  for (let from = 0; from < input.data.length; from += columns) {
    for (let q = 0; q < columns; q++) line.fill(input.data[from + q], q * across, (q + 1) * across);
    for (let copy = 0; copy < down; copy++, at += width) into.data.set(line, at);
  }
}

/**
 * Computes a node beside the macro, for one image.
 *
 * @param operands values of the node's inputs, in order
 * @param type of the node's value, as `inferTypes` has it
 */
export function hostNode(node: HostNetworkNode, operands: readonly HostValue[], type: TensorType): HostValue {
  const into = emptyValue(type);
  const [input] = operands;
  switch (node.kind) {
    case 'threshold':
      threshold(node, input, into);
      break;
    case 'affine':
      affine(node, input, into);
      break;
    case 'add':
      for (let i = 0; i < into.data.length; i++) into.data[i] = input.data[i] + operands[1].data[i];
      break;
    case 'relu':
      for (let i = 0; i < into.data.length; i++) into.data[i] = Math.max(input.data[i], 0);
      break;
    case 'max-pool':
    case 'average-pool':
      pool(node, input, into);
      break;
    case 'global-average-pool':
      globalSum(input, into);
      break;
    case 'flatten':
      into.data.set(input.data);
      break;
    case 'pad':
      pad(node, input, into);
      break;
    case 'slice':
      slice(node, input, into);
      break;
    case 'upsample':
      upsample(node, input, into);
      break;
    case 'concat': {
      let at = 0;
      for (const { data } of operands) {
        into.data.set(data, at);
        at += data.length;
      }
      break;
    }
    default:
      return node satisfies never;
  }
  return into;
}
