import { inputsOf } from './analyse.ts';
import { elementCount } from './integers.ts';
import type { Network, NetworkNode, Shape } from './network.ts';
import { inferTypes } from './verify.ts';

/** Integer operations beside the macro, per image. */
export interface HostOperations {
  /** With thresholds (2^bits - 1 an element) and with 0 (ReLU). */
  readonly comparisons: number;
  /** Sums of two values, offsets of affine nodes, biases. */
  readonly additions: number;
  /** By the multipliers of affine nodes; the shift behind them is not counted. */
  readonly multiplications: number;
  /** Maxima or sums of two elements within pooling windows, padding included. */
  readonly poolings: number;
  /** Elements that are put elsewhere without arithmetic. A flatten moves none. */
  readonly moves: number;
}

/** What one node makes run beside the macro. */
export interface HostNode extends HostOperations {
  readonly id: string;
  readonly kind: NetworkNode['kind'];
}

export const NO_HOST_OPERATIONS: HostOperations = {
  comparisons: 0,
  additions: 0,
  multiplications: 0,
  poolings: 0,
  moves: 0,
};

function operationsOf(node: NetworkNode, input: Shape, output: Shape): Partial<HostOperations> {
  const elements = elementCount(output);
  switch (node.kind) {
    case 'conv':
    case 'fully-connected':
      return node.bias === null ? {} : { additions: elements };
    case 'threshold':
      return { comparisons: elements * (2 ** node.bits - 1) };
    case 'affine':
      return { multiplications: elements, additions: elements };
    case 'add':
      return { additions: elements };
    case 'relu':
      return { comparisons: elements };
    case 'max-pool':
    case 'average-pool':
      return { poolings: elements * (node.kernel[0] * node.kernel[1] - 1) };
    case 'global-average-pool':
      return { poolings: elementCount(input) - elements };
    case 'flatten':
      return {};
    case 'pad':
    case 'slice':
    case 'upsample':
    case 'concat':
      return { moves: elements };
    default:
      return node satisfies never;
  }
}

/**
 * The work per image that does not run on the macro, by node in order: everything but the
 * multiply-accumulates of convolutions and fully connected layers, whose additions of partial sums are
 * part of the macro's periphery. Nodes without any are left out.
 *
 * @throws TallyError when the network is not legal.
 */
export function hostWork(network: Network): readonly HostNode[] {
  const types = inferTypes(network);
  const shape = (id: string): Shape => types.get(id)?.shape ?? [];
  return network.nodes.flatMap((node) => {
    const operations = operationsOf(node, shape(inputsOf(node)[0]), shape(node.id));
    return Object.keys(operations).length === 0
      ? []
      : [{ ...NO_HOST_OPERATIONS, ...operations, id: node.id, kind: node.kind }];
  });
}

/** Sums of operations. */
export function addOperations(all: readonly HostOperations[]): HostOperations {
  return all.reduce<HostOperations>(
    (sum, one) => ({
      comparisons: sum.comparisons + one.comparisons,
      additions: sum.additions + one.additions,
      multiplications: sum.multiplications + one.multiplications,
      poolings: sum.poolings + one.poolings,
      moves: sum.moves + one.moves,
    }),
    NO_HOST_OPERATIONS,
  );
}
