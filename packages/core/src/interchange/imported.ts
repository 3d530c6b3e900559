import type { AccessCounts, LayerMapping, Machine, MappingProblem } from '../mapping/index.ts';
import type { Unused } from './findings.ts';

/** A layer of a foreign file with its fixed mapping, as Tally sees it, and its counts. */
export interface ImportedLayer {
  readonly name: string;
  readonly problem: MappingProblem;
  /** The hardware that the file describes. */
  readonly machine: Machine;
  readonly mapping: LayerMapping;
  readonly counts: AccessCounts;
}

/** What foreign mapping files say, evaluated by Tally's access counter. Plain data. */
export interface ImportedMapping {
  readonly kind: 'imported-mapping';
  readonly formatVersion: 1;
  readonly format: 'timeloop' | 'zigzag';
  readonly layers: readonly ImportedLayer[];
  /** What the files hold besides: where, what, and why the counts do not need it. */
  readonly unused: readonly Unused[];
  /** Where the counts are not those of the hardware in the files, but of Tally's. */
  readonly differences: readonly Unused[];
}

/** A file as it was read. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}
