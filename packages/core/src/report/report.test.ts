import { describe, expect, it } from 'vitest';
import { weakestLabel } from '../units/index.ts';
import { reproductionRow } from './reproduction.ts';
import { runReportJsonSchema } from './run-report-schema.ts';

describe('labels', () => {
  it('are as weak as their weakest part', () => {
    expect(weakestLabel(['counted', 'published'])).toBe('published');
    expect(weakestLabel(['published', 'calibrated', 'reconstructed'])).toBe('calibrated');
    expect(weakestLabel([])).toBe('counted');
  });
});

describe('reproductionRow', () => {
  it('works out the residual, or none where a value is missing', () => {
    const row = { figure: 'x', unit: '', label: 'reconstructed', how: '' } as const;
    expect(reproductionRow({ ...row, published: 10, ours: 12 }).residual).toBeCloseTo(0.2, 12); // 12 / 10 - 1
    expect(reproductionRow({ ...row, published: null, ours: 12 }).residual).toBeNull();
    expect(reproductionRow({ ...row, published: 10, ours: null }).residual).toBeNull();
  });
});

describe('runReportJsonSchema', () => {
  it('is an object schema that names every top-level field as required, but what was only asked for', () => {
    const schema = runReportJsonSchema() as { type: string; required: string[]; properties: object };
    expect(schema.type).toBe('object');
    expect([...schema.required, 'simulated'].sort()).toEqual(Object.keys(schema.properties).sort());
    expect(schema.required).toContain('layers');
  });
});
