import type { MacroSpec } from '../../chip/index.ts';
import { throwIfAny, type Issue } from '../../diagnostics/index.ts';
import { geometryOf, slotBits, type Geometry } from '../geometry.ts';

export const AXIS_BITS = [32, 64] as const;
export type AxisBits = (typeof AXIS_BITS)[number];

/** What `tally_top` adds to a macro. */
export interface TopOptions {
  /** Width of the streams' data. 64 unless told otherwise. */
  readonly axisBits?: number;
  /** Rows of each of the three buffers, 2 to 1,024. 64 unless told otherwise. */
  readonly bufferRows?: number;
}

/** A kind of row that a packet stores: its number in the packet's header, its width and its payload beats. */
export interface RowKind {
  readonly name: 'weight' | 'activation' | 'threshold';
  readonly packet: 1 | 2 | 3;
  readonly bits: number;
  readonly beats: number;
}

/** Widths of `tally_top`, all derived (hw/macro/doc/axi.md). */
export interface TopGeometry {
  readonly core: Geometry;
  readonly axisBits: AxisBits;
  readonly bufferRows: number;
  readonly bufferAddressBits: number;
  readonly rows: readonly RowKind[];
  /** Payload beats of a command, behind its first. */
  readonly commandBeats: number;
}

/**
 * @throws TallyError `axis-bits-unknown`, `axis-too-narrow`, `buffer-rows-out-of-range`, all that apply
 */
export function topGeometry(spec: MacroSpec, options: TopOptions = {}): TopGeometry {
  const { axisBits = 64, bufferRows = 64 } = options;
  const issues: Issue[] = [];
  const refuse = (code: string, path: string, message: string, remedy: string) =>
    issues.push({ code, path: `chip ${spec.chip}: ${path}`, message, remedy });
  if (axisBits !== 32 && axisBits !== 64) {
    refuse('axis-bits-unknown', 'axisBits', `streams of ${axisBits} bits are not made`, 'use 32 or 64');
  }
  if (axisBits < spec.accumulatorBits) {
    refuse(
      'axis-too-narrow',
      'axisBits',
      `a result of ${spec.accumulatorBits} bits does not fit one beat of ${axisBits}`,
      'use streams of 64 bits',
    );
  }
  if (!Number.isInteger(bufferRows) || bufferRows < 2 || bufferRows > 1024) {
    refuse('buffer-rows-out-of-range', 'bufferRows', `is ${bufferRows}, must be from 2 to 1024`, 'set it so');
  }
  throwIfAny(issues);
  const row = (name: RowKind['name'], packet: RowKind['packet'], bits: number): RowKind => ({
    name,
    packet,
    bits,
    beats: Math.ceil(bits / axisBits),
  });
  const core = geometryOf(spec);
  return {
    core,
    axisBits: axisBits as AxisBits,
    bufferRows,
    bufferAddressBits: slotBits(bufferRows),
    rows: [
      row('weight', 1, core.weightRowBits),
      row('activation', 2, core.activationRowBits),
      row('threshold', 3, core.thresholdRowBits),
    ],
    commandBeats: 128 / axisBits - 1,
  };
}
