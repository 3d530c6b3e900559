import { describe, expect, it } from 'vitest';
import { TallyError } from '../diagnostics/index.ts';
import { systemPreset } from '../presets/index.ts';
import type { System } from './system.ts';
import { parseSystem } from './system-schema.ts';

const zhu = systemPreset('zhu2020');

function issuesOf(document: unknown) {
  try {
    parseSystem(document, 'mine.json');
  } catch (error) {
    if (error instanceof TallyError)
      return error.issues.map(({ code, path, message }) => [code, path, message]);
    throw error;
  }
  return [];
}

describe('parseSystem', () => {
  it('takes what it gives', () => {
    expect(parseSystem(JSON.parse(JSON.stringify(zhu)), 'mine.json')).toEqual(zhu);
  });

  it('refuses an operand in two buffers, two buffers of one name', () => {
    const document: System = { ...zhu, buffers: [zhu.buffers[0], zhu.buffers[0]] };
    expect(issuesOf(document)).toEqual([
      ['duplicate-name', 'mine.json: buffers.1.name', "'weight-buffer' names two buffers"],
      [
        'operand-in-two-buffers',
        'mine.json: buffers.1.operands',
        "'weights' is already held by buffer 'weight-buffer'",
      ],
    ]);
  });

  it('refuses a spread that leaves out its value', () => {
    const memory = { ...zhu.memory, readEnergy: { ...zhu.memory.readEnergy, low: 9 } };
    expect(issuesOf({ ...zhu, memory })).toEqual([
      [
        'spread-around-nothing',
        'mine.json: memory.readEnergy',
        'spreads from 9 to 70, which leaves out its value 8',
      ],
    ]);
  });

  it('refuses a bandwidth of nothing', () => {
    const memory = { ...zhu.memory, bandwidth: { ...zhu.memory.bandwidth, value: 0 } };
    expect(issuesOf({ ...zhu, memory })).toEqual([
      ['value-too-small', 'mine.json: memory.bandwidth.value', 'is 0, must be above 0'],
    ]);
    const least = { ...zhu.memory, bandwidth: { ...zhu.memory.bandwidth, value: 1e-3 } };
    expect(issuesOf({ ...zhu, memory: least })).toEqual([]);
  });

  it('refuses what the schema does not know, with its place', () => {
    const { leakage, ...rest } = zhu.buffers[0];
    expect(leakage.unit).toBe('uW');
    expect(
      issuesOf({ ...zhu, buffers: [{ ...rest, ports: { ...rest.ports, unit: 'port' } }], size: 3 }),
    ).toEqual([
      ['value-not-allowed', 'mine.json: buffers.0.ports.unit', 'is "port", must be \'word/cycle\''],
      ['field-missing', 'mine.json: buffers.0.leakage', 'is missing, must be object'],
      ['unknown-field', 'mine.json: size', 'is not a field of this format'],
    ]);
  });
});
