import type { ModelFlattenNode, ModelMaxPoolNode, ModelReluNode } from '../model/model.ts';
import type { ChannelMap } from './normalization.ts';
import type { Rational } from './rational.ts';

/** A model value that is unsigned codes in the network: real value = step * code. */
export interface CodesValue {
  readonly kind: 'codes';
  /** Id of the network's value. */
  readonly id: string;
  readonly step: Rational;
}

/** A model value that is an exact function of integers that the network has: batch norm stays pending until it is known who reads it. */
export interface IntegersValue {
  readonly kind: 'integers';
  /** Id of the network's value. */
  readonly id: string;
  /** One per channel, or one for all. */
  readonly maps: readonly ChannelMap[];
}

/** Nodes that commute with a quantizer, and so are pending too. */
export type DeferredNode = ModelReluNode | ModelMaxPoolNode | ModelFlattenNode;

/** A model value that a monotone (or reshaping) node makes of an integers value. */
export interface DeferredValue {
  readonly kind: 'deferred';
  readonly node: DeferredNode;
  /** Id of the model's value that the node reads: integers, or deferred. */
  readonly source: string;
}

export type LoweredValue = CodesValue | IntegersValue | DeferredValue;
