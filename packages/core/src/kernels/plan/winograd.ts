import type { ConvNode } from '../../network/network.ts';
import type { CodesType } from '../../network/tensor-type.ts';
import { codesBuffer, ENDLESS, type EmittedSource, type PlanContext } from './context.ts';
import { extentOf, type Extent } from './extent.ts';
import { columnsOf } from './tensors.ts';

/** Outputs of a tile. */
export const TILE = [2, 4] as const;
const ROW_POINTS = 4;
const COLUMN_POINTS = 6;
export const POINTS = ROW_POINTS * COLUMN_POINTS;

/** Largest gain of the kernel transforms below: 3 down times 7 across. */
const WEIGHT_GAIN = 21;

/** Adding this to the product at point (1, 1) adds 1 to every output of the tile. */
const UNIT_AT_ONE = 24;
const POINT_ONE = 1 * COLUMN_POINTS + 1;

/** The transformed input reaches from -16 to 10 times the largest code. */
const LOWEST = 16;
const HIGHEST = 10;

/** Weights of the transformed domain, and the accumulators' first values. */
export interface WinogradWeights {
  /** `[block of 8 outputs][point][channel / 4][output][4]`. */
  readonly weights: Int8Array;
  /** `[block][point][output]`. */
  readonly bias: Int32Array;
  /** Added to the transformed input. */
  readonly offset: number;
}

/** How far the input buffer has to reach: padding on each side so that every tile reads zeros, not neighbours. */
export function winogradPadding(
  node: ConvNode,
  output: Extent,
  input: Extent,
): readonly [number, number, number, number] {
  const [top, left] = node.padding;
  const reach = (size: number, tile: number): number => Math.ceil(size / tile) * tile + 2;
  return [
    top,
    left,
    Math.max(0, reach(output.height, TILE[0]) - top - input.height),
    Math.max(0, reach(output.width, TILE[1]) - left - input.width),
  ];
}

/**
 * True when the layer has the form and the operands have the ranges that the transform needs.
 *
 * @param unsignedBytes the kernels multiply operands of 0..255 as fast as of 0..127.
 */
export function suitsWinograd(node: ConvNode, input: CodesType, unsignedBytes: boolean): boolean {
  const [channels = 0] = input.shape;
  const three = node.kernel[0] === 3 && node.kernel[1] === 3;
  const plain = node.groups === 1 && [...node.stride, ...node.dilation].every((step) => step === 1);
  const largest = 2 ** input.bits - 1;
  const most = unsignedBytes ? 255 : 127;
  if (!three || !plain || channels % 16 !== 0 || (LOWEST + HIGHEST) * largest > most) return false;
  const weight = node.weights.codes.reduce((most, code) => Math.max(most, Math.abs(code)), 0);
  // Divided sums stay below 2^31: 16 times an accumulator, see the kernel.
  const bias = node.bias?.reduce((most, value) => Math.max(most, Math.abs(value)), 0) ?? 0;
  const bound = 16 * (channels * 9 * weight * largest + bias);
  return weight * WEIGHT_GAIN <= 127 && bound < 2 ** 31;
}

/**
 * One kernel at all points, into `to`: down to the points 0, 1, -1, infinity (times 2), then across to
 * 0, 1, -1, 2, -2, infinity (each with the factor that `storeRow` of the kernel divides out).
 */
function transformKernel(codes: Int8Array, kernel: number, to: Int32Array): void {
  const g = kernel * 9;
  for (let i = 0; i < ROW_POINTS; i++) {
    const row = (x: number): number => {
      const first = codes[g + x];
      const second = codes[g + 3 + x];
      const third = codes[g + 6 + x];
      if (i === 0) return 2 * first;
      if (i === 3) return 2 * third;
      return i === 1 ? first + second + third : first - second + third;
    };
    const h0 = row(0);
    const h1 = row(1);
    const h2 = row(2);
    const at = i * COLUMN_POINTS;
    to[at] = 6 * h0;
    to[at + 1] = -2 * (h0 + h1 + h2);
    to[at + 2] = -2 * (h0 - h1 + h2);
    to[at + 3] = h0 + 2 * h1 + 4 * h2;
    to[at + 4] = h0 - 2 * h1 + 4 * h2;
    to[at + 5] = 6 * h2;
  }
}

/** Weights of a layer that {@link suitsWinograd}. */
export function winogradWeights(node: ConvNode, input: CodesType): WinogradWeights {
  const [channels = 0] = input.shape;
  const blocks = columnsOf(node.outChannels) / 8;
  const weights = new Int8Array(blocks * POINTS * channels * 8);
  const bias = new Int32Array(blocks * POINTS * 8);
  const offset = LOWEST * (2 ** input.bits - 1);
  const transformed = new Int32Array(POINTS);
  for (let o = 0; o < node.outChannels; o++) {
    const firstPanel = (o >> 3) * POINTS;
    const lane = o & 7;
    for (let c = 0; c < channels; c++) {
      transformKernel(node.weights.codes, o * channels + c, transformed);
      const within = (c >> 2) * 32 + lane * 4 + (c & 3);
      for (let point = 0; point < POINTS; point++) {
        const code = transformed[point];
        weights[(firstPanel + point) * channels * 8 + within] = code;
        bias[(firstPanel + point) * 8 + lane] -= offset * code;
      }
    }
    bias[(firstPanel + POINT_ONE) * 8 + lane] += UNIT_AT_ONE * (node.bias?.[o] ?? 0);
  }
  return { weights, bias, offset };
}

const SOURCE_WINOGRAD = 7;
/** Tiles that share one pass over the weights. */
const PASS_TILES = 40;

/** How a layer's output is cut into chunks: whole lines of tiles of one image, or whole images. */
function chunksOf(
  output: Extent,
  batch: number,
): { readonly tiles: number; readonly pixels: number; readonly span: number } {
  const across = Math.ceil(output.width / TILE[1]);
  const down = Math.ceil(output.height / TILE[0]);
  const imagePixels = output.height * output.width;
  const images = Math.min(batch, Math.floor(PASS_TILES / (across * down)));
  if (images >= 1) return { tiles: images * across * down, pixels: images * imagePixels, span: ENDLESS };
  const lines = Math.max(1, Math.floor(PASS_TILES / across));
  return { tiles: lines * across, pixels: lines * TILE[0] * output.width, span: imagePixels };
}

/** Emits a convolution that {@link suitsWinograd}. */
export function emitWinograd(context: PlanContext, node: ConvNode): EmittedSource {
  const { arena, graph, batch } = context;
  const id = graph.holder(node.input);
  const input = codesBuffer(context, id);
  const output = extentOf(graph.type(node.id).shape);
  const [top, left] = node.padding;
  const { weights, bias, offset } = winogradWeights(node, graph.type(id) as CodesType);
  const { tiles, pixels, span } = chunksOf(output, batch);
  const depth = input.pixelBytes;
  const lineBytes = (Math.ceil(output.width / TILE[1]) * TILE[1] + 2) * depth;
  const descriptor = arena.words([
    input.address + input.interior - top * input.lineBytes - left * depth,
    input.imageBytes,
    input.lineBytes,
    depth,
    output.height,
    output.width,
    arena.put(weights),
    arena.put(bias),
    columnsOf(node.outChannels) / 8,
    context.shared('lines', ROW_POINTS * lineBytes),
    context.shared('tiles', POINTS * tiles * depth + depth),
    context.shared('products', POINTS * (tiles + 1) * 32),
    offset,
  ]);
  return {
    code: SOURCE_WINOGRAD,
    descriptor,
    rowsPerImage: output.height * output.width,
    chunk: { pixels, span },
  };
}
