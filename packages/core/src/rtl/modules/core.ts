import {
  alwaysFf,
  and,
  assign,
  comment,
  conditional,
  generateFor,
  genvar,
  input,
  instance,
  integer,
  literal,
  multiply,
  net,
  next,
  not,
  or,
  output,
  ref,
  replicate,
  shiftLeft,
  slice,
  when,
  zero,
  zeroExtend,
  type Item,
  type Module,
  type Port,
  type Ref,
} from '../ast/index.ts';
import type { Geometry } from '../geometry.ts';
import { accumulator } from './accumulator.ts';
import { COMMAND_FIELDS, commandPort, stepRegister } from './command-fields.ts';
import { controller, controllerNets } from './controller.ts';
import { classMultiplier } from './class-multiplier.ts';
import { dualCounter } from './dual-counter.ts';
import { advance, clk, defineModule, rstN } from './module.ts';
import { popcountName } from './popcount.ts';
import { searchDriver, searchNets } from './search-driver.ts';
import { slotPipeline, stageRegister, pipelineOutputs } from './slot-pipeline.ts';
import { thresholdUnit } from './threshold-unit.ts';

/** Pins of `tally_core` (theory of operation, "Ports"). */
export function corePins(geometry: Geometry) {
  const { accumulatorBits } = geometry.spec;
  return {
    cmdValid: ref('cmd_valid'),
    cmdReady: ref('cmd_ready'),
    loadWeight: ref('cmd_load_weight'),
    loadActivation: ref('cmd_load_activation'),
    loadThreshold: ref('cmd_load_threshold'),
    weightRow: ref('cmd_weight_row', geometry.weightRowBits),
    activationRow: ref('cmd_activation_row', geometry.activationRowBits),
    thresholdRow: ref('cmd_threshold_row', geometry.thresholdRowBits),
    thresholdFalling: ref('cmd_threshold_falling'),
    psumValid: ref('psum_valid'),
    psumReady: ref('psum_ready'),
    psumData: ref('psum_data', accumulatorBits),
    outValid: ref('out_valid'),
    outReady: ref('out_ready'),
    outIsCode: ref('out_is_code'),
    outData: ref('out_data', accumulatorBits),
    busy: ref('busy'),
  };
}

/** Ports of `tally_core` in the order of the contract. */
export function corePorts(geometry: Geometry): Port[] {
  const pins = corePins(geometry);
  const fields = COMMAND_FIELDS.map((field) => commandPort(geometry, field));
  return [
    ...[clk, rstN, pins.cmdValid].map(input),
    output(pins.cmdReady),
    ...fields.slice(0, 3).map(input),
    ...[pins.loadWeight, pins.loadActivation, pins.loadThreshold].map(input),
    ...[pins.weightRow, pins.activationRow, pins.thresholdRow, pins.thresholdFalling].map(input),
    ...fields.slice(3).map(input),
    input(pins.psumValid),
    output(pins.psumReady),
    input(pins.psumData),
    output(pins.outValid),
    input(pins.outReady),
    output(pins.outIsCode),
    output(pins.outData),
    output(pins.busy),
  ];
}

/** Ports of a module connected to nets of the same name, except those that are given. */
function connect(module: Module, name: string, others: Parameters<typeof instance>[2] = {}): Item {
  const connections = module.ports.map(({ of }) => [of.name, others[of.name] ?? of] as const);
  return instance(module.name, name, Object.fromEntries(connections));
}

/** Modules of the arrays, which the core puts together bank by bank. */
export interface ArrayModules {
  readonly weights: Module;
  readonly activations: Module;
}

/** The banks: arrays, match lines, popcount trees. */
function banks(geometry: Geometry, arrays: ArrayModules): Item[] {
  const { spec, bankEntries, bankCountBits } = geometry;
  const bank = genvar('bank');
  const pins = corePins(geometry);
  const of = (whole: Ref, bits: number) =>
    slice(whole, spec.banks === 1 ? 0 : bits === 1 ? bank : multiply(bank, integer(bits)), bits);
  const local = (name: string) => ref(name, bankEntries);
  const [weightPos, weightNeg, operand] = ['weight_pos', 'weight_neg', 'operand_match'].map(local);
  const { weightSlots, activationSlots } = spec;
  const [whole, counts] = [spec.entries, spec.banks * bankCountBits];
  const rail = (name: 'pos' | 'neg') =>
    instance(popcountName(bankEntries), `u_popcount_${name}`, {
      bits: of(ref(`ml_${name}_q`, whole), bankEntries),
      count: of(ref(`count_${name}`, counts), bankCountBits),
    });
  return [
    generateFor(
      bank,
      spec.banks,
      'bank_of',
      ...[weightPos, weightNeg, operand].map((one) => net(one)),
      connect(arrays.weights, 'u_weights', {
        write: ref('weight_write', weightSlots),
        row: of(pins.weightRow, bankEntries * spec.weightBits),
        enable: ref('weight_enable', weightSlots),
        match_pos: weightPos,
        match_neg: weightNeg,
      }),
      connect(arrays.activations, 'u_activations', {
        write: ref('activation_write', activationSlots),
        row: of(pins.activationRow, bankEntries * spec.activationBits),
        enable: ref('activation_enable', activationSlots),
        match: operand,
      }),
      assign(of(ref('match_pos', whole), bankEntries), and(weightPos, operand)),
      assign(of(ref('match_neg', whole), bankEntries), and(weightNeg, operand)),
      rail('pos'),
      rail('neg'),
    ),
  ];
}

/** `tally_core`: the macro, clock by clock as in the theory of operation. */
export function core(geometry: Geometry, arrays: ArrayModules): Module {
  const { spec, bankCountBits } = geometry;
  const pins = corePins(geometry);
  const { take, pendValid, runValid, phase, transfer, emit, run } = controllerNets(geometry);
  const nets = searchNets(geometry);
  const signMagnitude = spec.weightSystem === 'sign-magnitude';
  const stage = (name: Parameters<typeof stageRegister>[1], field: string) =>
    stageRegister(geometry, name, field);
  const blocked = ref('blocked');
  const restoring = ref('restoring');
  const inFlight = ref('in_flight');
  const [outValid, outIsCode] = [ref('out_valid_q'), ref('out_is_code_q')];
  const outData = ref('out_data_q', spec.accumulatorBits);
  const result = ref('result', spec.accumulatorBits);
  const code = ref('code', spec.activationBits);
  const product = ref('product_q', spec.partialSumBits);
  const entries = (name: string) => ref(name, spec.entries);
  const rails = ['pos', 'neg'].map((rail) => ({
    match: entries(`match_${rail}`),
    line: entries(`ml_${rail}_q`),
    count: ref(`count_${rail}`, spec.banks * bankCountBits),
    counter: ref(`cnt_${rail}_q`, geometry.countBits),
  }));
  /** One line per slot, high at the slot while `on`. */
  const operands = (['weight', 'activation'] as const).map((operand) => {
    const slots = operand === 'weight' ? spec.weightSlots : spec.activationSlots;
    const lines = (on: Ref[], slot: Ref) =>
      and(replicate(slots, and(...on)), shiftLeft(literal(slots, 1), slot));
    const load = ref(`cmd_load_${operand}`);
    return [
      [ref(`${operand}_write`, slots), lines([take, load], commandPort(geometry, `${operand}_slot`))],
      [
        ref(`${operand}_enable`, slots),
        lines([nets.search], stepRegister(geometry, 'run', `${operand}_slot`)),
      ],
    ] as const;
  });
  const thresholdWrite = ref('threshold_write');
  const driverNets = Object.values(nets).filter(
    (one) => one !== (signMagnitude ? nets.enablePos : nets.magnitude),
  );
  return defineModule({
    name: 'tally_core',
    about: [
      `Entry-counting macro: ${spec.entries} entries in ${spec.banks} bank(s), ${spec.weightSlots} weight and ${spec.activationSlots} activation rows, scheme ${spec.scheme}.`,
      'A step computes the sum of w * a over one vector, shifts and accumulates it, and may hand the accumulator out.',
      'Contract: hw/macro/doc/theory-of-operation.md.',
    ],
    ports: corePorts(geometry),
    items: [
      comment('Controller and slots.'),
      net(advance, { observable: true }),
      net(blocked),
      net(restoring),
      net(inFlight),
      ...[take, pendValid, runValid, phase, transfer, emit, ...run].map((one) => net(one)),
      ...pipelineOutputs(geometry).map((one) => net(one)),
      comment('Search and arrays.'),
      ...driverNets.map((one) => net(one)),
      ...operands.flat().map(([lines]) => net(lines)),
      net(thresholdWrite),
      ...rails.map(({ match }) => net(match)),
      ...rails.map(({ line }) => net(line, { observable: true })),
      ...rails.map(({ count }) => net(count)),
      ...rails.map(({ counter }) => net(counter)),
      comment('Results.'),
      net(product),
      net(result),
      net(code),
      net(outValid, { observable: true }),
      net(outIsCode, { observable: true }),
      net(outData, { observable: true }),
      comment('The macro freezes as a whole while a result waits or a returning partial sum is missing.'),
      assign(blocked, and(outValid, not(pins.outReady))),
      assign(restoring, and(stage('p', 'transfer'), stage('p', 'restore'))),
      assign(pins.psumReady, and(rstN, restoring, not(blocked))),
      assign(advance, and(rstN, not(blocked), not(and(restoring, not(pins.psumValid))))),
      assign(pins.busy, or(pendValid, runValid, inFlight, outValid)),
      connect(controller(geometry), 'u_controller'),
      connect(searchDriver(geometry), 'u_search_driver', { active: runValid, phase }),
      connect(slotPipeline(geometry), 'u_slot_pipeline'),
      comment('Rows are stored when their command is taken; only the running step slots are searched.'),
      ...operands.flat().map(([lines, value]) => assign(lines, value)),
      assign(thresholdWrite, and(take, pins.loadThreshold)),
      ...banks(geometry, arrays),
      comment('Stage 1, match.'),
      alwaysFf(
        clk,
        when(
          advance,
          rails.map(({ line, match }) => next(line, match)),
        ),
      ),
      connect(dualCounter(geometry), 'u_dual_counter'),
      connect(classMultiplier(geometry), 'u_class_multiplier'),
      connect(accumulator(geometry), 'u_accumulator'),
      connect(thresholdUnit(geometry), 'u_threshold_unit', {
        write: thresholdWrite,
        write_slot: commandPort(geometry, 'threshold_slot'),
        row: pins.thresholdRow,
        falling: pins.thresholdFalling,
        slot: stage('a', 'threshold_slot'),
        sum: result,
      }),
      comment('Stage 7, output.'),
      alwaysFf(
        clk,
        when(
          not(rstN),
          [next(outValid, zero(1))],
          [
            when(
              advance,
              [next(outValid, stage('a', 'emit'))],
              [when(pins.outReady, [next(outValid, zero(1))])],
            ),
          ],
        ),
        when(and(advance, stage('a', 'emit')), [
          next(outIsCode, stage('a', 'final')),
          next(outData, conditional(stage('a', 'final'), zeroExtend(code, spec.accumulatorBits), result)),
        ]),
      ),
      assign(pins.outValid, outValid),
      assign(pins.outIsCode, outIsCode),
      assign(pins.outData, outData),
    ],
  });
}
