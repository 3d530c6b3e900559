import type { ProofUnit } from '@tally/core';

/** A bug put into the generated circuit: a text of one module replaced. */
export interface Mutation {
  readonly unit: ProofUnit;
  /** Preset whose circuit it is put into, at 8 entries. */
  readonly chip: 'zhu2020' | 'zhu2020-w3a3' | 'lsq-w3a3';
  readonly module: string;
  readonly about: string;
  /** Occurs exactly once in the module. */
  readonly from: string;
  readonly to: string;
  /** Name of the proof that must fail. */
  readonly killer: string;
  /** Property that must fail in it, where only one can. */
  readonly property?: string;
}

type Edit = Pick<Mutation, 'about' | 'from' | 'to'> & Partial<Pick<Mutation, 'killer' | 'property' | 'chip'>>;

const of =
  (unit: ProofUnit, module: string, killer: string, chip: Mutation['chip'] = 'zhu2020') =>
  (edit: Edit): Mutation => ({ unit, module, killer, chip, ...edit });

const cells: readonly Mutation[] = [
  ...[
    { about: 'writes when it should hold', from: 'if (write)', to: 'if (~write)' },
    { about: 'matches the other bit', from: '~(stored_q ^ search)', to: 'stored_q ^ search' },
    { about: 'a stored 1 stays', from: 'stored_q <= data', to: 'stored_q <= stored_q | data' },
    { about: 'a stored 1 matches all', from: '~(stored_q ^ search)', to: '~(~stored_q & search)' },
  ].map(of('cam-cell', 'tally_cam_cell', 'cam-cell/cam-cell')),
  ...[
    {
      about: 'the negative rail reads the positive line',
      from: '~(stored_q ^ search_neg)',
      to: '~(stored_q ^ search_pos)',
      property: 'stored_match_neg',
    },
    { about: 'never written', from: 'if (write)', to: "if (1'b0)" },
    {
      about: 'the positive rail is inverted',
      from: '~(stored_q ^ search_pos)',
      to: 'stored_q ^ search_pos',
      property: 'stored_match_pos',
    },
  ].map(of('cam-cell', 'tally_cam_cell_dual', 'cam-cell/cam-cell-dual')),
  ...[
    { about: 'hands out when not selected', from: 'stored_q & select', to: 'stored_q | select' },
    { about: 'written on every clock', from: 'if (write)', to: "if (1'b1)" },
    { about: 'stores the other bit', from: 'stored_q <= data', to: 'stored_q <= ~data' },
  ].map(of('mux-cell', 'tally_mux_cell', 'mux-cell/mux-cell', 'zhu2020-w3a3')),
];

const rows: readonly Mutation[] = [
  ...[
    {
      about: 'rails swapped on the negative side',
      from: 'found & found_neg',
      to: 'found & found_pos',
      property: 'stored_match_neg',
    },
    { about: 'one equal bit of the magnitude is enough', from: '&hit', to: '|hit' },
    { about: 'a magnitude bit stands for the sign', from: 'row[e * 3 + 2]', to: 'row[e * 3 + 1]' },
    {
      about: 'answers though it rests',
      from: "enable ? found & found_pos : 8'd0",
      to: 'found & found_pos',
      property: 'silent_match_pos',
    },
  ].map(of('weight-row', 'tally_weight_cam_row', 'weight-row/matches')),
  of(
    'weight-row',
    'tally_weight_cam_row',
    'weight-row/matches',
    'lsq-w3a3',
  )({
    about: '+4, which 3 bits do not have, matches 0',
    from: 'enable & enable_pos ? found_pos',
    to: 'enable ? found_pos',
    property: 'stored_match_pos',
  }),
  ...[
    { about: 'one equal bit is enough', from: '&hit', to: '|hit' },
    { about: 'an entry reads one bit twice', from: 'row[e * 2 + b]', to: 'row[e * 2]' },
    {
      about: 'answers though it rests',
      from: "enable ? found : 8'd0",
      to: 'found',
      property: 'silent_match',
    },
  ].map(of('activation-row', 'tally_activation_cam_row', 'activation-row/matches')),
  ...[
    { about: 'all planes instead of any', from: '|hit', to: '&hit' },
    { about: 'planes in reverse', from: 'row[e * 3 + b]', to: 'row[e * 3 + 2 - b]' },
    { about: 'plane 0 is always selected', from: '? search_plane :', to: "? search_plane | 3'd1 :" },
  ].map(of('activation-row', 'tally_mux_row', 'activation-row/matches', 'zhu2020-w3a3')),
];

const arrays: readonly Mutation[] = [
  ...[
    { about: 'slot 1 is written with slot 0', from: '(write[1])', to: '(write[0])' },
    { about: 'slot 1 is searched with slot 0', from: '(enable[1])', to: '(enable[0])' },
    {
      about: 'slots must agree',
      from: 'match_neg_0 | match_neg_1',
      to: 'match_neg_0 & match_neg_1',
      property: 'stored_match_neg',
    },
  ].map(of('arrays', 'tally_cam_array', 'arrays/weights')),
  ...[
    { about: 'slot 1 is never heard', from: 'match_0 | match_1', to: 'match_0' },
    { about: 'slots 0 and 1 are written together', from: '(write[1])', to: '(|write)' },
    { about: 'slot 0 is searched with slot 1', from: '(enable[0])', to: '(|enable)' },
  ].map(of('arrays', 'tally_mux_array', 'arrays/activations', 'zhu2020-w3a3')),
];

const driver: readonly Mutation[] = [
  ...[
    { about: 'a class of another value', from: "class_index = 4'd4;", to: "class_index = 4'd5;" },
    {
      about: 'the vector never starts anew',
      from: "vec_first = 1'b1;",
      to: "vec_first = 1'b0;",
      property: 'key_0',
    },
    {
      about: 'searches on after the last key',
      from: "default: search = 1'b0;",
      to: "default: search = 1'b1;",
      property: 'silent',
    },
    {
      about: 'searches though no step runs',
      from: 'if (active)',
      to: "if (1'b1)",
      property: 'silent',
    },
  ].map(of('search-driver', 'tally_search_driver', 'search-driver/keys')),
  ...[
    {
      about: 'a class ends after its first key',
      from: "cls_first = 1'b1;\n          class_index = 5'd1;",
      to: "cls_first = 1'b1;\n          cls_last = 1'b1;\n          class_index = 5'd1;",
      property: 'key_1',
    },
    {
      about: 'a wrong code on the negative rail',
      from: "search_pos = 3'd3;\n          search_neg = 3'd5;\n          search_activation = 3'd1;",
      to: "search_pos = 3'd3;\n          search_neg = 3'd4;\n          search_activation = 3'd1;",
      property: 'key_4',
    },
  ].map(of('search-driver', 'tally_search_driver', 'search-driver/keys', 'lsq-w3a3')),
];

const composition: readonly Mutation[] = [
  ...[
    {
      about: 'a key is searched with another activation',
      from: "search_magnitude = 2'd3;\n          search_neg = 1'b1;\n          search_activation = 2'd2;",
      to: "search_magnitude = 2'd3;\n          search_neg = 1'b1;\n          search_activation = 2'd1;",
    },
    {
      about: 'a key finds positive weights only',
      from: "search_magnitude = 2'd2;\n          search_neg = 1'b1;\n          search_activation = 2'd3;",
      to: "search_magnitude = 2'd2;\n          search_activation = 2'd3;",
    },
  ].map(of('composition', 'tally_search_driver', 'composition/entry')),
  of(
    'composition',
    'tally_search_driver',
    'composition/entry',
    'lsq-w3a3',
  )({
    about: 'a class finds an entry twice',
    from: "search_pos = 3'd2;\n          search_neg = 3'd6;\n          search_activation = 3'd1;",
    to: "search_pos = 3'd1;\n          search_neg = 3'd6;\n          search_activation = 3'd2;",
  }),
];

const arithmetic: readonly Mutation[] = [
  ...[
    {
      about: 'two ones count as one',
      from: "{1'b0, bits[i * 2]} + {1'b0, bits[i * 2 + 1]}",
      to: "{1'b0, bits[i * 2]} | {1'b0, bits[i * 2 + 1]}",
    },
    { about: 'a pair is counted twice', from: 'level_1[i * 4 + 2 +: 2]', to: 'level_1[i * 4 +: 2]' },
    {
      about: 'a carry is lost',
      from: "{1'b0, level_2[i * 6 + 3 +: 3]}",
      to: "{2'd0, level_2[i * 6 + 3 +: 2]}",
    },
  ].map(of('popcount', 'tally_popcount_8', 'popcount/sum-of-8')),
  ...[
    {
      about: 'a class does not start anew',
      from: "(m_cls_first_q ? 4'd0 : cnt_pos_q)",
      to: 'cnt_pos_q',
      property: 'counts_pos',
    },
    {
      about: 'the negative counter counts positives',
      from: 'sum_neg = count_neg',
      to: 'sum_neg = count_pos',
    },
    { about: 'counts in slots that do not search', from: 'advance & m_search_q', to: 'advance' },
    { about: 'counts while the macro is frozen', from: 'advance & m_search_q', to: 'm_search_q' },
  ].map(of('dual-counter', 'tally_dual_counter', 'dual-counter/sums-of-a-class')),
  ...[
    {
      about: 'a class has the value 7',
      from: "4'd5: value = 4'd6;",
      to: "4'd5: value = 4'd7;",
      property: 'class_5_of_6',
    },
    {
      about: 'a negative difference counts as positive',
      from: '{{3{difference[4]}}, difference}',
      to: "{3'd0, difference}",
    },
    {
      about: 'negatives minus positives',
      from: "{1'b0, cnt_pos_q} - {1'b0, cnt_neg_q}",
      to: "{1'b0, cnt_neg_q} - {1'b0, cnt_pos_q}",
    },
    {
      about: 'multiplies while the macro is frozen',
      from: 'advance & c_cls_last_q',
      to: 'c_cls_last_q',
      property: 'holds',
    },
  ].map(of('class-multiplier', 'tally_class_multiplier', 'class-multiplier/value-times-difference')),
  ...[
    { about: 'the sign is lost', from: '{{3{psum[7]}}, psum}', to: "{3'd0, psum}", property: 'accumulated' },
    {
      about: 'shifts by one bit of the significance only',
      from: '<< p_shift_q',
      to: "<< {1'b0, p_shift_q[0]}",
    },
    {
      about: 'a returned sum is not added',
      from: 'p_restore_q ? psum_data : acc_q[p_accumulator_q]',
      to: 'acc_q[p_accumulator_q]',
    },
    {
      about: 'hands out the accumulator of the stage before',
      from: 'result = acc_q[a_accumulator_q]',
      to: 'result = acc_q[p_accumulator_q]',
      property: 'handed_out',
    },
    {
      about: "a vector goes on from the last one's sum",
      from: "(x_vec_first_q ? 8'd0 : vsum_q)",
      to: 'vsum_q',
      property: 'vector_sum',
    },
    {
      about: 'accumulates while the macro is frozen',
      from: 'if (advance & p_transfer_q) begin\n      acc_q',
      to: 'if (p_transfer_q) begin\n      acc_q',
    },
  ].map(of('accumulator', 'tally_accumulator', 'accumulator/sums')),
  ...[
    {
      about: 'a threshold that is met is not reached',
      from: '$signed(wide_sum) >= $signed',
      to: '$signed(wide_sum) > $signed',
      property: 'code_is_count_reached',
    },
    {
      about: 'a negative sum counts as large',
      from: 'assign wide_sum = {sum[10], sum}',
      to: "assign wide_sum = {1'b0, sum}",
    },
    {
      about: 'directions are turned round',
      from: 'falling_q[write_slot] <= falling',
      to: 'falling_q[write_slot] <= ~falling',
    },
    {
      about: 'all sets go to slot 0',
      from: 'thresholds_q[write_slot]',
      to: "thresholds_q[1'b0]",
      property: 'stored',
    },
  ].map(of('threshold-unit', 'tally_threshold_unit', 'threshold-unit/count-reached')),
];

const control: readonly Mutation[] = [
  ...[
    {
      about: 'the significance skips a stage',
      from: 'v_shift_q <= x_shift_q',
      to: 'v_shift_q <= c_shift_q',
      property: 'moves_v_shift_q',
    },
    {
      about: 'reset leaves a result in flight',
      from: "a_emit_q <= 1'b0;",
      to: 'a_emit_q <= a_emit_q;',
      property: 'moves_a_emit_q',
    },
    { about: 'moves while the macro is frozen', from: 'else if (advance)', to: "else if (1'b1)" },
    {
      about: 'the last stage is not in flight',
      from: '| p_emit_q | a_emit_q;',
      to: '| p_emit_q;',
      property: 'anything_in_flight',
    },
  ].map(of('slot-pipeline', 'tally_slot_pipeline', 'slot-pipeline/moves')),
  ...[
    {
      about: 'a row is overwritten in the last search but one',
      from: "phase_q < 4'd8",
      to: "phase_q < 4'd7",
      killer: 'controller/ready',
    },
    {
      about: 'a step never starts when none runs',
      from: '(~run_valid_q | run_ends)',
      to: 'run_ends',
      killer: 'controller/no-deadlock',
    },
    {
      about: 'a command is taken over one that waits',
      from: '(~pend_valid_q | pend_goes)',
      to: "1'b1",
      killer: 'controller/steps',
    },
    {
      about: 'a window ends a slot early',
      from: "? 4'd11 : 4'd9",
      to: "? 4'd10 : 4'd9",
      killer: 'controller/steps',
    },
    {
      about: 'ready waits for valid',
      from: 'cmd_ready = advance &',
      to: 'cmd_ready = cmd_valid & advance &',
      killer: 'controller/ready',
      property: 'ready_whatever_cmd_valid',
    },
    {
      about: 'the first search is skipped',
      from: "phase_q <= 4'd0",
      to: "phase_q <= 4'd1",
      killer: 'controller/steps',
    },
    {
      about: 'goes on while the macro is frozen',
      from: 'else if (advance) begin\n      pend_valid_q',
      to: "else if (1'b1) begin\n      pend_valid_q",
      killer: 'controller/steps',
    },
    {
      about: 'a step runs for ever',
      from: '(run_valid_q & ~run_ends);',
      to: 'run_valid_q;',
      killer: 'controller/steps',
      property: 'ends',
    },
    {
      about: 'the transfer comes a slot early',
      from: "(phase_q == 4'd9)",
      to: "(phase_q == 4'd8)",
      killer: 'controller/no-deadlock',
      property: 'transfers_once',
    },
  ].map(of('controller', 'tally_controller', 'controller/steps')),
  ...[
    {
      about: 'a result that waits does not freeze it',
      from: 'rst_n & ~blocked & ~(restoring',
      to: 'rst_n & ~(restoring',
    },
    {
      about: 'does not wait for a returned sum',
      from: '~(restoring & ~psum_valid)',
      to: "~(restoring & 1'b0)",
    },
    {
      about: 'a result that is taken while frozen is offered again',
      from: 'else if (out_ready)',
      to: "else if (1'b0)",
      property: 'result_leaves_once',
    },
    { about: 'a sum goes out as a code', from: 'out_is_code_q <= a_final_q', to: "out_is_code_q <= 1'b1" },
    {
      about: 'idle while a command waits',
      from: 'busy = pend_valid_q | run_valid_q',
      to: 'busy = run_valid_q',
      property: 'busy_while_working',
    },
  ].map(of('core', 'tally_core', 'core/handshakes')),
  ...[
    {
      about: 'the activation does not matter',
      from: 'match_pos = weight_pos & operand_match',
      to: 'match_pos = weight_pos',
    },
    {
      about: 'searches the slot that the command names',
      from: "weight_enable = {2{search}} & (2'd1 << run_weight_slot_q)",
      to: "weight_enable = {2{search}} & (2'd1 << cmd_weight_slot)",
      killer: 'datapath/two-steps',
    },
    { about: 'both popcounts count positives', from: '(ml_neg_q)', to: '(ml_pos_q)' },
    {
      about: 'accumulates while it waits for the returned sum',
      from: '~(restoring & ~psum_valid)',
      to: "~(restoring & 1'b0)",
      killer: 'datapath/back-pressure',
    },
    {
      about: 'the returned sum is asked for too late',
      from: 'psum_ready = rst_n & restoring',
      to: "psum_ready = rst_n & 1'b0 & restoring",
      killer: 'core/handshakes',
      property: 'asks_for_sums',
    },
  ].map(of('datapath', 'tally_core', 'datapath/one-step')),
];

/** Seeded bugs of every unit, each with the proof that finds it. */
export const MUTATIONS: readonly Mutation[] = [
  ...cells,
  ...rows,
  ...arrays,
  ...driver,
  ...arithmetic,
  ...control,
  ...composition,
];
