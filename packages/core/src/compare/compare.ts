import {
  evaluateArea,
  exactInterval,
  uncertainInputs,
  type TableFigure,
  type TechTable,
} from '../energy/index.ts';
import { fail } from '../diagnostics/index.ts';
import {
  COMPARISON_LEVELS,
  type ComparedEfficiency,
  type ComparedMethod,
  type ComparisonLevel,
} from '../report/comparison.ts';
import type { FigureLabel } from '../units/index.ts';
import { ENERGY_GROUPS, entersAt, isPriced, methodEnergyPj } from './energy.ts';
import type { ComputeMethod, MethodCounts, StorageBits } from './method.ts';
import { COMPUTE_METHODS } from './registry.ts';
import type { ComparedWork } from './work.ts';

/** What all methods share beside the work. */
export interface ComparisonBasis {
  readonly tech: TechTable;
  readonly voltageV: number;
  readonly clockMHz: number;
  /** Name of the chip's own scheme: the others are put in relation to it. */
  readonly own: string;
  readonly storage: StorageBits;
  /** Threshold comparators of the macro. */
  readonly comparators: number;
  /** Label of energies that no calibrated entry enters. */
  readonly label: FigureLabel;
}

/** Exact range of a figure over the entries that enter it. */
function spread(tech: TechTable, figure: TableFigure, enters: (path: string) => boolean) {
  const inputs = uncertainInputs(tech, ENERGY_GROUPS).filter(({ path }) => enters(path));
  const { low, high } = exactInterval(tech, inputs, figure);
  return inputs.length === 0 ? null : { low, high };
}

function efficiency(
  work: ComparedWork,
  counts: MethodCounts,
  { tech, voltageV }: ComparisonBasis,
  level: ComparisonLevel,
): ComparedEfficiency {
  const { weight, activation } = work.formats;
  const energyPj: TableFigure = (table) => methodEnergyPj(table, counts, work, voltageV, level);
  const topsPerWatt: TableFigure = (table) => (2 * work.macs) / energyPj(table);
  const native = topsPerWatt(tech);
  return {
    level,
    energyPerOpFj: (energyPj(tech) * 1e3) / (2 * work.macs),
    topsPerWatt: native,
    topsPerWatt1Bit: native * weight.bits * activation.bits,
    interval: spread(tech, topsPerWatt, (path) => entersAt(path, counts, level)),
  };
}

function compared(
  method: ComputeMethod,
  work: ComparedWork,
  own: MethodCounts,
  basis: ComparisonBasis,
): ComparedMethod {
  const { tech, voltageV, clockMHz, storage, comparators, label } = basis;
  const counts = method.counts(work);
  const { weight, activation } = work.formats;
  const ratio: TableFigure = (table) =>
    methodEnergyPj(table, counts, work, voltageV, 'arithmetic') /
    methodEnergyPj(table, own, work, voltageV, 'arithmetic');
  const value = ratio(tech);
  const opsPerCycle = (2 * work.macs) / counts.actions.cycles;
  return {
    method: method.name,
    title: method.title,
    family: method.family,
    own: method.name === basis.own,
    normalisation: {
      nodeNm: tech.node.value,
      voltageV,
      operations: `W${weight.bits} x A${activation.bits}`,
      weightBits: weight.bits,
      activationBits: activation.bits,
    },
    opsPerCycle,
    gops: opsPerCycle * clockMHz * 1e-3,
    efficiencies: COMPARISON_LEVELS.filter((level) => isPriced(tech, counts, level)).map((level) =>
      efficiency(work, counts, basis, level),
    ),
    energyRatio: {
      value,
      ...(spread(tech, ratio, (path) => entersAt(path, counts, 'arithmetic')) ?? { low: value, high: value }),
    },
    areaMm2: evaluateArea(tech, method.pieces(work, storage, comparators)).totalUm2 / 1e6,
    label,
    source: method.source,
  };
}

/**
 * Every method on the same work, at the same table, supply and traffic. Methods whose product tables the technology table
 * does not price are left out.
 *
 * @throws TallyError `unknown-method` when the chip's own scheme is not among the methods
 */
export function compareMethods(work: ComparedWork, basis: ComparisonBasis): readonly ComparedMethod[] {
  const own =
    COMPUTE_METHODS.find(({ name }) => name === basis.own) ??
    fail(
      'unknown-method',
      'own',
      `no method is named '${basis.own}'`,
      `use one of ${COMPUTE_METHODS.map(({ name }) => name).join(', ')}`,
    );
  const ownCounts = own.counts(work);
  return COMPUTE_METHODS.filter((method) => isPriced(basis.tech, method.counts(work), 'arithmetic')).map(
    (method) => compared(method, work, ownCounts, basis),
  );
}
