import {
  coreObservables,
  createMacro,
  generateCore,
  traceLayout,
  type Macro,
  type MacroSpec,
} from '@tally/core';
import type { ModelSource, SourceFile } from './build-model.ts';
import { probesOf } from './harness-layout.ts';
import { corePins } from './pins.ts';

/** The two worlds of one chip: the simulator's macro, and the circuit's files with what is compared. */
export interface Circuit {
  readonly macro: Macro;
  readonly source: Omit<ModelSource, 'trace'>;
  /** Values compared on every clock, and their bits; memories count once. */
  readonly signals: number;
  readonly bits: number;
}

/**
 * Generates the circuit of a spec and brings it together with the simulator's trace.
 *
 * @param mutate changes the circuit's files, for tests of the comparison itself
 * @throws TallyError `signal-not-in-circuit`, `signal-width-differs`
 */
export function macroCircuit(
  spec: MacroSpec,
  mutate: (files: readonly SourceFile[]) => readonly SourceFile[] = (files) => files,
): Circuit {
  const macro = createMacro(spec);
  const { command, partialSum } = corePins(spec);
  const probes = probesOf(traceLayout(macro), coreObservables(spec));
  return {
    macro,
    source: {
      files: mutate(generateCore(spec)),
      layout: { top: 'tally_core', core: null, command, partialSum, ...probes },
    },
    signals: probes.probes.length + probes.memories.length,
    bits: [...probes.probes, ...probes.memories].reduce((sum, { bits }) => sum + bits, 0),
  };
}
