import { expect, it } from 'vitest';
import { chipPreset } from '../presets/index.ts';
import { parseChip } from './parse-chip.ts';

it('a fraction where a whole number belongs', () => {
  const { geometry, ...chip } = chipPreset('zhu2020');
  const entries = { ...geometry.entries, value: 8.5 };
  expect(() => parseChip({ ...chip, geometry: { ...geometry, entries } }, 'mine.json')).toThrow(
    'mine.json: geometry.entries.value: is 8.5, must be a whole number [wrong-type] — give a whole number',
  );
});
