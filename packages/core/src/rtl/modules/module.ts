import { ref } from '../ast/index.ts';
import type { Attribute, Item, Module, Port } from '../ast/index.ts';

/** The clock, the reset and the enable that every register of the macro sees. */
export const clk = ref('clk');
export const rstN = ref('rst_n');
export const advance = ref('advance');

export interface ModuleParts {
  readonly name: string;
  readonly about: readonly string[];
  readonly ports: readonly Port[];
  readonly items: readonly Item[];
  readonly attributes?: readonly Attribute[];
  readonly separate?: boolean;
}

/** A module without parameters: the generator writes one module per shape. */
export function defineModule({
  name,
  about,
  ports,
  items,
  attributes = [],
  separate = false,
}: ModuleParts): Module {
  return { kind: 'module', name, about, attributes, separate, parameters: [], ports, items };
}
