import {
  add,
  alwaysFf,
  and,
  assign,
  bit,
  choose,
  comment,
  concat,
  conditional,
  input,
  literal,
  net,
  next,
  not,
  equal,
  or,
  output,
  reduceOr,
  ref,
  set,
  alwaysComb,
  slice,
  when,
  zero,
  type Expression,
  type Module,
} from '../ast/index.ts';
import { ERROR_BITS } from './fields.ts';
import type { TopGeometry } from './geometry.ts';
import {
  ADDRESS_BITS,
  constantRegisters,
  CONTROL_BITS,
  COUNTERS,
  REGISTERS,
  STATUS_BITS,
  type RegisterName,
} from './registers.ts';
import { clk, defineModule, rstN } from '../modules/module.ts';

const SLVERR = 2;
const word = (value: number | bigint) => literal(32, value, 'hexadecimal');

/** Ports of the AXI4-Lite slave, as `tally_top` has them too. */
export const AXIL = {
  awvalid: ref('s_axil_awvalid'),
  awready: ref('s_axil_awready'),
  awaddr: ref('s_axil_awaddr', ADDRESS_BITS),
  wvalid: ref('s_axil_wvalid'),
  wready: ref('s_axil_wready'),
  wdata: ref('s_axil_wdata', 32),
  wstrb: ref('s_axil_wstrb', 4),
  bvalid: ref('s_axil_bvalid'),
  bready: ref('s_axil_bready'),
  bresp: ref('s_axil_bresp', 2),
  arvalid: ref('s_axil_arvalid'),
  arready: ref('s_axil_arready'),
  araddr: ref('s_axil_araddr', ADDRESS_BITS),
  rvalid: ref('s_axil_rvalid'),
  rready: ref('s_axil_rready'),
  rdata: ref('s_axil_rdata', 32),
  rresp: ref('s_axil_rresp', 2),
} as const;

export function axilPorts(): Module['ports'] {
  const inputs = new Set([
    'awvalid',
    'awaddr',
    'wvalid',
    'wdata',
    'wstrb',
    'bready',
    'arvalid',
    'araddr',
    'rready',
  ]);
  return Object.entries(AXIL).map(([name, of]) => (inputs.has(name) ? input(of) : output(of)));
}

/** Control, status and counters behind AXI4-Lite (hw/macro/doc/axi.md, "Registers"). */
export function axiLiteModule(geometry: TopGeometry): Module {
  const status = Object.keys(STATUS_BITS)
    .filter((name) => name !== 'ERROR')
    .map((name) => ref(name.toLowerCase()));
  const events = COUNTERS.map((name) => ref(`count_${name}`));
  const errorsSet = ref('errors_set', ERROR_BITS.length);
  const enable = ref('enable');
  const softReset = ref('soft_reset');
  const awHave = ref('aw_have_q');
  const wHave = ref('w_have_q');
  const awaddrQ = ref('awaddr_q', ADDRESS_BITS);
  const wdataQ = ref('wdata_q', 32);
  const wstrbQ = ref('wstrb_q', 4);
  const bvalidQ = ref('bvalid_q');
  const brespQ = ref('bresp_q', 2);
  const rvalidQ = ref('rvalid_q');
  const rdataQ = ref('rdata_q', 32);
  const rrespQ = ref('rresp_q', 2);
  const enableQ = ref('enable_q');
  const resetQ = ref('reset_q');
  const clearQ = ref('clear_q');
  const errorQ = ref('error_q', ERROR_BITS.length);
  const scratchQ = ref('scratch_q', 32);
  const highQ = ref('high_q', 32);
  const counter = (name: string) => ref(`${name}_q`, 64);
  const low = (name: string) => ref(`${name}_low`, 32);
  const high = (name: string) => ref(`${name}_high`, 32);
  const doWrite = ref('do_write');
  const doRead = ref('do_read');
  const writable = ref('writable');
  const readable = ref('readable');
  const readData = ref('read_data', 32);
  const readHigh = ref('read_high', 32);
  const errorClear = ref('error_clear', ERROR_BITS.length);
  const statusWord = ref('status_word', 32);
  const nets = [
    ...[awHave, wHave, awaddrQ, wdataQ, wstrbQ, bvalidQ, brespQ, rvalidQ, rdataQ, rrespQ, enableQ, resetQ],
    ...[
      clearQ,
      errorQ,
      scratchQ,
      highQ,
      ...COUNTERS.flatMap((name) => [counter(name), low(name), high(name)]),
      doWrite,
      doRead,
      writable,
      readable,
    ],
    ...[readData, readHigh, errorClear, statusWord],
  ];
  const at = (name: RegisterName) => literal(ADDRESS_BITS, REGISTERS[name], 'hexadecimal');
  const wrote = (name: RegisterName, lane: number) =>
    and(doWrite, equal(awaddrQ, at(name)), bit(wstrbQ, lane));
  const writes: readonly RegisterName[] = ['CONTROL', 'ERROR', 'SCRATCH'];
  const statusBits: Expression[] = Object.keys(STATUS_BITS)
    .map((name) => (name === 'ERROR' ? reduceOr(errorQ) : ref(name.toLowerCase())))
    .reverse();
  const extend = (of: Expression, bits: number) => concat(zero(32 - bits), of);
  const readArm = (name: RegisterName, value: Expression, high?: Expression) => ({
    values: [at(name)],
    body: [set(readData, value), ...(high === undefined ? [] : [set(readHigh, high)])],
  });
  const counterArms = COUNTERS.flatMap((name) => [
    readArm(`${name.toUpperCase()}_LOW` as RegisterName, low(name), high(name)),
    readArm(`${name.toUpperCase()}_HIGH` as RegisterName, highQ),
  ]);
  const response = (fine: Expression) => conditional(fine, zero(2), literal(2, SLVERR));
  return defineModule({
    name: 'tally_axi_lite',
    about: ['Register file behind AXI4-Lite: control, status, errors, geometry, counters.'],
    ports: [
      input(clk),
      input(rstN),
      ...axilPorts(),
      output(enable),
      output(softReset),
      ...status.map(input),
      input(errorsSet),
      ...events.map(input),
    ],
    items: [
      ...nets.map((of) => net(of)),
      comment('Write: address and data come in any order, then one clock writes and answers.'),
      assign(AXIL.awready, not(awHave)),
      assign(AXIL.wready, not(wHave)),
      assign(AXIL.bvalid, bvalidQ),
      assign(AXIL.bresp, brespQ),
      assign(doWrite, and(awHave, wHave, not(bvalidQ))),
      alwaysComb(
        choose(
          awaddrQ,
          [{ values: writes.map(at), body: [set(writable, literal(1, 1))] }],
          [set(writable, zero(1))],
        ),
      ),
      assign(
        errorClear,
        conditional(wrote('ERROR', 0), slice(wdataQ, 0, ERROR_BITS.length), zero(ERROR_BITS.length)),
      ),
      alwaysFf(
        clk,
        when(AXIL.awready, [next(awaddrQ, AXIL.awaddr)]),
        when(AXIL.wready, [next(wdataQ, AXIL.wdata), next(wstrbQ, AXIL.wstrb)]),
        when(doWrite, [next(brespQ, response(writable))]),
        when(
          not(rstN),
          [next(awHave, zero(1)), next(wHave, zero(1)), next(bvalidQ, zero(1))],
          [
            next(awHave, or(and(awHave, not(doWrite)), and(AXIL.awvalid, AXIL.awready))),
            next(wHave, or(and(wHave, not(doWrite)), and(AXIL.wvalid, AXIL.wready))),
            next(bvalidQ, or(doWrite, and(bvalidQ, not(AXIL.bready)))),
          ],
        ),
      ),
      comment('Registers. RESET and CLEAR_COUNTERS are pulses of one clock.'),
      assign(enable, enableQ),
      assign(softReset, resetQ),
      alwaysFf(
        clk,
        when(
          not(rstN),
          [next(enableQ, zero(1)), next(resetQ, zero(1)), next(clearQ, zero(1)), next(scratchQ, zero(32))],
          [
            next(resetQ, and(wrote('CONTROL', 0), bit(wdataQ, CONTROL_BITS.RESET))),
            next(clearQ, and(wrote('CONTROL', 0), bit(wdataQ, CONTROL_BITS.CLEAR_COUNTERS))),
            when(wrote('CONTROL', 0), [next(enableQ, bit(wdataQ, CONTROL_BITS.ENABLE))]),
            ...[0, 1, 2, 3].map((lane) =>
              when(wrote('SCRATCH', lane), [next(slice(scratchQ, 8 * lane, 8), slice(wdataQ, 8 * lane, 8))]),
            ),
          ],
        ),
        when(
          or(not(rstN), resetQ),
          [next(errorQ, zero(ERROR_BITS.length))],
          [next(errorQ, or(and(errorQ, not(errorClear)), errorsSet))],
        ),
        when(
          or(not(rstN), resetQ, clearQ),
          COUNTERS.map((name) => next(counter(name), zero(64))),
          COUNTERS.map((name, index) =>
            next(counter(name), add(counter(name), concat(zero(63), events[index]))),
          ),
        ),
      ),
      comment(
        'Read: the answer is registered; the lower half of a counter keeps its upper half for the next read.',
      ),
      assign(AXIL.arready, not(rvalidQ)),
      assign(AXIL.rvalid, rvalidQ),
      assign(AXIL.rdata, rdataQ),
      assign(AXIL.rresp, rrespQ),
      assign(doRead, and(AXIL.arvalid, not(rvalidQ))),
      ...COUNTERS.flatMap((name) => [
        assign(low(name), slice(counter(name), 0, 32)),
        assign(high(name), slice(counter(name), 32, 32)),
      ]),
      assign(statusWord, extend(concat(...statusBits), statusBits.length)),
      alwaysComb(
        set(readable, literal(1, 1)),
        set(readHigh, highQ),
        choose(
          AXIL.araddr,
          [
            ...constantRegisters(geometry).map(([name, value]) => readArm(name, word(value))),
            readArm('CONTROL', extend(enableQ, 1)),
            readArm('STATUS', statusWord),
            readArm('ERROR', extend(errorQ, ERROR_BITS.length)),
            readArm('SCRATCH', scratchQ),
            ...counterArms,
          ],
          [set(readData, zero(32)), set(readable, zero(1))],
        ),
      ),
      alwaysFf(
        clk,
        when(doRead, [next(rdataQ, readData), next(rrespQ, response(readable))]),
        when(
          not(rstN),
          [next(rvalidQ, zero(1)), next(highQ, zero(32))],
          [next(rvalidQ, or(doRead, and(rvalidQ, not(AXIL.rready)))), when(doRead, [next(highQ, readHigh)])],
        ),
      ),
    ],
  });
}
