import type { ActionCounts } from '../chip/action-counts.ts';
import type { CodeSystem } from '../network/codes.ts';
import type { HostOperations } from '../network/host-work.ts';
import type { NetworkNode } from '../network/network.ts';
import type { FigureLabel } from '../units/index.ts';
import type { SimulatedReport } from './simulated.ts';
import type { UncertaintyReport } from './uncertainty.ts';

/**
 * Exact integer counts summed over all images run. A pair is one (weight digit, activation digit)
 * product: `pairs = MACs per image * digit passes * images`, padding included. They conserve:
 * `matches = pairs - zeroWeightPairs - zeroActivationPairs + zeroBothPairs`, because a pair matches
 * exactly one class when neither digit is zero, and none otherwise. (That is the pair view; a scheme
 * that searches bit-planes has its own number of matches, `SchemeCounts.matches`.)
 */
export interface PairCounts {
  readonly pairs: number;
  /** Pairs whose activation lies in the zero padding; also counted in `zeroActivationPairs`. */
  readonly paddingPairs: number;
  readonly zeroWeightPairs: number;
  /** Padding included. */
  readonly zeroActivationPairs: number;
  /** Both digits zero: counted in `zeroWeightPairs` and in `zeroActivationPairs`. */
  readonly zeroBothPairs: number;
  /** Pairs with two nonzero digits. */
  readonly nonzeroPairs: number;
}

/** How often one counting class matched, over all images. */
export interface ClassMatches {
  /** Name of the class, e.g. `3x2` (weight magnitude 3, activation 2). */
  readonly name: string;
  /** Value the class's count is multiplied with. */
  readonly value: number;
  /** Matches that enter n_k+ (positive weight) and n_k- (negative weight). */
  readonly positive: number;
  readonly negative: number;
}

/** What one counting scheme would do on the same layer; a comparison at equal operands and digits. */
export interface SchemeCounts {
  readonly scheme: string;
  readonly title: string;
  /** Searches of 128 entries (dense: 0), per image. */
  readonly searches: number;
  /** Multiplications, the scheme's extra slots included, per image. */
  readonly multiplications: number;
  /** Digit pairs (MACs * digit passes) divided by multiplications of this scheme; dense: 1. */
  readonly reduction: number;
  /** Entries that matched some class, summed over all images (exact). Dense: every nonzero product. */
  readonly matches: number;
}

/** Energy per image in picojoules; `totalPj` is the sum of `byComponentPj`. */
export interface EnergyReport {
  readonly byComponentPj: Readonly<Record<string, number>>;
  readonly totalPj: number;
}

/** Traffic of one operand, per image, in elements (partial sums: one element = one sum) and bits. */
export interface OperandTraffic {
  /** From the macro's own storage into the arithmetic; into that storage (loads, updates). */
  readonly macroReads: number;
  readonly macroWrites: number;
  /** Between the memory outside and the macro. */
  readonly memoryReads: number;
  readonly memoryWrites: number;
  /** Width of one element in bits. */
  readonly bitsPerElement: number;
  /** (memoryReads + memoryWrites) * bitsPerElement. */
  readonly memoryBits: number;
}

/** Accesses of one dataflow, per image. */
export interface DataflowReport {
  readonly dataflow: string;
  readonly weights: OperandTraffic;
  readonly activations: OperandTraffic;
  readonly partialSums: OperandTraffic;
  /** Bits moved between memory and macro, all operands. */
  readonly memoryBits: number;
  /** Memory energy of those bits; outside the macro, not part of `energy`. */
  readonly memoryEnergyPj: number;
}

/** The figures that a layer and the whole network share. Per image unless the name or the type says otherwise. */
export interface Figures {
  /** Multiply-accumulates as the network states them, padding included, per image. */
  readonly macs: number;
  /** Of these, MACs on zero padding. */
  readonly paddingMacs: number;
  /** Vectors of up to `chip.entries` entries: one per output, slice of the dot product, digit pass. */
  readonly vectors: number;
  /** Useful entries / offered entries, 0 to 1: digit pairs / (entries * vectors). */
  readonly utilisation: number;
  readonly searches: number;
  /** With the chip's own scheme, extra slots included. */
  readonly multiplications: number;
  /** Digit pairs (MACs * digit passes) / multiplications; 12.8 when all entries of zhu2020 are used. */
  readonly reduction: number;
  /** Additions of class products and partial sums, in the macro's periphery. */
  readonly accumulations: number;
  readonly thresholdComparisons: number;
  readonly cycles: number;
  readonly timeNs: number;
  /** 2 * macs / cycles; one MAC is two operations. */
  readonly opsPerCycle: number;
  /** Giga-operations per second at the operating point. */
  readonly gops: number;
  /** Macro energy. */
  readonly energy: EnergyReport;
  /** Priced actions per image: `energy.byComponentPj` is each of them x its entry of the technology table. */
  readonly actions: ActionCounts;
  /** 2 * macs / macro energy: tera-operations per second and watt. Zero pairs count as operations, as in publications. */
  readonly topsPerWatt: number;
  /** Exact counts over all images. */
  readonly pairCounts: PairCounts;
  /** Share of weight digits, activation digits, digit pairs that are zero, 0 to 1 (pairs: never match). */
  readonly weightSparsity: number;
  readonly activationSparsity: number;
  readonly pairSparsity: number;
  /** Every registered counting scheme on the same work. */
  readonly schemes: readonly SchemeCounts[];
  readonly dataflows: readonly DataflowReport[];
}

/** How many bits, which codes. */
export interface FormatReport {
  readonly system: CodeSystem;
  readonly bits: number;
}

/** How a layer's operands are split into digits that the macro can hold; passes = weightDigits * activationDigits. */
export interface DigitReport {
  readonly weightDigitBits: number;
  readonly weightDigits: number;
  readonly activationDigitBits: number;
  readonly activationDigits: number;
  readonly passes: number;
}

/** One convolution or fully connected layer. */
export interface LayerReport extends Figures {
  readonly id: string;
  readonly kind: 'conv' | 'fully-connected';
  /** `[channels, height, width]`, `[features]`. */
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  readonly weightFormat: FormatReport;
  readonly activationFormat: FormatReport;
  readonly digits: DigitReport;
  /** Entries of one dot product. */
  readonly dotProductLength: number;
  /** Matches of each class of the chip's scheme, all digit passes, all images. */
  readonly classMatches: readonly ClassMatches[];
  /** Index = activation digit level; all images, each input element once per digit, padding not included. */
  readonly activationLevels: readonly number[];
  /** Weights by digit level: index 0 is `minLevel`. Each weight once per digit. */
  readonly weightLevels: { readonly minLevel: number; readonly counts: readonly number[] };
  /** Largest |sum| of a whole dot product, digit passes added, bias left out: proven over all inputs. */
  readonly partialSumBound: number;
  /** Signed width that this bound needs, bits. */
  readonly partialSumBits: number;
  /** The same for the sum over one vector of entries, which is what the macro itself stores. */
  readonly vectorSumBits: number;
}

/** Operations beside the macro, per image: see `hostWork`. */
export interface HostReport {
  /** By kind of node; conv and fully-connected with their biases alone. */
  readonly byKind: readonly (HostOperations & {
    readonly kind: NetworkNode['kind'];
    /** Nodes of this kind with any operation. */
    readonly nodes: number;
  })[];
  readonly total: HostOperations;
  /**
   * Of `total.comparisons`, those that are charged to layers (`thresholdComparisons`) and priced there where
   * the technology table prices them; nothing else of the host is part of cycles or energy.
   */
  readonly chargedComparisons: number;
}

/** Where a figure of the report comes from. */
export interface FigureSource {
  /** Field of `Figures` or `RunReport`, dot-separated, e.g. `cycles`, `energy.totalPj`. */
  readonly figure: string;
  readonly label: FigureLabel;
  readonly how: string;
}

/** The result of running and pricing one network on one chip: plain JSON data. */
export interface RunReport {
  readonly kind: 'tally-run-report';
  /** Version of this format; raised when a field changes its meaning. */
  readonly formatVersion: 1;
  readonly toolVersion: string;
  readonly network: { readonly name: string; readonly hash: string };
  readonly chip: { readonly name: string; readonly scheme: string; readonly entries: number };
  readonly tech: { readonly name: string; readonly nodeNm: number };
  readonly dataset: { readonly name: string; readonly images: number };
  readonly operatingPoint: { readonly voltageV: number; readonly clockMHz: number };
  /** Images run. */
  readonly images: number;
  /** Share of images whose class is right, 0 to 1; null without labels of the data set. */
  readonly top1: number | null;
  readonly layers: readonly LayerReport[];
  readonly total: Figures;
  /** What runs beside the macro. */
  readonly host: HostReport;
  readonly sources: readonly FigureSource[];
  /** How far the figures may lie from their typical values; null when the table states no spreads. */
  readonly uncertainty: UncertaintyReport | null;
  /** The first image, clock by clock; left out unless it was asked for. */
  readonly simulated?: SimulatedReport | undefined;
  /** What the reader should know, e.g. partial sums wider than the macro's. Plain sentences. */
  readonly notes: readonly string[];
}
