import { INPUT_ID, type Network } from '../../network/network.ts';
import type { TensorType } from '../../network/tensor-type.ts';
import { allocate } from './allocate.ts';
import { Arena } from './arena.ts';
import { emitChain, type EmittedChain } from './chain.ts';
import { codesBuffer, ENDLESS, integersBuffer, type EmittedSource, type PlanContext } from './context.ts';
import { emitConv } from './conv.ts';
import { extentOf } from './extent.ts';
import { planSteps, type Step } from './fuse.ts';
import { graphOf, type Graph } from './graph.ts';
import { emitMove } from './move.ts';
import { emitFlatten, emitLoad, emitPool } from './pool.ts';
import { emitWinograd } from './winograd.ts';
import { columnsOf, type Buffer, type CodesBuffer, type IntegersBuffer } from './tensors.ts';

/** Pixels of a register block of the convolution. */
const BLOCK_PIXELS = 6;
/** Scratch rows stay within the first caches. */
const SCRATCH_BYTES = 49152;
/** What one pass may touch beside the weights: half a second-level cache, or a third of the weights, so that they are read less often. */
const PASS_BYTES = 524288;
const MOST_IMAGES = 16;

/** Everything that running a network takes: constants and their places, and the steps in order. */
export interface Plan {
  readonly graph: Graph;
  readonly arena: Arena;
  readonly batch: number;
  /** Addresses of step descriptors. */
  readonly steps: readonly number[];
  /** Stored values after each step, by holder. */
  readonly storedAfter: readonly (readonly string[])[];
  readonly buffers: ReadonlyMap<string, Buffer>;
  readonly input: CodesBuffer;
  readonly output: IntegersBuffer;
  /** Where images are put as they come, `[batch][c][h][w]`. */
  readonly staging: number;
}

function emitSource(context: PlanContext, step: Step, chain: EmittedChain): EmittedSource {
  if (step.source.kind === 'load') {
    return emitLoad(context, context.buffer(step.source.id), chain.onlyReads);
  }
  const { node } = step.source;
  switch (node.kind) {
    case 'conv':
      return context.graph.winograd(node) ? emitWinograd(context, node) : emitConv(context, node);
    case 'fully-connected':
      return emitConv(context, node);
    case 'max-pool':
    case 'average-pool':
    case 'global-average-pool':
      return emitPool(context, node);
    case 'flatten':
      return emitFlatten(context, node);
    case 'pad':
    case 'slice':
    case 'upsample':
    case 'concat':
      return emitMove(context, node);
    default:
      return node satisfies never;
  }
}

/** The value that a step's rows begin with; all values along its links have the same extent. */
function firstValue(step: Step): string {
  return step.source.kind === 'load' ? step.source.id : step.source.node.id;
}

/** Images per pass: as many as keep the largest operands and result of a step small beside the cache or the weights. */
function chooseBatch(graph: Graph, steps: readonly Step[]): number {
  const bytesOf = (id: string): number => {
    const type = graph.type(id);
    const { channels, height, width } = extentOf(type.shape);
    return channels * height * width * (type.kind === 'codes' ? 1 : 4);
  };
  let weights = 0;
  for (const node of graph.nodes) {
    if (node.kind === 'conv') weights += node.weights.codes.length * (graph.winograd(node) ? 24 / 9 : 1);
    else if (node.kind === 'fully-connected') weights += node.weights.codes.length;
  }
  let largest = 1;
  for (const step of steps) {
    const stored = step.links.flatMap((link) => (link.kind === 'store' ? [link.id] : []));
    const read = step.source.kind === 'load' ? [step.source.id] : graph.operands(step.source.node);
    largest = Math.max(
      largest,
      [...stored, ...read].reduce((sum, id) => sum + bytesOf(id), 0),
    );
  }
  const room = Math.max(PASS_BYTES, weights / 3);
  return Math.min(MOST_IMAGES, Math.max(1, Math.floor(room / largest)));
}

export interface PlanOptions {
  /** False: every value is stored and keeps its place, so that each can be looked at. */
  readonly fuse: boolean;
  /** The kernels multiply operands of 0..255 as fast as of 0..127. */
  readonly unsignedBytes: boolean;
}

/** Lays a legal network out in memory. */
export function planNetwork(
  network: Network,
  types: ReadonlyMap<string, TensorType>,
  { fuse, unsignedBytes }: PlanOptions,
): Plan {
  const graph = graphOf(network, types, unsignedBytes);
  const arena = new Arena();
  const stepList = planSteps(graph, fuse);
  const batch = chooseBatch(graph, stepList);
  const buffers = allocate(arena, graph, stepList, batch, !fuse);
  const rooms = new Map<string, { readonly address: number; readonly bytes: number }>();
  const shared = (name: string, bytes: number): number => {
    const known = rooms.get(name);
    if (known !== undefined && known.bytes >= bytes) return known.address;
    const address = arena.reserve(bytes);
    rooms.set(name, { address, bytes });
    return address;
  };
  const context: PlanContext = {
    arena,
    graph,
    batch,
    buffer: (id) => buffers.get(id)!,
    shared,
  };

  const emitted = stepList.map((step) => {
    const row = columnsOf(extentOf(graph.type(firstValue(step)).shape).channels) * 4;
    const blocks = Math.max(1, Math.floor(SCRATCH_BYTES / (row * BLOCK_PIXELS)));
    const chain = emitChain(context, step.links);
    const source = emitSource(context, step, chain);
    const chunk = source.chunk ?? { pixels: blocks * BLOCK_PIXELS, span: ENDLESS };
    return { source, row, chunk, chain: chain.address };
  });
  const scratch = arena.reserve(Math.max(...emitted.map(({ row, chunk }) => row * chunk.pixels)));
  const steps = emitted.map(({ source, row, chunk, chain }) =>
    arena.words([
      source.code,
      source.descriptor,
      chain,
      source.rowsPerImage,
      chunk.pixels,
      scratch,
      row,
      chunk.span,
    ]),
  );
  const input = codesBuffer(context, INPUT_ID);
  const { channels, height, width } = input.extent;
  return {
    graph,
    arena,
    batch,
    steps,
    storedAfter: stepList.map((step) =>
      step.links.flatMap((link) => (link.kind === 'store' ? [link.id] : [])),
    ),
    buffers,
    input,
    output: integersBuffer(context, graph.output),
    staging: arena.reserve(batch * channels * height * width),
  };
}
