import { hasRoom, limitOf, type MacroDataflow, type TileField } from '../dataflows/dataflow.ts';
import type { MacroShape } from '../machine.ts';
import type { MacroTile } from '../mapping.ts';

/** A macro tile with its dataflow; `id` is its place in the order in which ties are broken. */
export interface MacroChoice {
  readonly id: number;
  readonly dataflow: MacroDataflow;
  readonly tile: MacroTile;
}

/** Macro tiles for one share of a buffer tile, all dataflows. */
export interface MacroChoices {
  readonly all: readonly MacroChoice[];
  /**
   * Those of which no other of the same dataflow is at least as large in all three sizes. Loads and sums never rise with a
   * size, so that the others are never better, and come later.
   */
  readonly largest: readonly MacroChoice[];
}

function covers(a: MacroTile, b: MacroTile): boolean {
  return a.outputs >= b.outputs && a.pixels >= b.pixels && a.chunks >= b.chunks;
}

/** Largest size that the rules of a dataflow leave; a size that no rule speaks of is 1. */
function largest(dataflow: MacroDataflow, field: TileField, shape: MacroShape): number {
  const limits = dataflow.rules
    .filter(({ fields }) => fields.includes(field))
    .map((rule) => limitOf(rule, shape));
  return limits.length === 0 ? 1 : Math.min(...limits);
}

/** Macro tiles of some dataflows in a macro, in the order of ties: dataflows as listed, then outputs, pixels, chunks, larger first. */
export class MacroTiles {
  /** Of the largest share; index = id. */
  readonly every: readonly MacroChoice[];
  private readonly known = new Map<number, MacroChoices>();
  private readonly most: Readonly<Record<TileField, number>>;

  constructor(dataflows: readonly MacroDataflow[], shape: MacroShape) {
    const every: MacroChoice[] = [];
    for (const dataflow of dataflows) {
      for (let outputs = largest(dataflow, 'outputs', shape); outputs >= 1; outputs--) {
        for (let pixels = largest(dataflow, 'pixels', shape); pixels >= 1; pixels--) {
          for (let chunks = largest(dataflow, 'chunks', shape); chunks >= 1; chunks--) {
            const tile = { dataflow: dataflow.name, outputs, pixels, chunks };
            if (hasRoom(dataflow, tile, shape)) every.push({ id: every.length, dataflow, tile });
          }
        }
      }
    }
    this.every = every;
    const most = (field: TileField) => Math.max(...every.map(({ tile }) => tile[field]));
    this.most = { outputs: most('outputs'), pixels: most('pixels'), chunks: most('chunks') };
  }

  /** Pixels of the largest macro tile. */
  get mostPixels(): number {
    return this.most.pixels;
  }

  /** Those that are not larger than a share of `outputs` x `pixels` with `chunks` chunks. */
  of(outputs: number, pixels: number, chunks: number): MacroChoices {
    const { most } = this;
    const share = {
      outputs: Math.min(outputs, most.outputs),
      pixels: Math.min(pixels, most.pixels),
      chunks: Math.min(chunks, most.chunks),
    };
    const key = (share.outputs * (most.pixels + 1) + share.pixels) * (most.chunks + 1) + share.chunks;
    let choices = this.known.get(key);
    if (choices === undefined) {
      const all = this.every.filter(
        ({ tile }) =>
          tile.outputs <= share.outputs && tile.pixels <= share.pixels && tile.chunks <= share.chunks,
      );
      const notCovered = all.filter(
        (choice) =>
          !all.some(
            (other) =>
              other !== choice && other.dataflow === choice.dataflow && covers(other.tile, choice.tile),
          ),
      );
      choices = { all, largest: notCovered };
      this.known.set(key, choices);
    }
    return choices;
  }
}
