import type { AffineNode } from '../../network/network.ts';
import { affineOf } from './affine.ts';
import { integersBuffer, type PlanContext } from './context.ts';
import { extentOf } from './extent.ts';
import type { Link } from './fuse.ts';
import { ADD, AFFINE, NARROW, onlyReads, RELU, STORE, type Operation } from './operation.ts';
import { emitResidual } from './residual.ts';
import { columnsOf, ownTable } from './tensors.ts';
import { emitThreshold } from './threshold.ts';

function emitAffine(context: PlanContext, node: AffineNode): Operation {
  const { channels } = extentOf(context.graph.type(node.id).shape);
  const columns = columnsOf(channels);
  const multiplier = new Int32Array(columns);
  const offset = new BigInt64Array(columns);
  for (let c = 0; c < channels; c++) {
    const [scale, shift] = affineOf(node, c);
    multiplier[c] = scale;
    offset[c] = BigInt(shift);
  }
  return [AFFINE, context.arena.put(multiplier), context.arena.put(offset), node.shift];
}

function emitLink(context: PlanContext, link: Link, previous: Link | undefined): Operation | null {
  const { graph, arena } = context;
  if (link.kind === 'store') {
    const buffer = context.buffer(link.id);
    if (buffer.kind === 'integers') return [STORE, buffer.address];
    // A threshold stores by itself.
    if (previous?.kind === 'apply') return null;
    return [NARROW, buffer.address, ownTable(arena, buffer, context.batch), buffer.pixelBytes];
  }
  const { node } = link;
  switch (node.kind) {
    case 'affine':
      return emitAffine(context, node);
    case 'threshold':
      return emitThreshold(context, node, link.operand);
    case 'relu':
      return [RELU];
    case 'add': {
      const [left, right] = graph.operands(node);
      return [ADD, integersBuffer(context, left === link.operand ? right : left).address];
    }
    default:
      return node satisfies never;
  }
}

/** An emitted chain. */
export interface EmittedChain {
  /** Of the first operation. */
  readonly address: number;
  /** The chain leaves the rows as they are. */
  readonly onlyReads: boolean;
}

/** Emits the operations of a step. */
export function emitChain(context: PlanContext, links: readonly Link[]): EmittedChain {
  const residual = emitResidual(context, links);
  const operations =
    residual !== null
      ? [residual]
      : links.flatMap((link, i) => {
          const operation = emitLink(context, link, links[i - 1]);
          return operation === null ? [] : [operation];
        });
  const address = operations.reduceRight(
    (next, [code, ...words]) => context.arena.words([code, next, ...words]),
    0,
  );
  return { address, onlyReads: operations.every(onlyReads) };
}
