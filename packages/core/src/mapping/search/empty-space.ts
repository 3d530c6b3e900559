import { requiredBits } from '../counts/capacity.ts';
import { TallyError, type Issue } from '../../diagnostics/index.ts';
import type { Operand } from '../operand.ts';
import type { LayerModel } from './layer-model.ts';

/** Says which constraint leaves no mapping: to be called when the search has found none. */
export function emptySpace(model: LayerModel): TallyError {
  const { problem, machine, sizes, macroTiles } = model.space;
  const issues: Issue[] = [];
  if (macroTiles.every.length === 0) {
    issues.push({
      code: 'no-macro-tile',
      path: problem.id,
      message: `no dataflow that is allowed has a tile for the macro of ${machine.name}`,
      remedy: 'allow another dataflow',
    });
  }
  const last = {
    outputs: sizes.outputs.length - 1,
    rows: sizes.rows.length - 1,
    columns: sizes.columns.length - 1,
    channels: sizes.channels.length - 1,
  };
  const bits: Readonly<Record<Operand, number>> = {
    weights: model.totals.kernel * problem.weightBits,
    activations: model.kept.input
      ? 0
      : model.rows(last.rows).largestInputs *
        model.columns(last.columns).largestInputs *
        problem.activationBits,
    partialSums: model.sumBitsWithSpills,
  };
  for (const [i, buffer] of machine.buffers.entries()) {
    const room = model.room[i] * (buffer.doubleBuffered ? 2 : 1);
    const needs = requiredBits(buffer, bits);
    if (needs <= room) continue;
    const parts = buffer.operands.map((operand) => `${bits[operand]} of ${operand}`).join(' + ');
    const keptBits = buffer.capacityBits - room;
    issues.push({
      code: 'no-tile-fits',
      path: problem.id,
      message:
        `the smallest tile (one output, row, column and channel) needs ${needs} bits of buffer '${buffer.name}' ` +
        `(${parts}${buffer.doubleBuffered ? ', twice: double-buffered' : ''}), which has ${room}` +
        (keptBits > 0 ? ` beside ${keptBits} of tensors that stay` : ''),
      remedy: 'enlarge the buffer, or let the operand bypass it',
    });
  }
  if (issues.length === 0) throw new RangeError('the smallest tile fits, and yet no mapping was found');
  return new TallyError(issues);
}
