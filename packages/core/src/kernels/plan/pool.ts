import type {
  AveragePoolNode,
  FlattenNode,
  GlobalAveragePoolNode,
  MaxPoolNode,
} from '../../network/network.ts';
import type { EmittedSource, PlanContext } from './context.ts';
import { extentOf } from './extent.ts';
import { ownTable, pixelTable, type Buffer } from './tensors.ts';

const SOURCE_SUM_CODES = 2;
const SOURCE_MAX_CODES = 3;
const SOURCE_POOL_INTEGERS = 4;
const SOURCE_INTEGERS = 5;
const SOURCE_FLATTEN = 6;
const SOURCE_CODES = 8;
const SOURCE_INTEGERS_IN_PLACE = 9;

type PoolNode = MaxPoolNode | AveragePoolNode | GlobalAveragePoolNode;

/** Emits a pooling; a global one is a window as large as the image. */
export function emitPool(context: PlanContext, node: PoolNode): EmittedSource {
  const { arena, graph, batch } = context;
  const input = context.buffer(graph.holder(node.input));
  const { height, width, channels } = input.extent;
  const output = extentOf(graph.type(node.id).shape);
  const { kernel, stride, padding } =
    node.kind === 'global-average-pool'
      ? { kernel: [height, width] as const, stride: [1, 1] as const, padding: [0, 0, 0, 0] as const }
      : node;
  const maximum = node.kind === 'max-pool';
  const rowsPerImage = output.height * output.width;
  if (input.kind === 'codes') {
    const walk = { height: output.height, width: output.width, stride, top: padding[0], left: padding[1] };
    const table = pixelTable(arena, input, walk, batch);
    const descriptor = arena.words([
      input.address,
      table,
      channels,
      kernel[0],
      kernel[1],
      input.lineBytes,
      input.pixelBytes,
    ]);
    return { code: maximum ? SOURCE_MAX_CODES : SOURCE_SUM_CODES, descriptor, rowsPerImage };
  }
  const descriptor = arena.words([
    input.address,
    0,
    channels,
    kernel[0],
    kernel[1],
    height,
    width,
    stride[0],
    stride[1],
    padding[0],
    padding[1],
    output.height,
    output.width,
    maximum ? 1 : 0,
  ]);
  return { code: SOURCE_POOL_INTEGERS, descriptor, rowsPerImage };
}

/**
 * Emits the load of a stored value.
 *
 * @param inPlace integers need no copy, for what follows only reads them.
 */
export function emitLoad(context: PlanContext, buffer: Buffer, inPlace: boolean): EmittedSource {
  const { arena, batch } = context;
  const { height, width } = buffer.extent;
  if (buffer.kind === 'integers') {
    const code = inPlace ? SOURCE_INTEGERS_IN_PLACE : SOURCE_INTEGERS;
    return { code, descriptor: arena.words([buffer.address]), rowsPerImage: height * width };
  }
  const descriptor = arena.words([buffer.address, ownTable(arena, buffer, batch)]);
  return { code: SOURCE_CODES, descriptor, rowsPerImage: height * width };
}

/** Emits a flatten of more than one pixel. */
export function emitFlatten(context: PlanContext, node: FlattenNode): EmittedSource {
  const input = context.buffer(context.graph.holder(node.input));
  const { channels, height, width } = input.extent;
  const strides =
    input.kind === 'codes'
      ? [input.address + input.interior, input.imageBytes, input.lineBytes, input.pixelBytes]
      : [input.address, height * width * input.columns * 4, width * input.columns * 4, input.columns * 4];
  const descriptor = context.arena.words([
    ...strides,
    channels,
    height,
    width,
    input.kind === 'codes' ? 1 : 0,
  ]);
  return { code: SOURCE_FLATTEN, descriptor, rowsPerImage: 1 };
}
