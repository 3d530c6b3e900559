import { INPUT_ID } from '../../network/network.ts';
import type { Arena } from './arena.ts';
import { extentOf } from './extent.ts';
import type { Step } from './fuse.ts';
import type { Graph } from './graph.ts';
import {
  columnsOf,
  integersImageBytes,
  reserveCodes,
  type Buffer,
  type IntegersBuffer,
  type Padding,
} from './tensors.ts';
import { winogradPadding } from './winograd.ts';

/** Stored values of a step's links. */
function storedBy(step: Step): readonly string[] {
  return step.links.flatMap((link) => (link.kind === 'store' ? [link.id] : []));
}

/** Values that a step reads from memory, by holder. */
function readBy(step: Step, graph: Graph): readonly string[] {
  const source = step.source.kind === 'load' ? [step.source.id] : graph.operands(step.source.node);
  const added = step.links.flatMap((link) => (link.kind === 'apply' ? graph.operands(link.node) : []));
  return [...source, ...added];
}

/** The most padding that any window asks of a value of codes. */
function paddingOf(graph: Graph, id: string): Padding {
  const padding: [number, number, number, number] = [0, 0, 0, 0];
  const type = graph.type(id);
  for (const node of graph.readers(id)) {
    if (!('padding' in node)) continue;
    const winograd = node.kind === 'conv' && graph.winograd(node);
    const reach = winograd
      ? winogradPadding(node, extentOf(graph.type(node.id).shape), extentOf(type.shape))
      : node.padding;
    for (const side of [0, 1, 2, 3] as const) padding[side] = Math.max(padding[side], reach[side]);
  }
  return padding;
}

/**
 * Places every stored value. Codes keep a place of their own, for their zero padding has to last;
 * integers take over the place of integers that no later step reads.
 */
export function allocate(
  arena: Arena,
  graph: Graph,
  steps: readonly Step[],
  batch: number,
  keepAll: boolean,
): ReadonlyMap<string, Buffer> {
  const buffers = new Map<string, Buffer>();
  const places: { readonly address: number; readonly bytes: number; freeAfter: number }[] = [];
  const lastRead = new Map<string, number>();
  for (const [index, step] of steps.entries()) {
    for (const id of readBy(step, graph)) lastRead.set(id, index);
  }
  const reserveIntegers = (id: string, now: number): IntegersBuffer => {
    const extent = extentOf(graph.type(id).shape);
    const bytes = integersImageBytes(extent) * batch;
    const freeAfter = keepAll || id === graph.output ? Infinity : (lastRead.get(id) ?? now);
    const fitting = places.filter((place) => place.freeAfter < now && place.bytes >= bytes);
    fitting.sort((a, b) => a.bytes - b.bytes);
    const place = fitting.at(0) ?? { address: arena.reserve(bytes), bytes, freeAfter };
    if (fitting.length === 0) places.push(place);
    place.freeAfter = freeAfter;
    return { kind: 'integers', extent, columns: columnsOf(extent.channels), address: place.address };
  };
  const place = (id: string, now: number): void => {
    const type = graph.type(id);
    const buffer =
      type.kind === 'codes'
        ? reserveCodes(arena, extentOf(type.shape), type.bits, paddingOf(graph, id), batch)
        : reserveIntegers(id, now);
    buffers.set(id, buffer);
  };
  place(INPUT_ID, -1);
  for (const [index, step] of steps.entries()) {
    for (const id of storedBy(step)) place(id, index);
  }
  return buffers;
}
