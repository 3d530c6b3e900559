import { chipPreset, macroSpec, parseChip, type Chip } from '@tally/core';
import { macroCircuit, type Circuit } from '../../packages/cli/src/cosim/circuit.ts';
import { missingTools } from '../../packages/cli/src/cosim/toolchain.ts';
import type { SourceFile } from '../../packages/cli/src/cosim/build-model.ts';

/** Models that tests build, kept between runs. */
export const CACHE = new URL('../../node_modules/.cache/tally/cosim', import.meta.url).pathname;

const missing = missingTools();

/** True where a circuit's model cannot be built. */
export const noVerilator = missing.length > 0;

/** A title, with what is missing where the test cannot run. */
export function title(text: string): string {
  return noVerilator ? `${text} (skipped: apt-get install ${missing.join(' ')})` : text;
}

/** What a test chip has other than its preset. */
export interface ChipChanges {
  readonly entries?: number;
  readonly weightVectors?: number;
  readonly activationVectors?: number;
  readonly partialSums?: number;
  readonly weightSystem?: string;
  readonly rescaleSlots?: number;
  readonly windowVectors?: number;
  readonly windowOverheadCycles?: number;
  readonly scheme?: string;
}

/** A preset with other figures. */
export function testChip(preset: string, name: string, changes: ChipChanges): Chip {
  const chip = structuredClone(chipPreset(preset)) as unknown as Record<
    string,
    Record<string, { value: unknown; name?: unknown }>
  >;
  const { weightSystem, scheme, ...figures } = changes;
  for (const [figure, value] of Object.entries(figures)) {
    const group = figure in chip['geometry'] ? 'geometry' : 'timing';
    chip[group][figure].value = value;
  }
  if (scheme !== undefined) Object.assign(chip['scheme'], { name: scheme });
  const { weight } = chip['formats'] as unknown as { readonly weight: { readonly system: { name: string } } };
  if (weightSystem !== undefined) weight.system.name = weightSystem;
  return parseChip({ ...chip, name }, name);
}

/** Pair search, sign-magnitude; few slots of everything, so that rings wrap and rows clash. */
export const PAIRS = testChip('zhu2020', 'test-pairs', {
  entries: 12,
  weightVectors: 3,
  activationVectors: 2,
  partialSums: 5,
  windowVectors: 2,
  windowOverheadCycles: 3,
});

/** Bit planes, two's complement, one weight slot, no window overhead. */
export const PLANES = testChip('zhu2020-w3a3', 'test-planes', {
  entries: 9,
  weightVectors: 1,
  activationVectors: 2,
  partialSums: 2,
  weightSystem: 'twos-complement',
  windowOverheadCycles: 0,
});

/** The circuit of a chip. */
export function circuitOf(
  chip: Chip,
  mutate?: (files: readonly SourceFile[]) => readonly SourceFile[],
): Circuit {
  return macroCircuit(macroSpec(chip), mutate);
}

/** Replaces a text that occurs exactly once in the circuit's files. */
export function mutation(path: string, from: string, to: string) {
  return (files: readonly SourceFile[]): readonly SourceFile[] => {
    const file = files.find((one) => one.path === path);
    if (file?.text.split(from).length !== 2) throw new Error(`'${from}' must occur once in ${path}`);
    return files.map((one) => (one === file ? { path, text: file.text.replace(from, () => to) } : one));
  };
}
