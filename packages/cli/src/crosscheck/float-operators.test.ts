/**
 * Every operator of the frontend against ONNX Runtime's kernel on random applications: shapes,
 * attributes and values of each draw come from one number, which a failure prints.
 */
import { findOperator, operators } from '../../../core/src/frontend/onnx/registry.ts';
import { seededRandom } from '../../../core/src/testing/index.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oursOf, runtimeOf, type Outcome } from '../testing/float-application.test-support.ts';
import { floatCases } from '../testing/float-cases.test-support.ts';

const DRAWS = 20;

/** float32 sums in another order, of terms whose size is `size` at most. */
const RELATIVE = 2e-6;

function expectClose(theirs: Outcome, ours: Outcome): void {
  expect(theirs.type).toBe(ours.type);
  expect(theirs.shape).toEqual(ours.shape);
  if (ours.type !== 'float32' && ours.type !== 'float64') {
    expect(theirs.data).toEqual(ours.data);
    return;
  }
  // A sum that cancels is as uncertain as its largest neighbour.
  const size = Math.max(1, ...ours.data.filter(Number.isFinite).map(Math.abs));
  ours.data.forEach((value, index) => {
    const other = theirs.data[index];
    if (Object.is(value, other) || value === other) return;
    expect(Math.abs(value - other), `element ${index}: ${value}, ONNX Runtime ${other}`).toBeLessThanOrEqual(
      RELATIVE * size,
    );
  });
}

describe('evaluation and ONNX Runtime agree on', () => {
  it.each(Object.entries(floatCases))('%s', async (_, make) => {
    const property = fc.asyncProperty(fc.nat(), async (seed) => {
      const application = make(seededRandom(seed));
      const ours = oursOf(application);
      const theirs = await runtimeOf(application, ours);
      theirs.forEach((outcome, index) => expectClose(outcome, ours[index]));
    });
    await fc.assert(property, { numRuns: DRAWS, seed: 17 });
  });
});

it('every operator of the registry that ONNX Runtime has at opset 17 is checked', () => {
  const checked = new Set(Object.keys(floatCases).map((name) => name.split(' ')[0]));
  const missing = operators
    .filter(
      ({ domain, name }) => domain === '' && findOperator('', name, 17) !== undefined && !checked.has(name),
    )
    .map(({ name }) => name);
  // CastLike is a function of Cast, which ONNX Runtime expands before it runs.
  expect(missing).toEqual(['CastLike']);
});
