import type { LoopTerm } from '../counts/refills.ts';
import type { LayerModel } from './layer-model.ts';
import { emptyPart, endlessPart, lowerPart, setFillPart, type Part } from './parts.ts';

/** Elements that one sweep over rows and columns takes in, after what stays of another sweep where `again`. */
function sweep(outer: LoopTerm, inner: LoopTerm, again: boolean): number {
  const shared = outer.adjacent * inner.wrap + outer.sum * inner.adjacent;
  return outer.sum * inner.sum - shared - (again ? outer.wrap * inner.wrap : 0);
}

/** How often a kind of order reads activations, elements. */
interface ActivationReads {
  /** All once, halos kept. */
  readonly once: number;
  /** Once for each tile of outputs, halos kept. */
  readonly perOutputs: number;
  /** Once for each tile of outputs, no halo kept: the loop over channels runs between two tiles of pixels. */
  readonly perOutputsWithoutHalos: number;
}

/** Iterations of the loops of a tile; `pixels`: the fewest of a loop over batch, rows or columns that has more than one, or 1. */
interface Iterations {
  readonly pixels: number;
  readonly outputs: number;
  readonly channels: number;
}

/**
 * Bounds on what filling the buffers causes, whatever the order of the loops.
 *
 * Of three kinds of loops with more than one iteration (over pixels, outputs, channels) one kind only can be innermost:
 *
 * - pixels inside outputs and channels: weights are read once, activations for each tile of outputs, results come as often as there
 *   are tiles of channels,
 * - channels inside pixels and outputs: results come once, weights are read for each tile of pixels (of one loop at least),
 *   activations for each tile of outputs,
 * - outputs inside pixels and channels: activations are read once, weights and results as often as above.
 *
 * Any other order is in each of the three numbers at least as bad as one of these.
 */
export class LeastFills {
  private readonly spare: Part;
  private readonly model: LayerModel;

  constructor(model: LayerModel) {
    this.model = model;
    this.spare = emptyPart(model.space.machine.buffers.length);
  }

  /** The bound of a tile. */
  ofTile(outputs: number, rows: number, columns: number, channels: number): Part {
    const { model } = this;
    const { problem } = model.space;
    const byRows = model.rowsTerm(rows);
    const byColumns = model.columnsTerm(columns);
    const scale = problem.batch * problem.groups * problem.channels;
    const outputTiles = model.outputs(outputs).count;
    let pixels = Infinity;
    for (const count of [problem.batch, byRows.count, byColumns.count]) {
      if (count > 1 && count < pixels) pixels = count;
    }
    const once = scale * Math.min(sweep(byRows, byColumns, false), sweep(byColumns, byRows, false));
    const again = scale * Math.min(sweep(byRows, byColumns, true), sweep(byColumns, byRows, true));
    return this.least(
      {
        pixels: pixels === Infinity ? 1 : pixels,
        outputs: outputTiles,
        channels: model.channels(channels).count,
      },
      {
        once,
        perOutputs: once + (outputTiles - 1) * again,
        perOutputsWithoutHalos: outputTiles * scale * byRows.sum * byColumns.sum,
      },
    );
  }

  /** The bound of all tiles with these outputs and channels. */
  ofPair(outputs: number, channels: number): Part {
    const { model } = this;
    const { problem } = model.space;
    const { activations } = model.totals;
    const outputTiles = model.outputs(outputs).count;
    const channelTiles = model.channels(channels).count;
    const onePixelTile = problem.batch === 1 && model.fits(outputs, 0, 0, channels, model.sumBitsWithout);
    // What stays in the buffer from one sweep over the pixels to the next is one tile of one group at most.
    const stays = problem.groups * channelTiles * model.roomForActivations();
    return this.least(
      { pixels: onePixelTile ? 1 : 2, outputs: outputTiles, channels: channelTiles },
      {
        once: activations,
        perOutputs: activations + (outputTiles - 1) * Math.max(0, activations - stays),
        perOutputsWithoutHalos: outputTiles * activations,
      },
    );
  }

  private least(counts: Iterations, reads: ActivationReads): Part {
    const { model, spare } = this;
    const { pixels, outputs, channels } = counts;
    const part = endlessPart(spare.bufferBits.length);
    const lower = (weightTimes: number, activations: number, resultVisits: number): void => {
      setFillPart(spare, model, weightTimes, activations, resultVisits);
      lowerPart(part, spare);
    };
    const kinds = (pixels > 1 ? 1 : 0) + (outputs > 1 ? 1 : 0) + (channels > 1 ? 1 : 0);
    if (kinds <= 1) {
      lower(1, reads.once, 1);
      return part;
    }
    if (pixels > 1) lower(1, outputs > 1 ? reads.perOutputs : reads.once, channels);
    if (outputs > 1) lower(pixels, reads.once, channels);
    if (channels > 1) lower(pixels, reads.perOutputsWithoutHalos, 1);
    return part;
  }
}
