import type { ConcatNode, PadNode, SliceNode, UpsampleNode } from '../../network/network.ts';
import type { EmittedSource, PlanContext } from './context.ts';
import { extentOf, pixelsOf, type Extent } from './extent.ts';
import { columnsOf, type Buffer } from './tensors.ts';

/** Nodes that move elements. */
type MoveNode = PadNode | SliceNode | UpsampleNode | ConcatNode;

const SOURCE_MOVE = 10;

/** Elements of one operand in the rows of the made value. */
interface Part {
  readonly input: Buffer;
  /** The operand's pixel for a pixel of the made value, or null where it has none. */
  readonly pixel: (y: number, x: number) => readonly [y: number, x: number] | null;
  readonly firstChannel: number;
  readonly step: number;
  readonly channels: number;
  /** Channel of the made value where the part begins. */
  readonly at: number;
}

function partsOf(context: PlanContext, node: MoveNode): readonly Part[] {
  const bufferOf = (id: string): Buffer => context.buffer(context.graph.holder(id));
  switch (node.kind) {
    case 'pad': {
      const input = bufferOf(node.input);
      const { channels, height, width } = input.extent;
      const [first, top, left] = node.before;
      const inside = (position: number, size: number): boolean => position >= 0 && position < size;
      const pixel = (y: number, x: number): readonly [number, number] | null =>
        inside(y - top, height) && inside(x - left, width) ? [y - top, x - left] : null;
      return [{ input, pixel, firstChannel: 0, step: 1, channels, at: first }];
    }
    case 'slice': {
      const { start, step } = node;
      const pixel = (y: number, x: number): readonly [number, number] => [
        start[1] + y * step[1],
        start[2] + x * step[2],
      ];
      const [channels] = node.size;
      const input = bufferOf(node.input);
      return [{ input, pixel, firstChannel: start[0], step: step[0], channels, at: 0 }];
    }
    case 'upsample': {
      const [down, across] = node.factors;
      const pixel = (y: number, x: number): readonly [number, number] => [
        Math.floor(y / down),
        Math.floor(x / across),
      ];
      const input = bufferOf(node.input);
      return [{ input, pixel, firstChannel: 0, step: 1, channels: input.extent.channels, at: 0 }];
    }
    case 'concat': {
      let at = 0;
      return node.inputs.map((id) => {
        const input = bufferOf(id);
        const { channels } = input.extent;
        at += channels;
        const pixel = (y: number, x: number): readonly [number, number] => [y, x];
        return { input, pixel, firstChannel: 0, step: 1, channels, at: at - channels };
      });
    }
    default:
      return node satisfies never;
  }
}

/** Address of a part's table: bytes from the buffer's address to the first channel taken of each pixel, -1 for none. */
function tableOf(context: PlanContext, { input, pixel, firstChannel }: Part, output: Extent): number {
  const table = new Int32Array(context.batch * pixelsOf(output));
  let next = 0;
  for (let image = 0; image < context.batch; image++) {
    for (let y = 0; y < output.height; y++) {
      for (let x = 0; x < output.width; x++) {
        const from = pixel(y, x);
        table[next++] = from === null ? -1 : offsetOf(input, image, from[0], from[1], firstChannel);
      }
    }
  }
  return context.arena.put(table);
}

function offsetOf(buffer: Buffer, image: number, y: number, x: number, channel: number): number {
  if (buffer.kind === 'codes') {
    const { imageBytes, interior, lineBytes, pixelBytes } = buffer;
    return image * imageBytes + interior + y * lineBytes + x * pixelBytes + channel;
  }
  const { extent, columns } = buffer;
  return (((image * extent.height + y) * extent.width + x) * columns + channel) * 4;
}

/** Emits a node that moves elements: see `assembly/move.ts`. */
export function emitMove(context: PlanContext, node: MoveNode): EmittedSource {
  const { arena, graph } = context;
  const output = extentOf(graph.type(node.id).shape);
  const fill = new Int32Array(columnsOf(output.channels));
  if (node.kind === 'pad') {
    for (let c = 0; c < output.channels; c++) fill[c] = node.values[node.values.length === 1 ? 0 : c];
  }
  const parts = partsOf(context, node);
  const descriptor = arena.words([
    arena.put(fill),
    parts.length,
    ...parts.flatMap((part) => [
      part.input.address,
      tableOf(context, part, output),
      part.channels,
      part.step,
      part.at * 4,
      part.input.kind === 'codes' ? 1 : 0,
    ]),
  ]);
  return { code: SOURCE_MOVE, descriptor, rowsPerImage: pixelsOf(output) };
}
