import type { MacroShape } from '../machine.ts';
import type { MacroTile } from '../mapping.ts';

/** Sizes of the tile inside a macro that a rule speaks of. */
export type TileField = 'outputs' | 'pixels' | 'chunks';

/**
 * A loop inside a macro: over tiles of a share's outputs, pixels or chunks; over the elements of such a tile, or of the whole share
 * where nothing cuts them into tiles; over digits.
 */
export type MacroLoop =
  | 'outputs-tile'
  | 'pixels-tile'
  | 'chunks-tile'
  | 'weight-digit'
  | 'activation-digit'
  | 'output'
  | 'pixel'
  | 'chunk';

/** The product of some sizes of the tile may not exceed what the macro has of something, or 1. */
export interface TileRule {
  readonly fields: readonly TileField[];
  readonly limit: 'weightRows' | 'activationRows' | 'accumulators' | 'one';
}

export type TileInMacro = Pick<MacroTile, TileField>;

/** Digits of the operands. */
export interface Digits {
  readonly weights: number;
  readonly activations: number;
}

/**
 * An exact loop nest inside a macro over one share of a buffer tile: m outputs, p pixels, c chunks. What it moves factors into how
 * often each element is loaded, so that sums over ragged tiles and shares need no loop over them:
 *
 *     weight digits loaded      = m K weightLoads(p)
 *     activation digits loaded  = touched activationLoads(m)
 *     sums handed out           = m p sumsPerResult(c)
 */
export interface MacroDataflow {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  /** Outermost first; each turn of the innermost is one step. */
  readonly loops: readonly MacroLoop[];
  /** What tiles the macro has room for. */
  readonly rules: readonly TileRule[];
  /** Digits that are loaded per weight for `pixels` >= 1 pixels. */
  readonly weightLoads: (pixels: number, tile: TileInMacro, digits: Digits) => number;
  /** Digits that are loaded per (entry, pixel) that is not padding for `outputs` >= 1 outputs. */
  readonly activationLoads: (outputs: number, tile: TileInMacro, digits: Digits) => number;
  /** Times that an output at a pixel leaves the macro, finished or not, for `chunks` >= 1 chunks. */
  readonly sumsPerResult: (chunks: number, tile: TileInMacro, digits: Digits) => number;
}

/** What a macro offers for a rule. */
export function limitOf(rule: TileRule, macro: MacroShape): number {
  return rule.limit === 'one' ? 1 : macro[rule.limit];
}

/** True when the macro has room for the tile. */
export function hasRoom(dataflow: MacroDataflow, tile: TileInMacro, macro: MacroShape): boolean {
  return dataflow.rules.every(
    (rule) => rule.fields.reduce((product, field) => product * tile[field], 1) <= limitOf(rule, macro),
  );
}
