import type { Chip } from '../chip/index.ts';
import type { TechTable } from '../energy/index.ts';
import { weakestLabel, type FigureLabel } from '../units/index.ts';

interface Labelled {
  readonly label: FigureLabel;
}

function weakest(...all: readonly (FigureLabel | Labelled)[]): FigureLabel {
  return weakestLabel(all.map((one) => (typeof one === 'string' ? one : one.label)));
}

/** The weakest label among the numbers that each part of the model takes from chip and table. */
export interface ModelLabels {
  readonly vectors: FigureLabel;
  readonly searches: FigureLabel;
  readonly multiplications: FigureLabel;
  readonly cycles: FigureLabel;
  /** Clock over voltage. */
  readonly curve: FigureLabel;
  readonly storage: FigureLabel;
  readonly energy: FigureLabel;
  /** Without the energy per cycle, hence without the cycles. */
  readonly bottomUpEnergy: FigureLabel;
  readonly area: FigureLabel;
  /** Without the rest. */
  readonly bottomUpArea: FigureLabel;
  readonly traffic: FigureLabel;
  readonly memoryEnergy: FigureLabel;
}

/** Labels of the model's parts for a chip and a table. */
export function modelLabels(chip: Chip, tech: TechTable): ModelLabels {
  const { formats, geometry, timing, voltageFrequency } = chip;
  const { weight, activation } = formats;
  const operands = weakest(weight.system, weight.bits, activation.system, activation.bits);
  const { cycles: perCycle, ...energies } = tech.energies;
  const { rest, ...areas } = tech.areas;
  const vectors = weakest(operands, geometry.entries);
  const searches = weakest(chip.scheme, vectors);
  const multiplications = weakest(searches, timing.rescaleSlots);
  const cycles = weakest(multiplications, timing.windowVectors, timing.windowOverheadCycles);
  const storage = weakest(operands, ...Object.values(geometry));
  const traffic = weakest(
    operands,
    geometry.entries,
    geometry.weightVectors,
    geometry.activationVectors,
    geometry.partialSums,
    chip.limits.accumulatorBits,
  );
  const bottomUpEnergy = weakest(multiplications, ...Object.values(energies), chip.dataflow, traffic);
  const bottomUpArea = weakest(storage, chip.scheme, ...Object.values(areas));
  return {
    vectors,
    searches,
    multiplications,
    cycles,
    curve: weakest(voltageFrequency.alpha, voltageFrequency.thresholdVoltage, voltageFrequency.gain),
    storage,
    energy: weakest(bottomUpEnergy, cycles, perCycle),
    bottomUpEnergy,
    area: weakest(bottomUpArea, rest),
    bottomUpArea,
    traffic,
    memoryEnergy: weakest(traffic, tech.memory.readBit, tech.memory.writeBit),
  };
}
