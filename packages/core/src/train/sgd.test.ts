import { expect, it } from 'vitest';
import { Emitter } from './emitter.ts';
import type { ParameterRole } from './parameters.ts';
import { runningUpdate, sgdUpdate } from './sgd.ts';
import { execute, float, floats } from './testing/execute.ts';

async function update(
  role: ParameterRole,
  parameter: number,
  gradient: number,
): Promise<readonly [number, number]> {
  const emitter = new Emitter('sgd');
  const [p, g, m, rate] = ['p', 'g', 'm', 'rate'].map((name) => emitter.input(name, []));
  const updated = sgdUpdate(emitter, role, p, g, m, rate, { momentum: 0.9, weightDecay: 0.5 });
  emitter.output('next', updated.parameter);
  emitter.output('momentum', updated.momentum);
  const outputs = await execute(emitter.builder.encode(), {
    p: float([], [parameter]),
    g: float([], [gradient]),
    m: float([], [2]),
    rate: float([], [0.125]),
  });
  return [floats(outputs, 'next')[0], floats(outputs, 'momentum')[0]];
}

it('decays conv and fully connected weights only', async () => {
  // momentum 0.9 * 2 + (3 + 0.5 * 4) = 6.8; 4 - 0.125 * 6.8 = 3.15
  expect((await update('weight', 4, 3)).map((value) => value.toFixed(5))).toEqual(['3.15000', '6.80000']);
  // Without decay: 0.9 * 2 + 3 = 4.8; 4 - 0.125 * 4.8 = 3.4
  for (const role of ['bias', 'gamma', 'beta', 'weight-step', 'activation-step'] as const) {
    expect((await update(role, 4, 3)).map((value) => value.toFixed(5))).toEqual(['3.40000', '4.80000']);
  }
});

it('halves or doubles quantizer steps at most, which then lose their momentum, and keeps them positive', async () => {
  for (const role of ['weight-step', 'activation-step'] as const) {
    expect(await update(role, 0.25, 100)).toEqual([0.125, 0]);
    expect(await update(role, 0.25, -100)).toEqual([0.5, 0]);
    // 0.9 * 2 - 2 = -0.2; 0.25 + 0.125 * 0.2 = 0.275: within the bounds, and the momentum is kept.
    expect((await update(role, 0.25, -2)).map((value) => value.toFixed(5))).toEqual(['0.27500', '-0.20000']);
    // Half would be below the least step; an earlier one comes back to it, and grows from there.
    expect(await update(role, 2 ** -20, 100)).toEqual([2 ** -20, 0]);
    expect(await update(role, 0, 100)).toEqual([2 ** -20, 0]);
    expect(await update(role, 0, -100)).toEqual([2 ** -20, 0]);
    expect(await update(role, 2 ** -20, -100)).toEqual([2 ** -19, 0]);
  }
  expect((await update('gamma', 0.25, 100))[0]).toBeLessThan(-10);
});

it('moves running statistics by a tenth', async () => {
  const emitter = new Emitter('running');
  emitter.output('next', runningUpdate(emitter, emitter.input('running', [2]), emitter.input('batch', [2])));
  const outputs = await execute(emitter.builder.encode(), {
    running: float([2], [1, 0]),
    batch: float([2], [2, -1]),
  });
  // 0.9 * 1 + 0.1 * 2 = 1.1; 0.9 * 0 - 0.1 = -0.1
  expect([...floats(outputs, 'next')].map((value) => value.toFixed(6))).toEqual(['1.100000', '-0.100000']);
});
