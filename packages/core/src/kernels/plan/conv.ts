import type { ConvNode, FullyConnectedNode } from '../../network/network.ts';
import { roundUp } from './arena.ts';
import { codesBuffer, type EmittedSource, type PlanContext } from './context.ts';
import { extentOf } from './extent.ts';
import { packWeights, type Tap } from './pack.ts';
import { columnsOf, pixelTable, type CodesBuffer } from './tensors.ts';

const SOURCE_CONV = 0;
const SOURCE_CONV_ANY = 1;

/** A fully connected layer is a 1 x 1 convolution of one pixel. */
function asConv(node: ConvNode | FullyConnectedNode): ConvNode {
  if (node.kind === 'conv') return node;
  return {
    kind: 'conv',
    id: node.id,
    input: node.input,
    outChannels: node.outFeatures,
    groups: 1,
    kernel: [1, 1],
    stride: [1, 1],
    dilation: [1, 1],
    padding: [0, 0, 0, 0],
    weights: node.weights,
    bias: node.bias,
  };
}

/** Contiguous runs of input bytes under a window: a kernel row where taps touch, else a tap each. */
function runsOf(conv: ConvNode, input: CodesBuffer, groupChannels: number): readonly Tap[] {
  const [height, width] = conv.kernel;
  const [down, right] = conv.dilation;
  const taps: Tap[] = [];
  const joined = conv.groups === 1 && right === 1;
  for (let y = 0; y < height; y++) {
    const row = y * down * input.lineBytes;
    if (joined) {
      taps.push({
        offset: row,
        bytes: roundUp(width * input.pixelBytes, 4),
        y,
        x: 0,
        columns: width,
        channelBytes: input.pixelBytes,
      });
      continue;
    }
    for (let x = 0; x < width; x++) {
      const bytes = roundUp(groupChannels, 4);
      taps.push({ offset: row + x * right * input.pixelBytes, bytes, y, x, columns: 1, channelBytes: bytes });
    }
  }
  return taps;
}

/** Emits a convolution or fully connected layer. */
export function emitConv(context: PlanContext, node: ConvNode | FullyConnectedNode): EmittedSource {
  const { arena, graph, batch } = context;
  const conv = asConv(node);
  const input = codesBuffer(context, graph.holder(conv.input));
  const output = extentOf(graph.type(node.id).shape);
  const groupChannels = input.extent.channels / conv.groups;
  const groupOutputs = conv.outChannels / conv.groups;
  const walk = {
    height: output.height,
    width: output.width,
    stride: conv.stride,
    top: conv.padding[0],
    left: conv.padding[1],
  };
  const table = pixelTable(arena, input, walk, batch);
  const rowsPerImage = output.height * output.width;
  const bias = new Int32Array(columnsOf(conv.outChannels));
  if (conv.bias !== null) bias.set(conv.bias);
  if (conv.groups > 1 && groupOutputs % 8 !== 0) {
    const weights = new Int8Array(conv.weights.codes.length);
    packPlain(conv, groupChannels, weights);
    const descriptor = arena.words([
      input.address,
      table,
      arena.put(weights),
      arena.put(bias),
      conv.outChannels,
      groupOutputs,
      groupChannels,
      conv.kernel[0],
      conv.kernel[1],
      conv.dilation[0] * input.lineBytes,
      conv.dilation[1] * input.pixelBytes,
    ]);
    return { code: SOURCE_CONV_ANY, descriptor, rowsPerImage };
  }
  const taps = runsOf(conv, input, groupChannels);
  const weights = packWeights(conv, taps, groupChannels);
  const segments = arena.put(Int32Array.from(taps.flatMap((tap) => [tap.offset, tap.bytes])));
  const blocks = Math.ceil(groupOutputs / 8);
  const descriptor = arena.words([
    input.address,
    table,
    arena.put(weights),
    segments,
    segments + taps.length * 8,
    arena.put(bias),
    input.bits > 7 ? 1 : 0,
    conv.groups,
    groupChannels,
    blocks,
    taps.reduce((sum, tap) => sum + tap.bytes, 0) * 8,
  ]);
  return { code: SOURCE_CONV, descriptor, rowsPerImage };
}

/** `[out][c][y][x]` to `[out][y][x][c]`. */
function packPlain(conv: ConvNode, channels: number, into: Int8Array): void {
  const [height, width] = conv.kernel;
  let next = 0;
  for (let o = 0; o < conv.outChannels; o++) {
    for (let tap = 0; tap < height * width; tap++) {
      for (let c = 0; c < channels; c++) {
        into[next++] = conv.weights.codes[(o * channels + c) * height * width + tap]!;
      }
    }
  }
}
