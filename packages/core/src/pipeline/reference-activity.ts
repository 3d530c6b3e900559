import { chipFormats, MACRO_SCHEMES, macroSpec, type Chip } from '../chip/index.ts';
import type { MeasuredWork, TechTable } from '../energy/index.ts';
import { uniformStream } from '../energy/sampling.ts';
import { createMacro } from '../macro/index.ts';
import { simulateLayer } from '../macro/run/index.ts';
import { codeRange } from '../network/index.ts';
import { calibrationChip, referenceSparsity } from './calibrate.ts';
import { measuredWork } from './measured-work.ts';
import { referenceLayer } from './reference-workload.ts';

/** A part of the reference workload that is simulated in milliseconds: 64 pixels x 16 outputs x 9 vectors. */
const OUTPUTS = 16;
const PIXELS = 8;
const SEED = 1;

/** A code that is 0 with probability `sparsity`, else one of the others with equal probability. */
function draw(next: () => number, min: number, max: number, sparsity: number): number {
  if (next() < sparsity) return 0;
  const code = min + Math.floor(next() * (max - min));
  return code < 0 ? code : code + 1;
}

/** The reference workload of a chip on its simulated macro, random codes of the table's sparsity, in steady state. */
export function simulateReference(chip: Chip, tech: TechTable): MeasuredWork {
  const { weight, activation } = chipFormats(chip);
  const sparsity = referenceSparsity(tech);
  const range = codeRange(weight);
  const weights = uniformStream(SEED, 'weights');
  const activations = uniformStream(SEED, 'activations');
  const empty = referenceLayer(chip, OUTPUTS, PIXELS);
  const layer = referenceLayer(
    chip,
    OUTPUTS,
    PIXELS,
    empty.weights.codes.map(() => draw(weights, range.min, range.max, sparsity.weight)),
  );
  const codes = new Uint8Array(layer.input[0] * layer.input[1] * layer.input[2]).map(() =>
    draw(activations, 0, codeRange(activation).max, sparsity.activation),
  );
  const simulation = simulateLayer({
    macro: createMacro(macroSpec(chip)),
    layer,
    codes,
    dataflow: chip.dataflow.name,
    thresholds: null,
  });
  return measuredWork({ ...simulation, cycles: simulation.schedule.slots }, 0);
}

const FOUND = new WeakMap<TechTable, WeakMap<Chip, MeasuredWork | null>>();

/**
 * The work that a table's energy residual was fitted on, measured on the simulated macro of the chip that its calibration
 * names; null when nothing was fitted, the chip is not known or has no circuit.
 */
export function referenceActivity(tech: TechTable, chip: Chip): MeasuredWork | null {
  const ofTable = FOUND.get(tech) ?? new WeakMap<Chip, MeasuredWork | null>();
  let found = ofTable.get(chip);
  if (found === undefined) {
    const fitted = tech.calibration === null ? null : calibrationChip(tech.calibration.chip, chip);
    const circuit = fitted !== null && (MACRO_SCHEMES as readonly string[]).includes(fitted.scheme.name);
    found = circuit ? simulateReference(fitted, tech) : null;
    FOUND.set(tech, ofTable.set(chip, found));
  }
  return found;
}
