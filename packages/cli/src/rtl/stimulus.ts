import {
  AXI_CONTROL,
  AXI_ERRORS,
  AXI_REGISTERS,
  AXI_STATUS,
  commandPacket,
  constantRegisters,
  storePacket,
  topGeometry,
  type AxiRegister,
  type Beat,
  type CommandValues,
  type MacroSpec,
  type TopGeometry,
  type TopOptions,
} from '@tally/core';
import { Job, type BufferRow } from './job.ts';

/** One word of accesses.mem: see hw/macro/tb/tally_tb.sv. */
interface Access {
  readonly kind: 'end' | 'write' | 'read' | 'poll' | 'stream';
  readonly strobes?: number;
  readonly response?: number;
  readonly address?: number;
  readonly mask?: number;
  readonly data?: number;
}

const KINDS = ['end', 'write', 'read', 'poll', 'stream'] as const;
const SLVERR = 2;
const ALL = 0xffff_ffff;
const bit = (position: number): number => 2 ** position;

/** What the testbench plays and expects. */
export interface Stimulus {
  /** File name and content. */
  readonly files: readonly (readonly [name: string, text: string])[];
  readonly steps: number;
  readonly results: number;
  readonly packetBeats: number;
}

/** A malformed packet or an illegal command, and the bits of `ERROR` that it sets. */
interface Fault {
  readonly beats: readonly Beat[];
  readonly errors: readonly (typeof AXI_ERRORS)[number][];
  /** A row that a circuit which did not drop the packet would spoil. */
  readonly victim?: BufferRow;
}

/** Every error that a macro of this size can see. */
function faults(spec: MacroSpec, geometry: TopGeometry): readonly Fault[] {
  const fault = (beats: readonly Beat[], ...errors: Fault['errors']): Fault => ({ beats, errors });
  const spoiling = (victim: BufferRow, ...[beats, ...errors]: Parameters<typeof fault>): Fault => ({
    ...fault(beats, ...errors),
    victim,
  });
  const beat = (data: bigint, last: boolean): Beat => ({ data, last });
  const row = storePacket(geometry, 'weight', 1, 0n);
  const [header, ...payload] = row;
  const thresholds = storePacket(geometry, 'threshold', 1, 0n);
  const long = [header, ...payload.map(({ data }) => beat(data, false)), beat(4n, false), beat(4n, true)];
  const command = (values: CommandValues) => commandPacket(geometry, values);
  const beyond = (name: 'weight' | 'activation' | 'threshold', count: number): readonly Fault[] =>
    count < 65_536 ? [fault(command({ clear: 1, [`${name}_slot`]: count }), 'COMMAND_SLOT')] : [];
  const { bufferRows, bufferAddressBits } = geometry;
  const alias = (bufferRows % 2 ** bufferAddressBits) % bufferRows;
  return [
    fault([beat(0n, true)], 'PACKET_KIND'),
    fault([beat(5n, false), beat(4n, false), beat(1n, true)], 'PACKET_KIND'),
    fault([beat(header.data, true)], 'PACKET_SHORT'),
    fault([beat(4n, true)], 'PACKET_SHORT'),
    ...(thresholds.length > 2 ? [fault([thresholds[0], beat(0n, true)], 'PACKET_SHORT')] : []),
    ...(payload.length > 1
      ? [spoiling({ kind: 'weight', row: 1 }, [header, beat(0n, true)], 'PACKET_SHORT')]
      : []),
    spoiling({ kind: 'weight', row: 1 }, long, 'PACKET_LONG'),
    fault([...command({ emit: 1 }).map(({ data }) => beat(data, false)), beat(1n, true)], 'PACKET_LONG'),
    ...(bufferRows < 1024
      ? [
          spoiling(
            { kind: 'activation', row: alias },
            storePacket(geometry, 'activation', bufferRows, 0n),
            'PACKET_ROW',
          ),
        ]
      : []),
    ...(bufferRows < 1024
      ? [fault(command({ clear: 1, load_threshold: 1, threshold_row: bufferRows }), 'COMMAND_ROW')]
      : []),
    ...beyond('weight', spec.weightSlots),
    ...beyond('activation', spec.activationSlots),
    ...beyond('threshold', spec.thresholdSlots),
    ...(spec.partialSums < 65_536
      ? [fault(command({ clear: 1, accumulator: spec.partialSums }), 'COMMAND_ACCUMULATOR')]
      : []),
    fault(command({ clear: 1, shift: spec.maxShift + 1 }), 'COMMAND_ACCUMULATOR'),
    fault(command({ clear: 1, restore: 1, emit: 1 }), 'COMMAND_START'),
    fault(command({ clear: 1, restore: 1, shift: 63 }), 'COMMAND_START', 'COMMAND_ACCUMULATOR'),
  ];
}

const read = (name: AxiRegister, data: number, mask = ALL): Access => ({
  kind: 'read',
  address: AXI_REGISTERS[name],
  data,
  mask,
});
const write = (name: AxiRegister, data: number, strobes = 15): Access => ({
  kind: 'write',
  address: AXI_REGISTERS[name],
  data,
  strobes,
});
const poll = (field: keyof typeof AXI_STATUS, value: 0 | 1): Access => ({
  kind: 'poll',
  address: AXI_REGISTERS.STATUS,
  data: value * bit(AXI_STATUS[field]),
  mask: bit(AXI_STATUS[field]),
});
const idle = poll('BUSY', 0);

/** Sends everything that the job has by now, and waits for its results. */
const upToHere = ({ beats, partialSums, results }: Job): Access => ({
  kind: 'stream',
  data: beats.length,
  address: partialSums.length,
  mask: results.length,
});

/** Geometry, addresses that are none, strobes: before anything runs. */
function firstAccesses(geometry: TopGeometry): readonly Access[] {
  return [
    ...constantRegisters(geometry).map(([name, value]) => read(name, value)),
    read('CONTROL', 0),
    read('STATUS', 0),
    read('ERROR', 0),
    { kind: 'read', address: 0x018, data: 0, mask: ALL, response: SLVERR },
    { kind: 'read', address: 0x002, data: 0, mask: ALL, response: SLVERR },
    { kind: 'read', address: 0xffc, data: 0, mask: ALL, response: SLVERR },
    { kind: 'write', address: 0x000, data: 1, strobes: 15, response: SLVERR },
    { kind: 'write', address: 0x016, data: 1, strobes: 15, response: SLVERR },
    { kind: 'write', address: 0x060, data: 1, strobes: 15, response: SLVERR },
    read('SCRATCH', 0),
    write('SCRATCH', 0x1122_3344),
    read('SCRATCH', 0x1122_3344),
    write('SCRATCH', 0xaabb_ccdd, 5),
    read('SCRATCH', 0x11bb_33dd),
    write('SCRATCH', 0xffff_ffff, 0),
    read('SCRATCH', 0x11bb_33dd),
    write('CONTROL', bit(AXI_CONTROL.ENABLE), 14),
    read('CONTROL', 0),
  ];
}

/**
 * A self-checking run through the AXI ports: registers, a job of random steps, every fault with a legal step behind it, a soft
 * reset in the middle of a packet, and a job after it. The same spec gives the same bytes.
 */
export function makeStimulus(spec: MacroSpec, options: TopOptions): Stimulus {
  const geometry = topGeometry(spec, options);
  const job = new Job(spec, geometry, 0x7a11);
  const firstSteps = Math.max(8, Math.min(48, Math.floor(6144 / spec.entries)));
  const accesses: Access[] = [...firstAccesses(geometry), write('CONTROL', bit(AXI_CONTROL.ENABLE))];
  const stream = (): void => {
    accesses.push(upToHere(job), idle);
  };
  const counters = (steps: number, results: number): void => {
    accesses.push(read('ERROR', 0), read('STEPS_LOW', steps), read('STEPS_HIGH', 0));
    accesses.push(read('RESULTS_LOW', results), read('RESULTS_HIGH', 0), read('STALLS_HIGH', 0, 0));
  };
  for (let step = 0; step < firstSteps; step++) job.step({ last: step === firstSteps - 1 });
  stream();
  counters(job.steps, job.results.length);
  const clear = bit(AXI_CONTROL.ENABLE) + bit(AXI_CONTROL.CLEAR_COUNTERS);
  accesses.push(write('CONTROL', clear), read('CONTROL', bit(AXI_CONTROL.ENABLE)));
  counters(0, 0);
  const stepsBefore = job.steps;
  const all = faults(spec, geometry);
  for (const { beats, errors, victim } of all) {
    if (victim !== undefined) job.store(victim);
    job.send(beats);
    job.step({ last: true, ...(victim === undefined ? {} : { load: victim }) });
    stream();
    const bits = errors.reduce((sum, name) => sum + bit(AXI_ERRORS.indexOf(name)), 0);
    accesses.push(read('ERROR', bits), read('STATUS', bit(AXI_STATUS.ERROR)));
    accesses.push(write('ERROR', 255 - bits), read('ERROR', bits), write('ERROR', bits), read('ERROR', 0));
  }
  accesses.push(read('STEPS_LOW', job.steps - stepsBefore));
  // A partial sum that is late freezes the core, and the clocks are counted. The next command waits before the core;
  // disabled, it stays there when the core goes on, and the next packet stays in the input buffer.
  const early = upToHere(job);
  job.step({ last: true, start: 'restore' });
  accesses.push({ ...early, data: job.beats.length }, poll('PSUM_MISSING', 1));
  accesses.push(write('CONTROL', clear), { ...read('STALLS_LOW', 16, 16), kind: 'poll' });
  const frozen = upToHere(job);
  job.step({ last: true, start: 'clear' });
  accesses.push({ ...early, data: job.beats.length });
  accesses.push(write('CONTROL', bit(AXI_CONTROL.CLEAR_COUNTERS)), read('CONTROL', 0));
  accesses.push({ ...frozen, data: job.beats.length }, poll('PSUM_MISSING', 0), poll('BUSY', 1));
  const { length } = job.beats;
  job.step({ last: true });
  accesses.push({ ...frozen, data: length + 2 });
  accesses.push(read('STEPS_LOW', 0), read('RESULTS_LOW', 1), read('CLOCKS_LOW', 0));
  accesses.push(write('CONTROL', bit(AXI_CONTROL.ENABLE)));
  stream();
  accesses.push(read('STEPS_LOW', 2), { ...read('CLOCKS_LOW', 8, 8), kind: 'poll' });
  // A reset in the middle of a packet; the next packet is whole.
  job.send(storePacket(geometry, 'threshold', 0, 0n).slice(0, 1));
  accesses.push(upToHere(job));
  accesses.push(poll('BUSY', 1));
  accesses.push(write('CONTROL', bit(AXI_CONTROL.ENABLE) + bit(AXI_CONTROL.RESET)));
  accesses.push(read('CONTROL', bit(AXI_CONTROL.ENABLE)), idle);
  counters(0, 0);
  const before = [job.steps, job.results.length] as const;
  for (let step = 0; step < 6; step++) job.step({ last: step === 5 });
  stream();
  counters(job.steps - before[0], job.results.length - before[1]);
  accesses.push({ kind: 'end' });
  return { ...rendered(geometry, job, accesses), steps: job.steps };
}

function rendered(geometry: TopGeometry, job: Job, accesses: readonly Access[]): Omit<Stimulus, 'steps'> {
  const { axisBits, core } = geometry;
  const hex = (value: bigint, bits: number) => value.toString(16).padStart(Math.ceil(bits / 4), '0');
  const wide = (value: number) => BigInt.asUintN(axisBits, BigInt(value));
  const above = (...flags: readonly boolean[]) =>
    flags.reduce((word, flag) => (word << 1n) | BigInt(flag), 0n) << BigInt(axisBits);
  const lines = (words: readonly string[]) => `${words.join('\n')}\n`;
  const packets = job.beats.map(({ data, last }) => hex(above(last) | data, axisBits + 1));
  const psums = (job.partialSums.length === 0 ? [0] : job.partialSums).map((sum) => hex(wide(sum), axisBits));
  const results = job.results.map(({ value, isCode, last }) =>
    hex(above(last, isCode) | wide(value), axisBits + 2),
  );
  const words = accesses.map(({ kind, strobes = 0, response = 0, address = 0, mask = 0, data = 0 }) =>
    [
      [KINDS.indexOf(kind), 4],
      [strobes, 4],
      [response, 4],
      [address, 12],
      [mask, 32],
      [data, 32],
    ]
      .map(([value, bits]) => hex(BigInt(value), bits))
      .join(''),
  );
  const slots = core.keys.keys.length + core.spec.rescaleSlots + core.spec.windowOverheadCycles;
  const parameters = {
    AXIS_BITS: axisBits,
    PACKET_BEATS: packets.length,
    PSUM_BEATS: psums.length,
    PSUM_COUNT: job.partialSums.length,
    RESULT_COUNT: results.length,
    ACCESS_COUNT: words.length,
    // Three times what random gaps and back-pressure take at worst.
    TIMEOUT_CLOCKS:
      5000 +
      300 * Math.ceil(results.length / 8) +
      60 * words.length +
      8 * packets.length +
      8 * job.steps * (slots + 10),
  };
  const text = Object.entries(parameters).map(([name, value]) => `localparam integer ${name} = ${value};`);
  return {
    files: [
      ['tally_tb_parameters.svh', lines(['// Sizes of the files that the testbench reads.', ...text])],
      ['packets.mem', lines(packets)],
      ['psums.mem', lines(psums)],
      ['results.mem', lines(results)],
      ['accesses.mem', lines(words)],
    ],
    results: results.length,
    packetBeats: packets.length,
  };
}
