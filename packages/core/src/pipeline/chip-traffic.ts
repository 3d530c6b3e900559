import type { Chip } from '../chip/index.ts';
import type { Figures } from '../report/index.ts';

/** Bits moved between the macro and the memory beside it. */
export interface BitTraffic {
  readonly readBits: number;
  readonly writtenBits: number;
}

/** Bits that layers move under the chip's dataflow, per image. */
export function chipTraffic(
  { dataflow }: Pick<Chip, 'dataflow'>,
  layers: readonly Pick<Figures, 'dataflows'>[],
): BitTraffic {
  let readBits = 0;
  let writtenBits = 0;
  for (const { dataflows } of layers) {
    for (const { dataflow: name, weights, activations, partialSums } of dataflows) {
      if (name !== dataflow.name) continue;
      for (const operand of [weights, activations, partialSums]) {
        readBits += operand.memoryReads * operand.bitsPerElement;
        writtenBits += operand.memoryWrites * operand.bitsPerElement;
      }
    }
  }
  return { readBits, writtenBits };
}
