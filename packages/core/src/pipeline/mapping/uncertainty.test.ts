import { describe, expect, it } from 'vitest';
import { tableEntries, withValues, type TechTable } from '../../energy/index.ts';
import { runMappingTask, type NetworkMapping, type System } from '../../mapping/index.ts';
import { systemPreset, techPreset } from '../../presets/index.ts';
import { uncertaintySchema, type MappingReport } from '../../report/index.ts';
import { evaluateMapping } from './evaluate.ts';
import { smallInputs } from './inputs.test-support.ts';
import { finishSearch, mappingTasks, type MappingSearchOptions } from './search.ts';

const tech = techPreset('zhu2020-65nm');
const system = systemPreset('zhu2020');

function bestMapping(): NetworkMapping {
  const inputs = smallInputs(tech, system);
  const options: MappingSearchOptions = {
    objective: 'edp',
    dataflow: null,
    macros: 1,
    budget: null,
    keep: false,
    compare: false,
  };
  const tasks = mappingTasks(inputs, options);
  const results = new Map([...tasks.tasks].map(([key, task]) => [key, runMappingTask(task, () => 0)]));
  return finishSearch(inputs, options, tasks, results).mapping;
}

const mapping = bestMapping();
const evaluate = (table: TechTable, of: System): MappingReport =>
  evaluateMapping(smallInputs(table, of), mapping, 'mapping');
const report = evaluate(tech, system);

function atEnds(end: 'low' | 'high'): readonly [TechTable, System] {
  const table = withValues(
    tech,
    new Map(
      tableEntries(tech).flatMap(({ path, entry }) =>
        entry.label === 'calibrated' ? [] : [[path, entry[end] ?? entry.value] as const],
      ),
    ),
  );
  // Every object with ends, wherever it stands.
  const moved = JSON.parse(JSON.stringify(system), (_key, value: unknown) =>
    typeof value === 'object' && value !== null && 'value' in value && end in value
      ? { ...value, value: (value as Record<string, unknown>)[end] }
      : value,
  ) as System;
  return [table, moved];
}

const figure = (name: string, mode = 'table') =>
  report.uncertainty?.figures.find((one) => one.figure === name && one.mode === mode);

describe('mappingUncertainty', () => {
  it.each([
    ['low', 'low', 'high'],
    ['high', 'high', 'low'],
  ] as const)('is what the mapping costs at all %s ends', (end, ofEnergy, ofEfficiency) => {
    const { total, areaMm2 } = evaluate(...atEnds(end));
    const near = (actual: number | undefined, expected: number): void =>
      expect((actual ?? NaN) / expected).toBeCloseTo(1, 9);
    near(figure('total.energy.totalPj')?.interval[ofEnergy], total.energy.totalPj);
    near(figure('total.edpJs')?.interval[ofEnergy], total.edpJs);
    near(figure('total.topsPerWatt')?.interval[ofEfficiency], total.topsPerWatt);
    near(figure('areaMm2.total')?.interval[ofEnergy], areaMm2.total);
  });

  it('has the totals of the report as typical values', () => {
    const { total, areaMm2 } = report;
    expect(figure('total.energy.totalPj')?.interval.typical).toBeCloseTo(total.energy.totalPj, 3);
    expect(figure('total.topsPerWatt')?.interval.typical).toBeCloseTo(total.topsPerWatt, 9);
    expect(figure('areaMm2.total')?.interval.typical).toBeCloseTo(areaMm2.total, 9);
  });

  it('varies table and system, names what matters most, and fits its schema', () => {
    const paths = report.uncertainty?.inputs.map(({ path }) => path);
    expect(paths).toContain('energies.searchedBits');
    expect(paths).toContain('system.memory.readEnergy');
    // DRAM spreads from 3.9 to 70 pJ/bit: nothing else comes near.
    expect(figure('total.energy.totalPj')?.sensitivities[0].path).toBe('system.memory.readEnergy');
    expect(figure('total.energy.totalPj', 'recalibrated')).toBeDefined();
    expect(uncertaintySchema.parse(report.uncertainty)).toEqual(report.uncertainty);
  });

  it('keeps buffers apart from memory and network, whatever their names', () => {
    const names = new Map([
      ['weight-buffer', 'memory'],
      ['activation-buffer', 'network'],
      ['sum-buffer', 'buffers'],
    ]);
    const nameOf = (name: string): string => names.get(name) ?? name;
    const renamed = evaluate(tech, {
      ...system,
      buffers: system.buffers.map((buffer) => ({ ...buffer, name: nameOf(buffer.name) })),
    });
    const expected = JSON.parse(JSON.stringify(report.uncertainty), (key, value: unknown) =>
      key === 'path' && typeof value === 'string'
        ? value.replace(/^system\.buffers\.([^.]+)/, (_all, name: string) => `system.buffers.${nameOf(name)}`)
        : value,
    ) as MappingReport['uncertainty'];
    expect(expected?.inputs.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        'system.memory.readEnergy',
        'system.buffers.memory.area',
        'system.buffers.network.area',
      ]),
    );
    // What is drawn hangs on the path.
    const held = (from: MappingReport['uncertainty']): object[] =>
      (from?.figures ?? []).map(({ figure: name, interval, sensitivities }) => ({
        name,
        interval,
        sensitivities,
      }));
    expect(held(renamed.uncertainty)).toEqual(held(expected));
    expect(renamed.uncertainty?.inputs).toEqual(expected?.inputs);
  });

  it('is nothing where neither table nor system states ends', () => {
    const bare = JSON.parse(JSON.stringify(system), (key, value: unknown) =>
      key === 'low' || key === 'high' ? undefined : value,
    ) as System;
    expect(evaluate(techPreset('unit'), bare).uncertainty).toBeNull();
  });
});
