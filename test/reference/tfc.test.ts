import { describe, expect, test } from 'vitest';
import { compareTfc, hasTfc, TFC_MISSING } from './support/tfc.ts';

describe.skipIf(!hasTfc)(`TFC_2W2A on MNIST (${TFC_MISSING})`, () => {
  test('500 images: every code at every Quant as the float executor of the QONNX file has it', () => {
    // Per image 784 input codes and three hidden layers of 64: 976.
    expect(compareTfc(500)).toMatchObject({ codes: 500 * 976, different: 0 });
  });
});
