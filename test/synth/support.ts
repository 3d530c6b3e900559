import { existsSync } from 'node:fs';
import { chipPreset, parseChip, type Chip } from '@tally/core';
import { OSU018 } from '../../packages/cli/src/synth/execute.ts';
import { missingSynthesisTools } from '../../packages/cli/src/synth/tools.ts';

const missing = [
  ...missingSynthesisTools(['yosys', 'sta', 'iverilog']),
  ...(existsSync(OSU018.liberty) ? [] : [OSU018.debian]),
];

/** True where nothing can be synthesised. */
export const noSynthesis = missing.length > 0;

/** A title, with what is missing where the test cannot run. */
export function title(text: string): string {
  return noSynthesis ? `${text} (skipped: apt-get install ${missing.join(' ')})` : text;
}

/** A preset with other figures of its geometry. */
export function smallChip(name: string, figures: Readonly<Record<string, number>>, preset = 'zhu2020'): Chip {
  const chip = structuredClone(chipPreset(preset)) as unknown as {
    readonly geometry: Record<string, { value: number }>;
  };
  for (const [figure, value] of Object.entries(figures)) chip.geometry[figure].value = value;
  return parseChip({ ...chip, name }, name);
}

/** 8 entries, two slots of everything: a few thousand gates. */
export const TINY_GEOMETRY = { entries: 8, weightVectors: 2, activationVectors: 2, partialSums: 2 };
export const TINY = smallChip('tiny', TINY_GEOMETRY);
