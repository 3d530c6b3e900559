import type { AccessCounts, Movement, OperandCounts } from '../access-counts.ts';
import type { Machine } from '../machine.ts';
import type { Operand } from '../operand.ts';

class Entry implements Movement {
  reads = 0;
  writes = 0;
  readBits = 0;
  writeBits = 0;

  read(bits: number): void {
    this.reads++;
    this.readBits += bits;
  }

  write(bits: number): void {
    this.writes++;
    this.writeBits += bits;
  }

  get plain(): Movement {
    return {
      reads: this.reads,
      writes: this.writes,
      readBits: this.readBits,
      writeBits: this.writeBits,
    };
  }
}

/** Counts one operand's elements as they move, one by one. */
export class OperandLedger {
  readonly memory = new Entry();
  readonly buffer: Entry | null;
  readonly macro = new Entry();
  private deliveries = 0;
  private deliveredBits = 0;

  constructor(held: boolean) {
    this.buffer = held ? new Entry() : null;
  }

  /** The tier next to the macros. */
  get above(): Entry {
    return this.buffer ?? this.memory;
  }

  deliver(bits: number): void {
    this.deliveries++;
    this.deliveredBits += bits;
  }

  get counts(): OperandCounts {
    return {
      memory: this.memory.plain,
      buffer: this.buffer?.plain ?? null,
      macro: this.macro.plain,
      deliveries: this.deliveries,
      deliveredBits: this.deliveredBits,
    };
  }
}

export type Ledger = Readonly<Record<Operand, OperandLedger>>;

export function openLedger(machine: Machine): Ledger {
  const held = (operand: Operand) => machine.buffers.some((buffer) => buffer.operands.includes(operand));
  return {
    weights: new OperandLedger(held('weights')),
    activations: new OperandLedger(held('activations')),
    partialSums: new OperandLedger(held('partialSums')),
  };
}

/** Bits per tier. */
export function tierTotals(
  machine: Machine,
  ledger: Ledger,
): Pick<AccessCounts, 'memory' | 'buffers' | 'deliveredBits' | 'operands'> {
  const all = [ledger.weights, ledger.activations, ledger.partialSums];
  const sum = (entries: readonly (Entry | null)[]) => ({
    readBits: entries.reduce((bits, entry) => bits + (entry?.readBits ?? 0), 0),
    writeBits: entries.reduce((bits, entry) => bits + (entry?.writeBits ?? 0), 0),
  });
  return {
    operands: {
      weights: ledger.weights.counts,
      activations: ledger.activations.counts,
      partialSums: ledger.partialSums.counts,
    },
    memory: sum(all.map(({ memory }) => memory)),
    buffers: machine.buffers.map(({ operands }) => sum(operands.map((name) => ledger[name].buffer))),
    deliveredBits: all.reduce((bits, { counts }) => bits + counts.deliveredBits, 0),
  };
}
