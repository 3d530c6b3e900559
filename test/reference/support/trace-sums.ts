import { signalOf, traceLayout, type Macro, type RecordSink, type TraceSignal } from '@tally/core';

/** Everything that the trace's records, and nothing else, say of a layer's activity. */
export interface TraceSums {
  clocks: number;
  searches: number;
  classMultiplications: number;
  accumulations: number;
  transfers: number;
  /** Matches of class k: positive at 2k, negative at 2k + 1. */
  readonly matched: Float64Array;
  matchLineToggles: number;
  counterToggles: number;
  productToggles: number;
  vectorSumToggles: number;
}

function ones(word: number): number {
  word -= (word >>> 1) & 0x55555555;
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
  return Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Adds up records clock by clock, from the state after reset: registers are compared with the record before. */
export function sumTrace(macro: Macro): { readonly sums: TraceSums; readonly onRecords: RecordSink } {
  const layout = traceLayout(macro);
  const sums: TraceSums = {
    clocks: 0,
    searches: 0,
    classMultiplications: 0,
    accumulations: 0,
    transfers: 0,
    matched: new Float64Array(2 * macro.classes.length),
    matchLineToggles: 0,
    counterToggles: 0,
    productToggles: 0,
    vectorSumToggles: 0,
  };
  const mask = ({ bits, shift }: TraceSignal): number => ((2 ** bits - 1) << shift) | 0;
  const signal = (name: string): TraceSignal => signalOf(layout, name);
  const [search, cls, multiply, add] = ['m_search_q', 'm_class_q', 'c_cls_last_q', 'x_cls_last_q'].map(
    signal,
  );
  const transfer = signal('m_transfer_q');
  const [up, down] = [signal('ml_pos_q'), signal('ml_neg_q')];
  const counters = ['cnt_pos_q', 'cnt_neg_q'].map((name) => ({
    signal: signal(name),
    mask: mask(signal(name)),
  }));
  const [product, vectorSum] = [signal('product_q'), signal('vsum_q')];
  const words = Math.ceil(up.bits / 32);
  const flag = (records: Uint32Array, at: number, { word, shift }: TraceSignal): number =>
    (records[at + word] >>> shift) & 1;
  const parts = { up: up.word, down: down.word, product: product.word, vectorSum: vectorSum.word };
  const masks = { product: mask(product), vectorSum: mask(vectorSum) };
  // The record before the first of a call comes from the call before.
  const kept = new Uint32Array(layout.words);
  const onRecords: RecordSink = (records, count) => {
    const end = count * layout.words;
    let before: Uint32Array = kept;
    let from = 0;
    for (let at = 0; at < end; at += layout.words) {
      sums.clocks++;
      sums.searches += flag(records, at, search);
      sums.classMultiplications += flag(records, at, multiply);
      sums.accumulations += flag(records, at, add);
      sums.transfers += flag(records, at, transfer);
      const k = 2 * ((records[at + cls.word] >>> cls.shift) & (2 ** cls.bits - 1));
      for (let i = 0; i < words; i++) {
        const positive = records[at + parts.up + i];
        const negative = records[at + parts.down + i];
        sums.matched[k] += ones(positive);
        sums.matched[k + 1] += ones(negative);
        sums.matchLineToggles +=
          ones(positive ^ before[from + parts.up + i]) + ones(negative ^ before[from + parts.down + i]);
      }
      for (const counter of counters) {
        const { word } = counter.signal;
        sums.counterToggles += ones((records[at + word] ^ before[from + word]) & counter.mask);
      }
      sums.productToggles += ones(
        (records[at + parts.product] ^ before[from + parts.product]) & masks.product,
      );
      sums.vectorSumToggles += ones(
        (records[at + parts.vectorSum] ^ before[from + parts.vectorSum]) & masks.vectorSum,
      );
      before = records;
      from = at;
    }
    kept.set(before.subarray(from, from + layout.words));
  };
  return { sums, onRecords };
}
