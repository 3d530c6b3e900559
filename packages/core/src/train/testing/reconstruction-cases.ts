import { operators } from '../registry.ts';
import { random, type Case } from './case.ts';
import type { Naive } from './naive.ts';

const FLOOR = random('soft floor', [3, 20], -3, 2).data.map(Math.floor);
const STEPS = [0.21, 0.4, 0.15].map(Math.fround);
const TARGET = random('target', [2, 3, 4, 5]);
const COUNTED = random('counted', [2, 1, 4, 5], 0, 1);
const KEEP = random('keep', [4, 10], 0, 1).data.map((value) => Number(value < 0.5));

/** min(max(1.2 / (1 + e^-v) - 0.1, 0), 1). */
const stretched = (v: number): number => Math.min(Math.max(1.2 / (1 + Math.exp(-v)) - 0.1, 0), 1);

function dropCase(): Case {
  const choose = ([a, b]: readonly Naive[]): Naive => ({
    shape: a.shape,
    data: a.data.map((value, i) => (KEEP[i] === 1 ? value : b.data[i])),
  });
  return {
    title: 'element by element one of two',
    inputs: [random('drop a', [4, 10]), random('drop b', [4, 10])],
    differentiable: [0, 1],
    apply(emitter, inputs) {
      const mask = emitter.constant([4, 10], KEEP);
      const keep = emitter.node('Cast', [mask], mask.shape, { to: { type: 'bool' } });
      return operators.drop.apply(emitter, inputs, { keep });
    },
    reference: choose,
  };
}

/** Cases of the operators that block reconstruction needs. */
export const reconstructionCases: {
  readonly [Name in 'soft-round' | 'round-regularizer' | 'drop' | 'squared-error']: readonly [
    Case,
    ...Case[],
  ];
} = {
  'soft-round': [
    {
      title: 'one step per channel, some roundings decided',
      inputs: [random('soft logits', [3, 20], -4, 4)],
      differentiable: [0],
      apply: (emitter, inputs) =>
        operators['soft-round'].apply(emitter, inputs, {
          floor: emitter.constant([3, 20], FLOOR),
          step: emitter.constant([3, 1], STEPS),
        }),
      reference: ([v]) => ({
        shape: v.shape,
        data: v.data.map((value, i) => STEPS[Math.floor(i / 20)] * (FLOOR[i] + stretched(value))),
      }),
    },
  ],
  'round-regularizer': [20, 3.5, 2].map((beta): Case => ({
    title: `exponent ${beta}`,
    inputs: [random('undecided', [5, 12], -3, 3)],
    differentiable: [0],
    apply: (emitter, inputs) =>
      operators['round-regularizer'].apply(emitter, inputs, {
        beta: emitter.scalar(beta),
        weight: emitter.scalar(0.25),
      }),
    reference: ([v]) => ({
      shape: [],
      data: Float64Array.of(
        v.data.reduce((sum, value) => sum + 0.25 * (1 - Math.abs(2 * stretched(value) - 1) ** beta), 0),
      ),
    }),
  })) as [Case, Case, Case],
  drop: [dropCase()],
  'squared-error': [
    {
      title: 'pixels that count differently',
      inputs: [random('guess', [2, 3, 4, 5])],
      differentiable: [0],
      apply: (emitter, inputs) =>
        operators['squared-error'].apply(emitter, inputs, {
          target: emitter.constant(TARGET.shape, TARGET.data),
          weight: emitter.constant(COUNTED.shape, COUNTED.data),
        }),
      reference: ([x]) => ({
        shape: [],
        data: Float64Array.of(
          x.data.reduce((sum, value, i) => {
            const counted = COUNTED.data[Math.floor(i / 60) * 20 + (i % 20)];
            return sum + counted * (value - TARGET.data[i]) ** 2;
          }, 0),
        ),
      }),
    },
  ],
};
