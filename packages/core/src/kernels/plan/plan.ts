import { INPUT_ID, type Network } from '../../network/network.ts';
import type { TensorType } from '../../network/tensor-type.ts';
import { allocate } from './allocate.ts';
import { Arena } from './arena.ts';
import { emitChain } from './chain.ts';
import { codesBuffer, ENDLESS, integersBuffer, type EmittedSource, type PlanContext } from './context.ts';
import { emitConv } from './conv.ts';
import { extentOf } from './extent.ts';
import { planSteps, type Step } from './fuse.ts';
import { graphOf, type Graph } from './graph.ts';
import { emitFlatten, emitLoad, emitPool } from './pool.ts';
import { suitsWinograd, emitWinograd } from './winograd.ts';
import { columnsOf, type Buffer, type CodesBuffer, type IntegersBuffer } from './tensors.ts';

/** Pixels of a register block of the convolution. */
const BLOCK_PIXELS = 6;
/** Scratch rows stay within the first caches. */
const SCRATCH_BYTES = 49152;
/** What one pass may touch beside the weights: weights are then read once for several images. */
const PASS_BYTES = 6500000;
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

function emitSource(context: PlanContext, step: Step): EmittedSource {
  if (step.source.kind === 'load') return emitLoad(context, context.buffer(step.source.id));
  const { node } = step.source;
  switch (node.kind) {
    case 'conv': {
      const type = context.graph.type(node.input);
      const winograd = type.kind === 'codes' && suitsWinograd(node, type);
      return winograd ? emitWinograd(context, node) : emitConv(context, node);
    }
    case 'fully-connected':
      return emitConv(context, node);
    case 'max-pool':
    case 'average-pool':
    case 'global-average-pool':
      return emitPool(context, node);
    case 'flatten':
      return emitFlatten(context, node);
    default:
      return node satisfies never;
  }
}

/** The value that a step's rows begin with; all values along its links have the same extent. */
function firstValue(step: Step): string {
  return step.source.kind === 'load' ? step.source.id : step.source.node.id;
}

/** Images per pass: as many as keep the largest two values of the graph within {@link PASS_BYTES}. */
function chooseBatch(graph: Graph): number {
  let largest = 1;
  for (const node of graph.nodes) {
    const type = graph.type(node.id);
    const { channels, height, width } = extentOf(type.shape);
    largest = Math.max(largest, channels * height * width * (type.kind === 'codes' ? 1 : 4));
  }
  return Math.min(MOST_IMAGES, Math.max(1, Math.floor(PASS_BYTES / (2 * largest))));
}

/**
 * Lays a legal network out in memory.
 *
 * @param fuse false: every value is stored and keeps its place, so that each can be looked at.
 */
export function planNetwork(network: Network, types: ReadonlyMap<string, TensorType>, fuse: boolean): Plan {
  const graph = graphOf(network, types);
  const arena = new Arena();
  const batch = chooseBatch(graph);
  const stepList = planSteps(graph, fuse);
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
    const source = emitSource(context, step);
    const chunk = source.chunk ?? { pixels: blocks * BLOCK_PIXELS, span: ENDLESS };
    return { source, row, chunk, chain: emitChain(context, step.links) };
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
