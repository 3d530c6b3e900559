import { INPUT_ID, type Network } from '../../network/network.ts';
import type { TensorType } from '../../network/tensor-type.ts';
import { allocate } from './allocate.ts';
import { Arena } from './arena.ts';
import { emitChain } from './chain.ts';
import { codesBuffer, integersBuffer, type EmittedSource, type PlanContext } from './context.ts';
import { emitConv } from './conv.ts';
import { extentOf } from './extent.ts';
import { planSteps, type Step } from './fuse.ts';
import { graphOf, type Graph } from './graph.ts';
import { emitFlatten, emitLoad, emitPool } from './pool.ts';
import { columnsOf, type Buffer, type CodesBuffer, type IntegersBuffer } from './tensors.ts';

/** Pixels of a register block of the convolution. */
const BLOCK_PIXELS = 6;
/** Scratch rows stay within the first caches. */
const SCRATCH_BYTES = 49152;
/** What one pass should touch beside the weights: about half a second-level cache. */
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

function emitSource(context: PlanContext, step: Step): EmittedSource {
  if (step.source.kind === 'load') return emitLoad(context, context.buffer(step.source.id));
  const { node } = step.source;
  switch (node.kind) {
    case 'conv':
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
  const context: PlanContext = { arena, graph, batch, buffer: (id) => buffers.get(id)! };

  const chunks = stepList.map((step) => {
    const row = columnsOf(extentOf(graph.type(firstValue(step)).shape).channels) * 4;
    const blocks = Math.max(1, Math.floor(SCRATCH_BYTES / (row * BLOCK_PIXELS)));
    return { row, pixels: blocks * BLOCK_PIXELS };
  });
  const scratch = arena.reserve(Math.max(...chunks.map(({ row, pixels }) => row * pixels)));
  const steps = stepList.map((step, index) => {
    const source = emitSource(context, step);
    const { row, pixels } = chunks[index]!;
    const chain = emitChain(context, step.links);
    return arena.words([source.code, source.descriptor, chain, source.rowsPerImage, pixels, scratch, row]);
  });
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
