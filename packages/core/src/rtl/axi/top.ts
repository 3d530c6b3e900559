import {
  and,
  assign,
  bit,
  comment,
  concat,
  input,
  instance,
  net,
  not,
  or,
  output,
  reduceXor,
  ref,
  replicate,
  slice,
  type Expression,
  type Instance,
  type Module,
  type Ref,
} from '../ast/index.ts';
import { defineModule } from '../modules/module.ts';
import { axilPorts, axiLiteModule } from './axi-lite.ts';
import { coreFields, fetchModule } from './fetch.ts';
import { COMMAND_BITS, ERROR_BITS, PARSER_ERRORS } from './fields.ts';
import { fifoModule } from './fifo.ts';
import type { TopGeometry } from './geometry.ts';
import { parserModule } from './parser.ts';
import { skidModule } from './skid.ts';
import { sramModule } from './sram.ts';

/** Words of the FIFOs of results and of returning partial sums. */
const STREAM_WORDS = 4;

/**
 * Words of the FIFO of `last` flags: at least as many commands as the core holds. With steps of one slot that is one that
 * waits, one that runs, six in the stages and one in the output register.
 */
const LAST_WORDS = 16;

const clk = ref('aclk');
const resetN = ref('aresetn');
const resetBlocks = ref('block_rst_n');

/** Instance whose ports are nets of the same name, but for those given. */
function connect(module: Module, name: string, given: Readonly<Record<string, Expression | null>>): Instance {
  const same = module.ports.map(({ of }) => [of.name, of] as const);
  return instance(module.name, name, { ...Object.fromEntries(same), clk, ...given });
}

/** The stream's modules that `tally_top` instantiates, and itself behind them. */
export function topModules(geometry: TopGeometry): readonly Module[] {
  const { axisBits, bufferRows, bufferAddressBits, rows, core } = geometry;
  const { accumulatorBits } = core.spec;
  const sramBits = (name: string, bits: number) => (name === 'threshold' ? bits + 1 : bits);
  const beat = skidModule(axisBits + 1);
  const lastFifo = fifoModule(LAST_WORDS, 1);
  const resultFifo = fifoModule(STREAM_WORDS, accumulatorBits + 2);
  const sumFifo = fifoModule(STREAM_WORDS, accumulatorBits);
  const registers = axiLiteModule(geometry);
  const parser = parserModule(geometry);
  const fetch = fetchModule(geometry);
  const srams = rows.map(({ name, bits }) => sramModule(bufferRows, sramBits(name, bits)));
  const distinctSrams = srams.filter(
    ({ name }, index) => srams.findIndex((one) => one.name === name) === index,
  );

  const axis = {
    tvalid: ref('s_axis_tvalid'),
    tready: ref('s_axis_tready'),
    tdata: ref('s_axis_tdata', axisBits),
    tlast: ref('s_axis_tlast'),
    psumTvalid: ref('s_axis_psum_tvalid'),
    psumTready: ref('s_axis_psum_tready'),
    psumTdata: ref('s_axis_psum_tdata', axisBits),
    outTvalid: ref('m_axis_tvalid'),
    outTready: ref('m_axis_tready'),
    outTdata: ref('m_axis_tdata', axisBits),
    outTlast: ref('m_axis_tlast'),
    outTuser: ref('m_axis_tuser'),
  };
  const enable = ref('enable');
  const softReset = ref('soft_reset');
  const beatValid = ref('beat_valid');
  const beatReady = ref('beat_ready');
  const beatData = ref('beat_data', axisBits + 1);
  const command = ref('command', COMMAND_BITS);
  const rowAddress = ref('row_address', bufferAddressBits);
  const parserErrors = ref('parser_errors', PARSER_ERRORS);
  const fetchErrors = ref('fetch_errors', ERROR_BITS.length - PARSER_ERRORS);
  const psumData = ref('psum_data', accumulatorBits);
  const outData = ref('out_data', accumulatorBits);
  const result = ref('result', accumulatorBits + 2);
  const flag = (name: string) => ref(name);
  const [cmdValid, cmdReady, cmdLast, lastOut] = ['cmd_valid', 'cmd_ready', 'cmd_last', 'last_out'].map(
    flag,
  ) as [Ref, Ref, Ref, Ref];
  const [psumValid, psumReady, outValid, outReady] = [
    'psum_valid',
    'psum_ready',
    'out_valid',
    'out_ready',
  ].map(flag) as [Ref, Ref, Ref, Ref];
  const statuses = ['busy', 'result_waits', 'psum_missing', 'psum_left'].map(flag);
  const events = ['count_clocks', 'count_steps', 'count_results', 'count_stalls'].map(flag);
  const [parserIdle, fetchIdle, coreBusy, isCode] = [
    'parser_idle',
    'fetch_idle',
    'core_busy',
    'out_is_code',
  ].map(flag) as [Ref, Ref, Ref, Ref];
  const cmdFields = coreFields(geometry).map(({ name, bits }) => ref(`cmd_${name}`, bits));
  const rowOf = (name: string, bits: number) => ref(`${name}_row`, bits);
  const readOf = (name: string, bits: number) => ref(`${name}_read_row`, sramBits(name, bits));
  const rowNets = rows.flatMap(({ name, bits }) => [
    ref(`${name}_write`),
    rowOf(name, bits),
    ref(`${name}_read`),
    ref(`${name}_address`, bufferAddressBits),
    readOf(name, bits),
  ]);
  const threshold = rows.find(({ name }) => name === 'threshold')!;
  const read = Object.fromEntries(rows.map(({ name, bits }) => [name, readOf(name, bits)])) as Record<
    (typeof rows)[number]['name'],
    Ref
  >;
  const sumRef = ref('result_sum', accumulatorBits);
  const fill = and(not(axis.outTuser), bit(sumRef, accumulatorBits - 1));
  const more = axisBits - accumulatorBits;
  const extended = more === 0 ? sumRef : concat(replicate(more, fill), sumRef);
  const top = defineModule({
    name: 'tally_top',
    about: [
      'The macro behind AXI: control by AXI4-Lite, rows, commands, partial sums and results by AXI4-Stream.',
    ],
    ports: [
      input(clk),
      input(resetN),
      ...axilPorts(),
      input(axis.tvalid),
      output(axis.tready),
      input(axis.tdata),
      input(axis.tlast),
      input(axis.psumTvalid),
      output(axis.psumTready),
      input(axis.psumTdata),
      output(axis.outTvalid),
      input(axis.outTready),
      output(axis.outTdata),
      output(axis.outTlast),
      output(axis.outTuser),
    ],
    items: [
      ...[resetBlocks, enable, softReset, ...statuses, ...events, beatValid, beatReady, beatData].map((of) =>
        net(of),
      ),
      ...[flag('command_valid'), flag('command_ready'), command, rowAddress, flag('row_falling')].map((of) =>
        net(of),
      ),
      ...rowNets.map((of) => net(of)),
      ...[parserErrors, fetchErrors, parserIdle, fetchIdle, coreBusy].map((of) => net(of)),
      ...[cmdValid, cmdReady, cmdLast, ...cmdFields, psumValid, psumReady, psumData].map((of) => net(of)),
      ...[
        outValid,
        outReady,
        isCode,
        outData,
        lastOut,
        flag('unused_last_room'),
        flag('unused_last_there'),
        result,
        sumRef,
      ].map((of) => net(of)),
      comment('Soft reset reaches everything but the register file.'),
      assign(resetBlocks, and(resetN, not(softReset))),
      connect(registers, 'registers', {
        rst_n: resetN,
        errors_set: concat(fetchErrors, parserErrors),
      }),
      connect(beat, 'input_skid', {
        rst_n: resetBlocks,
        in_valid: axis.tvalid,
        in_ready: axis.tready,
        in_data: concat(axis.tlast, axis.tdata),
        out_valid: beatValid,
        out_ready: beatReady,
        out_data: beatData,
      }),
      connect(parser, 'parser', {
        rst_n: resetBlocks,
        in_valid: beatValid,
        in_ready: beatReady,
        in_data: slice(beatData, 0, axisBits),
        in_last: bit(beatData, axisBits),
        errors: parserErrors,
        idle: parserIdle,
      }),
      ...rows.map(({ name, bits }, index) =>
        connect(srams[index], `${name}_buffer`, {
          read_enable: ref(`${name}_read`),
          read_address: ref(`${name}_address`, bufferAddressBits),
          read_data: readOf(name, bits),
          write_enable: ref(`${name}_write`),
          write_address: rowAddress,
          write_data:
            name === 'threshold' ? concat(flag('row_falling'), rowOf(name, bits)) : rowOf(name, bits),
        }),
      ),
      connect(fetch, 'fetch', { rst_n: resetBlocks, errors: fetchErrors, idle: fetchIdle }),
      instance('tally_core', 'core', {
        clk,
        rst_n: resetBlocks,
        cmd_valid: cmdValid,
        cmd_ready: cmdReady,
        ...Object.fromEntries(cmdFields.map((of) => [of.name, of])),
        cmd_weight_row: read.weight,
        cmd_activation_row: read.activation,
        cmd_threshold_row: slice(read.threshold, 0, threshold.bits),
        cmd_threshold_falling: bit(read.threshold, threshold.bits),
        psum_valid: psumValid,
        psum_ready: psumReady,
        psum_data: psumData,
        out_valid: outValid,
        out_ready: outReady,
        out_is_code: isCode,
        out_data: outData,
        busy: coreBusy,
      }),
      comment(
        'Whether a result is the last of its job travels beside the core, in order; there is always room.',
      ),
      connect(lastFifo, 'last_flags', {
        rst_n: resetBlocks,
        in_valid: and(cmdValid, cmdReady, flag('cmd_emit')),
        in_ready: flag('unused_last_room'),
        in_data: cmdLast,
        out_valid: flag('unused_last_there'),
        out_ready: and(outValid, outReady),
        out_data: lastOut,
      }),
      connect(resultFifo, 'results', {
        rst_n: resetBlocks,
        in_valid: outValid,
        in_ready: outReady,
        in_data: concat(lastOut, isCode, outData),
        out_valid: axis.outTvalid,
        out_ready: axis.outTready,
        out_data: result,
      }),
      assign(sumRef, slice(result, 0, accumulatorBits)),
      assign(axis.outTlast, bit(result, accumulatorBits + 1)),
      assign(axis.outTuser, bit(result, accumulatorBits)),
      assign(axis.outTdata, extended),
      connect(sumFifo, 'partial_sums', {
        rst_n: resetBlocks,
        in_valid: axis.psumTvalid,
        in_ready: axis.psumTready,
        in_data: slice(axis.psumTdata, 0, accumulatorBits),
        out_valid: psumValid,
        out_ready: psumReady,
        out_data: psumData,
      }),
      comment('Status and events.'),
      assign(flag('busy'), or(beatValid, not(parserIdle), not(fetchIdle), coreBusy, axis.outTvalid)),
      assign(flag('result_waits'), and(axis.outTvalid, not(axis.outTready))),
      assign(flag('psum_missing'), and(psumReady, not(psumValid))),
      assign(flag('psum_left'), psumValid),
      assign(flag('count_clocks'), enable),
      assign(flag('count_steps'), and(cmdValid, cmdReady)),
      assign(flag('count_results'), and(axis.outTvalid, axis.outTready)),
      assign(flag('count_stalls'), or(and(outValid, not(outReady)), flag('psum_missing'))),
      comment('Bits above a partial sum are ignored.'),
      net(flag('unused_bits')),
      assign(flag('unused_bits'), reduceXor(axis.psumTdata)),
    ],
  });
  return [beat, lastFifo, resultFifo, sumFifo, ...distinctSrams, registers, parser, fetch, top];
}
