import { stringify } from 'yaml';
import {
  OPERANDS,
  type AccessCounts,
  type LayerMapping,
  type Machine,
  type MappingProblem,
  type Operand,
} from '../mapping/index.ts';

/** A layer whose accesses are counted. */
export interface CountedLayer {
  readonly name: string;
  readonly problem: MappingProblem;
  readonly machine: Machine;
  readonly mapping: LayerMapping;
  readonly counts: AccessCounts;
}

/** Accesses of one operand of one layer at one tier. */
export interface CountsRow {
  readonly layer: string;
  /** `network`: what crosses the network on chip, to or from each macro; its reads are deliveries. */
  readonly tier: 'memory' | 'buffer' | 'network' | 'macro';
  /** Name of the buffer; else the same as `tier`. */
  readonly name: string;
  readonly operand: Operand;
  /** Elements: codes, or digits where macros read and write. */
  readonly reads: number;
  readonly writes: number;
  readonly readBits: number;
  readonly writeBits: number;
}

/** Columns of the table, in order, as files name them. */
export const COUNTS_COLUMNS = [
  ['layer', 'layer'],
  ['tier', 'tier'],
  ['name', 'name'],
  ['operand', 'operand'],
  ['reads', 'reads'],
  ['writes', 'writes'],
  ['readBits', 'read_bits'],
  ['writeBits', 'write_bits'],
] as const satisfies readonly (readonly [keyof CountsRow, string])[];

/** Per layer and operand a row for memory, buffer (where one holds it), network on chip and macros. */
export function countsRows(layers: readonly CountedLayer[]): readonly CountsRow[] {
  return layers.flatMap(({ name: layer, machine, counts }) =>
    OPERANDS.flatMap((operand): readonly CountsRow[] => {
      const { memory, buffer, macro, deliveries, deliveredBits } = counts.operands[operand];
      const holder = machine.bufferOf[operand];
      return [
        { layer, tier: 'memory', name: 'memory', operand, ...memory },
        ...(buffer === null
          ? []
          : [{ layer, tier: 'buffer' as const, name: machine.buffers[holder].name, operand, ...buffer }]),
        {
          layer,
          tier: 'network',
          name: 'network',
          operand,
          reads: deliveries,
          writes: 0,
          readBits: deliveredBits,
          writeBits: 0,
        },
        { layer, tier: 'macro', name: 'macro', operand, ...macro },
      ];
    }),
  );
}

/** A field of RFC 4180: quoted where it holds a comma, a quote or a line break. */
function csvField(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The table as CSV (RFC 4180, a heading, lines end in a line feed). */
export function countsCsv(rows: readonly CountsRow[]): string {
  const lines = [
    COUNTS_COLUMNS.map(([, heading]) => heading).join(','),
    ...rows.map((row) => COUNTS_COLUMNS.map(([key]) => csvField(row[key])).join(',')),
  ];
  return `${lines.join('\n')}\n`;
}

/** Layers with problem, machine, mapping and all their counts as YAML. */
export function countsYaml(layers: readonly CountedLayer[]): string {
  return stringify(
    {
      kind: 'tally-access-counts',
      formatVersion: 1,
      layers: layers.map(({ name, problem, machine, mapping, counts }) => ({
        name,
        problem,
        machine,
        mapping,
        counts,
      })),
    },
    { aliasDuplicateObjects: false, lineWidth: 0 },
  );
}
