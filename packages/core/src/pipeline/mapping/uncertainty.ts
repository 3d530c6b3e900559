import {
  areaCounts,
  describeSamples,
  evaluateArea,
  linearFigure,
  linearInterval,
  linearSamples,
  linearSensitivities,
  sampleInputs,
  uncertainInputs,
  withValues,
  type MonteCarloOptions,
  type TechTable,
  type UncertainInput,
} from '../../energy/index.ts';
import { mappingEnergy, type System } from '../../mapping/index.ts';
import type { FigureUncertainty, MappedLayerReport, UncertaintyReport } from '../../report/index.ts';
import { MOST_NAMED, refits, REPORT_SAMPLING, ROUNDING } from '../uncertainty.ts';
import type { MappingInputs } from './inputs.ts';
import { mappingPrices } from './prices.ts';

/** A value of a system that may carry ends. */
interface Ranged {
  readonly value: number;
  readonly unit: string;
  readonly source: string;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** A system's energies and areas, each with its place. */
function rangedOf(system: System): readonly (readonly [path: string, quantity: Ranged])[] {
  return [
    ['system.memory.readEnergy', system.memory.readEnergy],
    ['system.memory.writeEnergy', system.memory.writeEnergy],
    ...system.buffers.flatMap(
      ({ name, readEnergy, writeEnergy, leakage, area }) =>
        [
          [`system.buffers.${name}.readEnergy`, readEnergy],
          [`system.buffers.${name}.writeEnergy`, writeEnergy],
          [`system.buffers.${name}.leakage`, leakage],
          [`system.buffers.${name}.area`, area],
        ] as const,
    ),
    ['system.network.energy', system.network.energy],
  ];
}

/** The entries of a system that carry ends, as inputs. */
function systemInputs(system: System): readonly UncertainInput[] {
  return rangedOf(system).flatMap(([path, { value, unit, source, low = value, high = value }]) =>
    low === high ? [] : [{ path, unit, low, typical: value, high, spread: source }],
  );
}

/** The system with other values; paths as in {@link rangedOf}. */
function withSystemValues(system: System, moved: ReadonlyMap<string, number>): System {
  const at = <Quantity extends Ranged>(path: string, quantity: Quantity): Quantity => {
    const value = moved.get(path);
    return value === undefined ? quantity : { ...quantity, value };
  };
  const { memory, network } = system;
  return {
    ...system,
    memory: {
      ...memory,
      readEnergy: at('system.memory.readEnergy', memory.readEnergy),
      writeEnergy: at('system.memory.writeEnergy', memory.writeEnergy),
    },
    buffers: system.buffers.map((buffer) => ({
      ...buffer,
      readEnergy: at(`system.buffers.${buffer.name}.readEnergy`, buffer.readEnergy),
      writeEnergy: at(`system.buffers.${buffer.name}.writeEnergy`, buffer.writeEnergy),
      leakage: at(`system.buffers.${buffer.name}.leakage`, buffer.leakage),
      area: at(`system.buffers.${buffer.name}.area`, buffer.area),
    })),
    network: { ...network, energy: at('system.network.energy', network.energy) },
  };
}

/**
 * Energy, efficiency, energy x time and area of a mapped network over the spreads of the technology table and of the system; the
 * mapping, its counts and its latency stand still. Energies come twice: with the table's residual as it stands, and fitted again.
 *
 * @param layers the mapped layers, evaluated
 * @param macros macros in use
 * @returns null when neither table nor system states spreads
 */
export function mappingUncertainty(
  { priced, layers: toMap }: MappingInputs,
  layers: readonly MappedLayerReport[],
  macros: number,
  options: MonteCarloOptions = REPORT_SAMPLING,
): UncertaintyReport | null {
  const { chip, tech, system, clockMHz } = priced;
  const activity = new Map(toMap.map((layer) => [layer.problem.id, layer.activity]));
  const inputs = [...uncertainInputs(tech, ['energies', 'areas']), ...systemInputs(system)];
  if (inputs.length === 0) return null;
  const pieces = areaCounts(chip);
  const energyPj = (table: TechTable, moved: System): number =>
    layers.reduce((sum, { id, counts, latencyCycles }) => {
      const work = activity.get(id);
      if (work === undefined) throw new RangeError(`layer ${id} is not one of the network`);
      const prices = mappingPrices({ ...priced, tech: table, system: moved }, work);
      return sum + mappingEnergy(counts, prices, latencyCycles).totalPj;
    }, 0);
  const areaMm2 = (table: TechTable, moved: System): number =>
    evaluateArea(table, pieces).totalUm2 * 1e-6 * macros +
    moved.buffers.reduce((sum, { area }) => sum + area.value, 0);
  const macs = layers.reduce((sum, { counts }) => sum + counts.macs, 0);
  const timeNs = (layers.reduce((sum, { latencyCycles }) => sum + latencyCycles, 0) * 1e3) / clockMHz;
  const refit = refits(tech, chip);
  const sampled = sampleInputs(inputs, options);
  const figure = (
    name: string,
    unit: string,
    mode: FigureUncertainty['mode'],
    linear: (table: TechTable, moved: System) => number,
    again: (table: TechTable) => TechTable,
    transform: (value: number) => number,
  ): FigureUncertainty => {
    const line = linearFigure(inputs, (moved) =>
      linear(again(withValues(tech, moved)), withSystemValues(system, moved)),
    );
    const interval = linearInterval(line, inputs, transform);
    const least = ROUNDING * Math.abs(interval.typical);
    return {
      figure: name,
      unit,
      mode,
      interval,
      sampled: describeSamples(linearSamples(line, inputs, sampled, transform)),
      sensitivities: linearSensitivities(line, inputs, transform)
        .filter(({ swing }) => swing > least)
        .slice(0, MOST_NAMED),
    };
  };
  const modes = [
    ['table', (table: TechTable) => table],
    ...(refit.energy === null ? [] : ([['recalibrated', refit.energy]] as const)),
  ] as const;
  return {
    ...options,
    inputs,
    figures: [
      ...modes.flatMap(([mode, again]) => [
        figure('total.energy.totalPj', 'pJ', mode, energyPj, again, (pj) => pj),
        figure('total.topsPerWatt', 'TOPS/W', mode, energyPj, again, (pj) => (2 * macs) / pj),
        // pJ x ns = 1e-21 Js
        figure('total.edpJs', 'Js', mode, energyPj, again, (pj) => pj * timeNs * 1e-21),
      ]),
      figure(
        'areaMm2.total',
        'mm2',
        'table',
        areaMm2,
        (table) => table,
        (mm2) => mm2,
      ),
    ],
  };
}
