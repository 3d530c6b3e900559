import type { MacroSpec } from '../chip/index.ts';
import { geometryOf } from './geometry.ts';
import { COMMAND_FIELDS, stepRegister } from './modules/command-fields.ts';
import { stageRegisters } from './modules/slot-pipeline.ts';
import type { ArrayRef, Ref } from './ast/index.ts';
import { array, ref } from './ast/index.ts';

/** A signal of `tally_core` that co-simulation compares. */
export interface CoreObservable {
  /** Name in the theory of operation. */
  readonly name: string;
  /** Instances from `tally_core` down, then the signal, with dots: `u_controller.phase_q`. A port is just its name. */
  readonly path: string;
  readonly bits: number;
  /** Words of an array; null for a vector. */
  readonly depth: number | null;
  /** Changes at the clock's edge, or follows the pins within the clock. */
  readonly kind: 'register' | 'wire';
}

/** Everything that the contract names, and where it is in the generated hierarchy. */
export function coreObservables(spec: MacroSpec): readonly CoreObservable[] {
  const geometry = geometryOf(spec);
  const observe =
    (kind: CoreObservable['kind'], place: string) =>
    (of: Ref | ArrayRef): CoreObservable => ({
      name: of.name,
      path: place === '' ? of.name : `${place}.${of.name}`,
      bits: of.bits,
      depth: of.kind === 'array' ? of.depth : null,
      kind,
    });
  const steps = (['pend', 'run'] as const).flatMap((of) => [
    ref(`${of}_valid_q`),
    ...COMMAND_FIELDS.map((field) => stepRegister(geometry, of, field)),
  ]);
  const { entries, partialSumBits, accumulatorBits, partialSums } = spec;
  return [
    ...[ref('cmd_ready'), ref('psum_ready'), ref('busy'), ref('advance')].map(observe('wire', '')),
    ...[...steps, ref('phase_q', geometry.phaseBits)].map(observe('register', 'u_controller')),
    ...stageRegisters(geometry).map(observe('register', 'u_slot_pipeline')),
    ...[ref('ml_pos_q', entries), ref('ml_neg_q', entries)].map(observe('register', '')),
    ...[ref('cnt_pos_q', geometry.countBits), ref('cnt_neg_q', geometry.countBits)].map(
      observe('register', 'u_dual_counter'),
    ),
    observe('register', 'u_class_multiplier')(ref('product_q', partialSumBits)),
    ...[
      ref('vsum_q', partialSumBits),
      array('psum_q', partialSumBits, partialSums),
      array('acc_q', accumulatorBits, partialSums),
    ].map(observe('register', 'u_accumulator')),
    ...[ref('out_valid_q'), ref('out_is_code_q'), ref('out_data_q', accumulatorBits)].map(
      observe('register', ''),
    ),
  ];
}
