import {
  coreObservables,
  createMacro,
  generateTop,
  topGeometry,
  traceLayout,
  type MacroSpec,
  type TopGeometry,
  type TopOptions,
} from '@tally/core';
import type { SourceFile } from './build-model.ts';
import type { Circuit } from './circuit.ts';
import { probesOf } from './harness-layout.ts';
import { corePins } from './pins.ts';

/** `tally_top` with the core inside it made visible. */
export interface AxiCircuit extends Circuit {
  readonly geometry: TopGeometry;
}

/** Name of the core inside `tally_top`. */
export const CORE = 'core';

/**
 * Generates the accelerator behind AXI of a spec.
 *
 * @param mutate changes the circuit's files, for tests of the comparison itself
 * @throws TallyError of `topGeometry`, `signal-not-in-circuit`, `signal-width-differs`
 */
export function axiCircuit(
  spec: MacroSpec,
  options: TopOptions = {},
  mutate: (files: readonly SourceFile[]) => readonly SourceFile[] = (files) => files,
): AxiCircuit {
  const macro = createMacro(spec);
  const { command, partialSum } = corePins(spec);
  const found = probesOf(traceLayout(macro), coreObservables(spec));
  // Memories are compared by the writes that the records tell, in the simulator's replay: the circuit's records have none.
  const probes = found.probes.map((probe) => ({ ...probe, path: `${CORE}.${probe.path ?? probe.name}` }));
  return {
    macro,
    geometry: topGeometry(spec, options),
    source: {
      files: mutate(generateTop(spec, options)),
      layout: {
        top: 'tally_top',
        core: CORE,
        command,
        partialSum,
        recordWords: found.recordWords,
        probes,
        memories: [],
      },
    },
    signals: probes.length,
    bits: probes.reduce((sum, { bits }) => sum + bits, 0),
  };
}
