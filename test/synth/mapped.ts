import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMacro, macroSpec, type Chip, type Macro } from '@tally/core';
import { seeded } from '../../packages/cli/src/cosim/random.ts';
import type { GateLevel } from '../../packages/cli/src/synth/gate-level.ts';
import { toLibrary } from '../../packages/cli/src/synth/library.ts';
import { parseLiberty } from '../../packages/cli/src/synth/liberty.ts';
import { mapCircuit } from '../../packages/cli/src/synth/map-circuit.ts';
import { requireTools } from '../../packages/cli/src/synth/tools.ts';
import type { Vectors } from '../../packages/cli/src/synth/vectors.ts';
import { checkVectors, fullLayer, layerWorkload } from '../../packages/cli/src/synth/workload.ts';

/** Cells to map to: Liberty and Verilog files. */
export interface CellLibrary {
  readonly liberty: string;
  readonly cells: readonly string[];
}

/** A chip's circuit in a library's cells, and vectors of the simulator that it must pass. */
export interface Mapped {
  readonly macro: Macro;
  readonly gates: GateLevel;
  /** A random layer, and random commands against random handshakes. */
  readonly vectors: readonly Vectors[];
  readonly remove: () => void;
}

/** Maps a chip's macro at 143 MHz in a folder of its own and records vectors of so many clocks each. */
export async function mappedChip(
  chip: Chip,
  { liberty: path, cells }: CellLibrary,
  clocks: number,
): Promise<Mapped> {
  const folder = mkdtempSync(join(tmpdir(), 'tally-mapped-'));
  const liberty = readFileSync(path, 'utf8');
  const library = toLibrary(parseLiberty(liberty, path), path);
  const versions = requireTools(['yosys', 'iverilog']);
  const spec = macroSpec(chip);
  const macro = createMacro(spec);
  const version = (tool: 'yosys' | 'iverilog'): string => versions.get(tool) ?? '';
  const periodNs = 1000 / 143;
  const { netlist } = await mapCircuit({
    spec,
    library,
    liberty,
    periodNs,
    folder,
    version: version('yosys'),
  });
  const subject = { ...fullLayer(chip, macro, seeded(2)), layer: null, name: 'random codes' };
  return {
    macro,
    gates: {
      folder,
      netlist,
      cells,
      accumulatorBits: spec.accumulatorBits,
      version: version('iverilog'),
    },
    vectors: [layerWorkload(chip, macro, subject, clocks).vectors, checkVectors(macro, 2, clocks)],
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
