import type {
  AccessCounts,
  LayerMapping,
  Machine,
  MappingCost,
  MappingEnergy,
  MappingProblem,
  NamedHash,
  NetworkMapping,
  Operand,
  SearchProof,
  TierCycles,
} from '../mapping/index.ts';
import type { FigureSource } from './run-report.ts';
import type { UncertaintyReport } from './uncertainty.ts';

/** What one mapped layer moves, takes and costs; over the whole batch. */
export interface MappedLayerReport {
  readonly id: string;
  readonly problem: MappingProblem;
  readonly mapping: LayerMapping;
  readonly keeps: { readonly input: boolean; readonly results: boolean };
  readonly counts: AccessCounts;
  readonly cycles: TierCycles;
  /** What takes longest: `compute`, `memory`, or the name of a buffer. */
  readonly limitedBy: string;
  readonly latencyCycles: number;
  readonly timeNs: number;
  readonly energy: MappingEnergy;
  /** Energy times time, joule seconds. */
  readonly edpJs: number;
  /** Digit pairs per entry that the macros in use offer, 0 to 1: pairs / (entries x steps). */
  readonly utilisation: number;
}

/** Sums over layers, one after the other; `edpJs` is the product of the sums. */
export interface MappingTotals {
  readonly macs: number;
  readonly memoryBits: number;
  readonly bufferBits: number;
  readonly energy: MappingEnergy;
  readonly latencyCycles: number;
  readonly timeNs: number;
  readonly edpJs: number;
  /** 2 MACs / energy of the whole system, operations per picojoule. */
  readonly topsPerWatt: number;
  readonly gops: number;
}

/** Where the number of matches comes from: it is part of every mapping's energy alike. */
export interface MatchDensity {
  readonly kind: 'assumed' | 'run';
  /** Matches per digit pair, padding left out. */
  readonly share: number;
  readonly source: string;
}

/** A saved mapping, evaluated: the same mapping gives the same report, byte for byte. Plain JSON data. */
export interface MappingReport {
  readonly kind: 'tally-mapping-report';
  readonly formatVersion: 1;
  readonly toolVersion: string;
  readonly network: NamedHash;
  readonly chip: NamedHash;
  readonly system: NamedHash & { readonly macros: number };
  /** Sizes and bandwidths of the system, as the mapping sees them. */
  readonly machine: Machine;
  readonly tech: { readonly name: string };
  readonly operatingPoint: { readonly voltageV: number; readonly clockMHz: number };
  readonly batch: number;
  readonly matches: MatchDensity;
  /** Of the macros in use and the buffers, mm². */
  readonly areaMm2: { readonly macros: number; readonly buffers: number; readonly total: number };
  readonly layers: readonly MappedLayerReport[];
  readonly total: MappingTotals;
  /** How far the totals may lie over the spreads of table and system, this mapping given; null where there are none. */
  readonly uncertainty: UncertaintyReport | null;
  readonly sources: readonly FigureSource[];
  readonly notes: readonly string[];
}

/** What one operand moves at each tier, read and written together. */
export interface TierTraffic {
  readonly memoryBits: number;
  /** 0 where no buffer holds the operand. */
  readonly bufferBits: number;
  /** Delivered to and taken from the macros. */
  readonly deliveredBits: number;
}

/** One way of mapping all layers, in figures. */
export interface AlternativeReport {
  /** `best`, `kept-on-chip`, a dataflow's name, or `no-reuse`. */
  readonly name: string;
  readonly title: string;
  /** Per layer; null where no mapping fits. */
  readonly layers: readonly (MappingCost | null)[];
  /** Sums; null where some layer has none. */
  readonly total: MappingCost | null;
  /** Over all layers, by operand; null where some layer has no mapping. */
  readonly traffic: Readonly<Record<Operand, TierTraffic>> | null;
}

/** A tensor between two layers. */
export interface LinkReport {
  readonly from: string;
  readonly to: string | null;
  readonly tensorBits: number;
  /** Whether the best choice keeps it on chip. */
  readonly kept: boolean;
  /** Why not. */
  readonly why: string | null;
}

/** A point of the Pareto set of a whole network. */
export interface ParetoPoint {
  readonly energyPj: number;
  readonly latencyCycles: number;
  /** Per layer, the index in its sets. */
  readonly choice: readonly number[];
}

/** How the best mappings were found, what they are compared with, and why there are none better. */
export interface MappingSearchReport {
  readonly kind: 'tally-mapping-search';
  readonly formatVersion: 1;
  readonly toolVersion: string;
  readonly network: NamedHash;
  readonly chip: NamedHash;
  readonly system: NamedHash;
  readonly objective: 'energy' | 'latency' | 'edp' | 'traffic' | 'pareto';
  readonly batch: number;
  /** The mapping that was chosen, as it is saved. */
  readonly mapping: NetworkMapping;
  readonly layers: readonly {
    readonly id: string;
    /** With `pareto`: the layer's sets, one for each way of keeping tensors, each by rising energy. */
    readonly pareto:
      | readonly {
          readonly keeps: { readonly input: boolean; readonly results: boolean };
          readonly mapping: LayerMapping;
          readonly cost: MappingCost;
        }[]
      | null;
  }[];
  /**
   * The spaces that were searched: of every layer, one for each way of keeping tensors that the network allows. Layers alike share one;
   * ways that leave no room for a tile are left out.
   */
  readonly searches: readonly {
    /** Of the layers whose space it is. */
    readonly layers: readonly string[];
    readonly keeps: { readonly input: boolean; readonly results: boolean };
    readonly proof: SearchProof;
    /** What is left of the space can be better by at most this share; null: of a Pareto set, unfinished. */
    readonly gap: number | null;
  }[];
  /** Sums over `searches`. */
  readonly proof: SearchProof;
  /**
   * What budgets left, of any way of keeping tensors, can make the sum over layers of what is minimised less by at most this share: 0 when
   * nothing is left, or nothing that is better in it; null: of Pareto sets, unfinished.
   */
  readonly gap: number | null;
  readonly searchedLayers: number;
  readonly alternatives: readonly AlternativeReport[];
  /** Name of the single dataflow that is best for all layers together; null where none maps them all. */
  readonly bestSingleDataflow: string | null;
  readonly links: readonly LinkReport[];
  /** Of the network, with `pareto`. */
  readonly pareto: readonly ParetoPoint[] | null;
  readonly notes: readonly string[];
}

/** Mappings of each layer drawn at random, every one that fits equally likely. */
export interface MappingSample {
  readonly seed: number;
  /** Per layer. */
  readonly samples: number;
  readonly layers: readonly {
    readonly id: string;
    /** Mappings of the layer's space that fit into the buffers. */
    readonly legal: number;
    readonly costs: readonly MappingCost[];
  }[];
}
