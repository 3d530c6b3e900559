import type { Chip } from '../chip/index.ts';
import type { LayerReport } from '../report/index.ts';

/** What a reader of a report should know, as sentences. */
export function reportNotes(
  chip: Chip,
  { voltageV }: { readonly voltageV: number },
  layers: readonly LayerReport[],
): readonly string[] {
  const notes = [
    'Counts are exact; cycles and energy come from a first-order model of a reconstructed macro (ASSUMPTIONS.md).',
    'Energy is that of the macro. Memory traffic is listed by dataflow; DRAM and leakage are not modelled.',
  ];
  const voltages = chip.operatingPoints.map(({ voltage }) => voltage.value);
  const [lowest, highest] = [Math.min(...voltages), Math.max(...voltages)];
  if (voltageV < lowest || voltageV > highest) {
    notes.push(
      `${voltageV} V lies outside the operating points of the chip (${lowest} to ${highest} V): the clock there is extrapolated.`,
    );
  }
  const stored = chip.geometry.partialSumBits.value;
  const wide = layers.filter((layer) => layer.partialSumBits > stored);
  if (wide.length > 0) {
    const most = Math.max(...wide.map((layer) => layer.partialSumBits));
    notes.push(
      `${wide.length} of ${layers.length} layers may sum to more than the ${stored} bits of the macro's partial sums (up to ${most} bits): ` +
        'the macro keeps the sum of one vector, accumulators outside add vectors and digit passes.',
    );
  }
  return notes;
}
