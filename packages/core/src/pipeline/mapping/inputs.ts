import { listMacLayers, type Network } from '../../network/index.ts';
import {
  machineOf,
  mappingProblem,
  resultBits,
  type Machine,
  type MappingProblem,
  type MappingTarget,
} from '../../mapping/index.ts';
import { problemTotals } from '../../mapping/counts/problem-totals.ts';
import { fail } from '../../diagnostics/index.ts';
import type { TechTable } from '../../energy/index.ts';
import type { MatchDensity, RunReport } from '../../report/index.ts';
import { chipScheme } from '../layer-work.ts';
import { checkNetworkOnChip, thresholdComparisons } from '../mac-network.ts';
import { throwIfAny } from '../../diagnostics/index.ts';
import { layerLink, type LayerLink } from './links.ts';
import type { LayerActivity, PricedSystem } from './prices.ts';

/** A layer to be mapped, with what no mapping changes. */
export interface LayerToMap {
  readonly problem: MappingProblem;
  readonly activity: LayerActivity;
  /** To the next layer. */
  readonly link: LayerLink;
}

/** A network on a system, ready to be mapped or to have a mapping evaluated. */
export interface MappingInputs {
  readonly toolVersion: string;
  readonly priced: PricedSystem;
  readonly machine: Machine;
  readonly target: MappingTarget;
  readonly batch: number;
  readonly matches: MatchDensity;
  readonly layers: readonly LayerToMap[];
  readonly notes: readonly string[];
}

/** The machine of a chip in a system. */
export function pricedMachine({ system, chip }: PricedSystem): Machine {
  return machineOf(system, chip, chipScheme(chip).cost);
}

/**
 * Matches per digit pair that is not padding, where no run says: those of the workload that the energy table was calibrated on, one
 * match for each pair of nonzero digits.
 */
export function assumedMatches({ calibration }: TechTable): MatchDensity {
  const weights = calibration?.weightSparsity.value ?? 0.25;
  const activations = calibration?.activationSparsity.value ?? 0.5;
  return {
    kind: 'assumed',
    share: (1 - weights) * (1 - activations),
    source:
      `a share of ${weights} zero weights and ${activations} zero activations, ` +
      (calibration === null ? 'our assumption' : 'as in the workload that the energy table is calibrated on'),
  };
}

/** Digit pairs of a problem that are not padding, over its batch. */
function pairsInside(problem: MappingProblem): number {
  const { touched } = problemTotals(problem);
  return touched * problem.outputs * problem.weightDigits * problem.activationDigits;
}

/** Activity of a layer at a share of matches. */
export function activityAt(
  problem: MappingProblem,
  matches: MatchDensity,
  thresholds: number,
): LayerActivity {
  return {
    matches: Math.round(pairsInside(problem) * matches.share),
    thresholdComparisons: thresholds * problem.batch,
  };
}

/** Matches of each layer, per image, as a run of this network counted them. */
function matchesOf(run: RunReport, hash: string, scheme: string): ReadonlyMap<string, number> {
  if (run.network.hash !== hash) {
    fail(
      'run-of-another-network',
      'run report: network.hash',
      `is ${run.network.hash} ('${run.network.name}'), the network has ${hash}`,
      'give the report of a run of this network',
    );
  }
  return new Map(
    run.layers.map((layer) => [
      layer.id,
      (layer.schemes.find((one) => one.scheme === scheme)?.matches ?? 0) / run.images,
    ]),
  );
}

/**
 * What the host reads and is not counted: sums that leave the macro, e.g. on residual paths. Empty when there are none.
 *
 * @param accumulatorBits width of results that leave as sums
 */
export function hostNotes(problems: readonly MappingProblem[], accumulatorBits: number): readonly string[] {
  const sums = problems.filter(({ resultBits }) => resultBits === accumulatorBits);
  const bits = sums.reduce((sum, { batch, groups, outputs, rows, columns, resultBits }) => {
    return sum + batch * groups * outputs * rows.outputs * columns.outputs * resultBits;
  }, 0);
  return bits === 0
    ? []
    : [
        `Memory accesses of the host are not counted: it reads ${(bits / 1e6).toPrecision(4)} Mbit of sums of ${sums.length} layers, and writes the codes that it makes of them.`,
      ];
}

/** What {@link networkInputs} needs beside the priced system. */
export interface NetworkInputs {
  readonly toolVersion: string;
  readonly network: Network;
  readonly target: MappingTarget;
  readonly batch: number;
  /** Report of a run of this network: its matches are used. */
  readonly run: RunReport | null;
}

/**
 * An integer network, ready to be mapped.
 *
 * @throws TallyError when the chip cannot hold the network, the system is of another chip, the network has nothing to map
 *   (`no-mac-layers`), or the run is not of this network (`run-of-another-network`)
 */
export function networkInputs(
  priced: PricedSystem,
  { toolVersion, network, target, batch, run }: NetworkInputs,
): MappingInputs {
  const { chip, tech } = priced;
  throwIfAny(checkNetworkOnChip(network, chip));
  const macLayers = listMacLayers(network);
  if (macLayers.length === 0) {
    fail(
      'no-mac-layers',
      network.name,
      'has no conv or fully-connected node',
      'give a network with layers to map',
    );
  }
  const machine = pricedMachine(priced);
  const thresholds = thresholdComparisons(network);
  const problems = macLayers.map((layer) =>
    mappingProblem(layer, chip, { batch, resultBits: resultBits(network, layer.id, chip) }),
  );
  const counted = run === null ? null : matchesOf(run, target.network.hash, chip.scheme.name);
  const assumed = assumedMatches(tech);
  const layers = problems.map((problem, i): LayerToMap => {
    const activity = activityAt(problem, assumed, thresholds.get(problem.id) ?? 0);
    return {
      problem,
      activity:
        counted === null ? activity : { ...activity, matches: (counted.get(problem.id) ?? 0) * batch },
      link: layerLink(network, chip, problem.id, macLayers.at(i + 1)?.id),
    };
  });
  const matched = layers.reduce((sum, { activity }) => sum + activity.matches, 0);
  const pairs = problems.reduce((sum, problem) => sum + pairsInside(problem), 0);
  return {
    toolVersion,
    priced,
    machine,
    target,
    batch,
    matches:
      run === null
        ? assumed
        : {
            kind: 'run',
            share: matched / pairs,
            source: `counted on ${run.images} images of ${run.dataset.name}, layer by layer`,
          },
    layers,
    notes: hostNotes(problems, chip.limits.accumulatorBits.value),
  };
}
