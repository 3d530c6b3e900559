import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { apply, floats, values, type Plain } from '../apply.test-support.ts';
import { levelRange } from './rounding.ts';

const DOMAIN = 'qonnx.custom_op.general';
const tensorSchema = z.object({ shape: z.array(z.number()), data: z.array(z.number()) });
const goldenSchema = z.object({
  cases: z.array(
    z.object({
      operator: z.string(),
      opset: z.number(),
      attributes: z.record(z.string(), z.union([z.number(), z.string()])),
      inputs: z.array(tensorSchema),
      output: tensorSchema,
    }),
  ),
});
const file = new URL('../../../../../../../test/golden/qonnx-values.json', import.meta.url);
const golden = goldenSchema.parse(JSON.parse(readFileSync(file, 'utf8')));

describe("QONNX's own values, exactly", () => {
  it.each(['Quant', 'BipolarQuant', 'Trunc', 'MultiThreshold'])('%s', (operator) => {
    const cases = golden.cases.filter((one) => one.operator === operator);
    expect(cases.length).toBeGreaterThan(5);
    for (const { opset, attributes, inputs, output } of cases) {
      const plain = Object.entries(attributes).map(([name, value]): [string, Plain] => [
        name,
        name.startsWith('out_') && typeof value === 'number' ? { float: value } : value,
      ]);
      const [result] = apply(
        operator,
        inputs.map(({ shape, data }) => floats(data, shape)),
        { opset, domain: DOMAIN, attributes: Object.fromEntries(plain) },
      );
      expect(result?.shape).toEqual(output.shape);
      // JSON writes -0 as 0.
      expect(
        values(result).map((x) => x + 0),
        JSON.stringify({ opset, attributes, inputs }),
      ).toEqual(output.data.map((x) => x + 0));
    }
  });
});

describe('Quant', () => {
  const quant = (x: readonly number[], bits: number, attributes: Readonly<Record<string, Plain>>): number[] =>
    values(
      apply('Quant', [floats(x), floats([1]), floats([0]), floats([bits])], {
        opset: 1,
        domain: DOMAIN,
        attributes,
      })[0],
    );

  it('rounds 2.5, -2.5 and 1.6 as the table of its definition says', () => {
    const of = (rounding_mode: string): number[] =>
      quant([2.5, -2.5, 1.6], 8, { signed: 1, narrow: 0, rounding_mode });
    expect(of('ROUND')).toEqual([2, -2, 2]);
    expect(of('CEIL')).toEqual([3, -2, 2]);
    expect(of('FLOOR')).toEqual([2, -3, 1]);
    expect(of('UP')).toEqual([3, -3, 2]);
    expect(of('DOWN')).toEqual([2, -2, 1]);
    expect(of('HALF_UP')).toEqual([3, -3, 2]);
    expect(of('HALF_DOWN')).toEqual([2, -2, 2]);
  });

  it('has 2^bits levels, one less when narrow; one signed bit is -1 and 1', () => {
    expect(levelRange(3, true, false)).toEqual([-4, 3]);
    expect(levelRange(3, true, true)).toEqual([-3, 3]);
    expect(levelRange(3, false, false)).toEqual([0, 7]);
    expect(levelRange(3, false, true)).toEqual([0, 6]);
    expect(quant([-9, -0.1, 0, 9], 1, { signed: 1, narrow: 0 })).toEqual([-1, -1, 1, 1]);
    expect(quant([-9, 0.4, 0.6, 9], 1, { signed: 0, narrow: 0 })).toEqual([0, 0, 1, 1]);
  });

  it('leaves its own results as they are', () => {
    const property = fc.property(
      fc.array(fc.float({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 2, max: 8 }),
      fc.boolean(),
      (x, bits, signed) => {
        const attributes = { signed: signed ? 1 : 0, narrow: 1 };
        const once = quant(x, bits, attributes);
        expect(quant(once, bits, attributes)).toEqual(once.map((level) => level + 0));
      },
    );
    fc.assert(property);
  });

  it('refuses what is no bit width, and other rounding modes', () => {
    expect(() => quant([1], 2.5, { signed: 1, narrow: 0 })).toThrow("node 'n' (Quant): bit width 2.5");
    expect(() => quant([1], 2, { signed: 1, narrow: 0, rounding_mode: 'STOCHASTIC' })).toThrow(
      "attribute 'rounding_mode' is 'STOCHASTIC' [onnx-unsupported] — use one of ROUND, HALF_EVEN",
    );
    expect(() => quant([1], 2, { signed: 1 })).toThrow("attribute 'narrow' is missing [onnx-invalid]");
  });
});
