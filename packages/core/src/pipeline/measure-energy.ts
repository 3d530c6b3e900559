import { SWITCHING, type ActionCounts, type Chip, type SwitchingCounts } from '../chip/index.ts';
import {
  evaluateEnergy,
  sumEnergies,
  sumTerms,
  switchingTerms,
  type Energy,
  type MeasuredWork,
  type SwitchingTerm,
  type TechTable,
} from '../energy/index.ts';
import type { LayerSimulation } from '../macro/run/index.ts';
import type { Network } from '../network/index.ts';
import { thresholdComparisons } from './mac-network.ts';
import { measuredWork } from './measured-work.ts';
import { referenceActivity } from './reference-activity.ts';
import { sumActions } from './work.ts';

/** Energy of simulated work: measured counts x table, and what the data change. */
export interface MeasuredEnergy {
  /** Thresholds compared beside the macro included, as the main job charges them. */
  readonly actions: ActionCounts;
  /** Of `actions.thresholdComparisons`: those that the host compared. */
  readonly hostComparisons: number;
  readonly switching: SwitchingCounts;
  /** `actions` x table: what the main job says of the same image. */
  readonly energy: Energy;
  /** What the data add to or take from it, row by row. */
  readonly terms: readonly SwitchingTerm[];
  /** `energy.totalPj` and the terms. */
  readonly dataDependentPj: number;
}

/** Energies of simulated layers, and of all of them together. */
export interface SimulatedEnergy {
  readonly layers: readonly MeasuredEnergy[];
  readonly total: MeasuredEnergy;
}

function sumSwitching(all: readonly SwitchingCounts[]): SwitchingCounts {
  return Object.fromEntries(
    SWITCHING.map((name) => [name, all.reduce((sum, counts) => sum + counts[name], 0)]),
  ) as Readonly<Record<keyof SwitchingCounts, number>>;
}

/**
 * Prices what simulated layers did, for one image.
 *
 * @param network the one that the layers are of
 * @param layers as `simulateNetwork` made them on `chip`; all or some
 * @throws TallyError `invalid-action-count`, `invalid-switching-count`: defects of Tally
 */
export function measureEnergy(
  network: Network,
  layers: readonly LayerSimulation[],
  { chip, tech, voltageV }: { readonly chip: Chip; readonly tech: TechTable; readonly voltageV: number },
): SimulatedEnergy {
  const inMacro = new Set(
    layers.flatMap(({ schedule: { thresholds } }) => (thresholds === null ? [] : [thresholds.id])),
  );
  const beside = thresholdComparisons(network, inMacro);
  const reference = referenceActivity(tech, chip);
  const price = (work: MeasuredWork, hostComparisons: number, energy: Energy): MeasuredEnergy => {
    const terms = switchingTerms(tech, work, reference, voltageV);
    return { ...work, hostComparisons, energy, terms, dataDependentPj: energy.totalPj + sumTerms(terms) };
  };
  const priced = layers.map((layer) => {
    const hostComparisons = beside.get(layer.schedule.layer.id) ?? 0;
    const work = measuredWork(layer, hostComparisons);
    return price(work, hostComparisons, evaluateEnergy(tech, work.actions, voltageV));
  });
  const all: MeasuredWork = {
    actions: sumActions(priced.map(({ actions }) => actions)),
    switching: sumSwitching(priced.map(({ switching }) => switching)),
  };
  return {
    layers: priced,
    total: price(
      all,
      priced.reduce((sum, { hostComparisons }) => sum + hostComparisons, 0),
      sumEnergies(priced.map(({ energy }) => energy)),
    ),
  };
}
