import type {
  ModelClipNode,
  ModelFlattenNode,
  ModelLeakyReluNode,
  ModelMaxPoolNode,
  ModelPadNode,
  ModelReluNode,
  ModelSliceNode,
  ModelUpsampleNode,
} from '../model/model.ts';
import type { ChannelMap } from './normalization.ts';
import type { Rational } from './rational.ts';

interface ValueBase {
  /** The model value's id; what the network adds for it is named after it. */
  readonly name: string;
}

/** A model value that is unsigned codes in the network: real value = step * (code - zeroPoint). */
export interface CodesValue extends ValueBase {
  readonly kind: 'codes';
  /** Id of the network's value. */
  readonly id: string;
  readonly step: Rational;
  /** A multiple of 1/2. */
  readonly zeroPoint: number;
  /** The largest code that occurs. */
  readonly most: number;
}

/** A model value that is an exact function of integers that the network has: batch norm stays pending until it is known who reads it. */
export interface IntegersValue extends ValueBase {
  readonly kind: 'integers';
  /** Id of the network's value. */
  readonly id: string;
  /** One per channel, or one for all. */
  readonly maps: readonly ChannelMap[];
}

/** Nodes that commute with a quantizer, and so are pending too. */
export type DeferredNode =
  | ModelReluNode
  | ModelClipNode
  | ModelLeakyReluNode
  | ModelMaxPoolNode
  | ModelFlattenNode
  | ModelPadNode
  | ModelSliceNode
  | ModelUpsampleNode;

/** A model value that a monotone (or rearranging) node makes of another value. */
export interface DeferredValue extends ValueBase {
  readonly kind: 'deferred';
  readonly node: DeferredNode;
  readonly source: LoweredValue;
}

/** Values one behind the other along the first axis; joined once it is known in which form they are read. */
export interface ConcatValue extends ValueBase {
  readonly kind: 'concat';
  readonly parts: readonly LoweredValue[];
}

export type LoweredValue = CodesValue | IntegersValue | DeferredValue | ConcatValue;
