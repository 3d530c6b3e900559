import type { LayerModel } from './layer-model.ts';
import type { LoopTerm } from '../counts/refills.ts';
import { emptyPart, lowerPart, setFillPart, type Part } from './parts.ts';

/** Elements that one sweep over rows and columns takes in, after what stays of another sweep where `again`. */
function sweep(outer: LoopTerm, inner: LoopTerm, again: boolean): number {
  const shared = outer.adjacent * inner.wrap + outer.sum * inner.adjacent;
  return outer.sum * inner.sum - shared - (again ? outer.wrap * inner.wrap : 0);
}

/**
 * Bounds on what filling the buffers causes, whatever the order of the loops.
 *
 * Weights are read once only if every loop over pixels (batch, rows, columns) runs inside every loop that tells weights apart. If there
 * are several tiles of outputs and of pixels, then all activations come again for each tile of outputs. So there are two kinds of
 * orders: weights are read at least twice and activations once, or weights once and activations once per tile of outputs.
 */
export class LeastFills {
  private readonly spare: Part;
  private readonly model: LayerModel;

  constructor(model: LayerModel) {
    this.model = model;
    this.spare = emptyPart(model.space.machine.buffers.length);
  }

  /** Sets `part` to the bound of a tile. */
  ofTile(part: Part, outputs: number, rows: number, columns: number): void {
    const { model } = this;
    const { problem } = model.space;
    const byRows = { ...model.rows(rows), sum: model.rows(rows).inputs };
    const byColumns = { ...model.columns(columns), sum: model.columns(columns).inputs };
    const scale = problem.batch * problem.groups * problem.channels;
    const once = scale * Math.min(sweep(byRows, byColumns, false), sweep(byColumns, byRows, false));
    const outputTiles = model.outputs(outputs).count;
    const pixelLoops = [problem.batch, byRows.count, byColumns.count].filter((count) => count > 1);
    if (outputTiles === 1 || pixelLoops.length === 0) {
      setFillPart(part, model, 1, once, 1);
      return;
    }
    const again = scale * Math.min(sweep(byRows, byColumns, true), sweep(byColumns, byRows, true));
    setFillPart(part, model, 1, once + (outputTiles - 1) * again, 1);
    setFillPart(this.spare, model, Math.min(...pixelLoops), once, 1);
    lowerPart(part, this.spare);
  }

  /** Sets `part` to the bound of all tiles with these outputs and channels. */
  ofPair(part: Part, outputs: number, channels: number): void {
    const { model } = this;
    const { problem } = model.space;
    const { activations } = model.totals;
    const outputTiles = model.outputs(outputs).count;
    const wholeFits = model.fits(outputs, 0, 0, channels, model.sumBitsWithout);
    if (outputTiles === 1 || (wholeFits && problem.batch === 1)) {
      setFillPart(part, model, 1, activations, 1);
      return;
    }
    // What stays in the buffer from one sweep over the pixels to the next is one tile of one group at most.
    const stays = problem.groups * model.channels(channels).count * model.roomForActivations();
    const again = Math.max(0, activations - stays);
    setFillPart(part, model, 1, activations + (outputTiles - 1) * again, 1);
    setFillPart(this.spare, model, 2, activations, 1);
    lowerPart(part, this.spare);
  }
}
