import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareScores, score, type Score } from '../../mapping/cost/index.ts';
import { OBJECTIVES, runMappingTask, type Objective, type SearchBudget } from '../../mapping/index.ts';
import { keptIndex } from '../../mapping/search/index.ts';
import { smallProblem } from '../../mapping/search/random-case.test-support.ts';
import { chipPreset, systemPreset, techPreset } from '../../presets/index.ts';
import { pricedMachine, type MappingInputs } from './inputs.ts';
import type { PricedSystem } from './prices.ts';
import { finishSearch, mappingTasks, type MappingSearchOptions } from './search.ts';

/** Chains of small layers on a system whose buffers hold `bytes` each; some of their tensors may stay on chip. */
function chainOn(systemName: string): fc.Arbitrary<MappingInputs> {
  return fc
    .record({
      layers: fc.array(fc.tuple(smallProblem, fc.boolean(), fc.integer({ min: 0, max: 500 })), {
        minLength: 1,
        maxLength: 4,
      }),
      bytes: fc.constantFrom(16, 40, 100, 400),
      memoryBits: fc.constantFrom(1, 16, 1024),
    })
    .map(({ layers, bytes, memoryBits }): MappingInputs => {
      const preset = systemPreset(systemName);
      const system = {
        ...preset,
        memory: { ...preset.memory, bandwidth: { ...preset.memory.bandwidth, value: memoryBits } },
        buffers: preset.buffers.map((buffer) => ({
          ...buffer,
          capacity: { ...buffer.capacity, value: bytes },
        })),
      };
      const chip = chipPreset(system.chip.name);
      const tech = techPreset('zhu2020-65nm');
      const priced: PricedSystem = { chip, tech, system, voltageV: 1.01, clockMHz: 40 };
      const named = { name: 'any', hash: 'any' };
      return {
        toolVersion: '0.0.0',
        priced,
        machine: pricedMachine(priced),
        target: { network: named, chip: named, system: named },
        batch: 1,
        matches: { kind: 'assumed', share: 0.5, source: 'any' },
        layers: layers.map(([problem, direct, matches], i) => ({
          problem: { ...problem, id: `layer${i}` },
          activity: { matches, thresholdComparisons: 0 },
          link:
            direct && i < layers.length - 1
              ? { kind: 'direct' }
              : { kind: 'blocked', why: 'the host reads it' },
        })),
        notes: [],
      };
    });
}

const OPTIONS: MappingSearchOptions = {
  objective: 'edp',
  dataflow: null,
  macros: 1,
  budget: null,
  keep: true,
  compare: false,
};

function searchAll(inputs: MappingInputs, options: MappingSearchOptions) {
  const tasks = mappingTasks(inputs, options);
  const results = new Map([...tasks.tasks].map(([key, task]) => [key, runMappingTask(task, () => 0)]));
  const found = (key: string | null) => {
    const result = key === null ? undefined : results.get(key);
    return result?.kind === 'found' ? result.search : null;
  };
  const ways = tasks.best.map((keys) => keys.map(found));
  const mapped = ways.every(([own]) => own !== null);
  return { ways, report: mapped ? finishSearch(inputs, options, tasks, results) : null };
}

type Ways = ReturnType<typeof searchAll>['ways'];

/** Scores of every choice of tensors that stay, each layer with its best mapping for it, one by one. */
function everyChoice(inputs: MappingInputs, ways: Ways, objective: Objective): readonly Score[] {
  const scores: Score[] = [];
  for (let bits = 0; bits < 2 ** ways.length; bits++) {
    const kept = ways.map((_, i) => ((bits >> i) & 1) === 1);
    if (kept.some((own, i) => own && inputs.layers[i].link.kind !== 'direct')) continue;
    const found = ways.map((way, i) => way[keptIndex({ input: i > 0 && kept[i - 1], results: kept[i] })]);
    if (found.includes(null)) continue;
    const each = found.map((search) => score(objective, search!.found[0].cost));
    scores.push(each.reduce<Score>(([a, b], [first, second]) => [a + first, b + second], [0, 0]));
  }
  return scores;
}

test.each(OBJECTIVES)(
  'least %s: no other choice of tensors that stay is better, nor as good and better in what decides next',
  (objective) => {
    let decided = 0;
    fc.assert(
      fc.property(chainOn('zhu2020'), (inputs) => {
        const { ways, report } = searchAll(inputs, { ...OPTIONS, objective });
        if (report === null) return;
        const [best, ...others] = [...everyChoice(inputs, ways, objective)].sort(compareScores);
        if (others.some(([first, second]) => first === best[0] && second > best[1])) decided++;
        const chosen = report.alternatives[0].layers.map((cost) => score(objective, cost!));
        expect([0, 1].map((at) => chosen.reduce((sum, one) => sum + one[at], 0))).toEqual(best);
        expect(report.gap).toBe(0);
        expect(report.proof.left).toBe(0);
      }),
      { numRuns: 40, seed: 1 },
    );
    // Computing often takes as long with a tensor kept as without.
    if (objective === 'latency') expect(decided).toBeGreaterThan(5);
  },
);

test('a budget however small leaves no way of keeping out, and what it left is within the gap', () => {
  let unfinished = 0;
  fc.assert(
    fc.property(
      chainOn('zhu2020'),
      fc.constantFrom<SearchBudget>(
        { evaluations: 1, seconds: null },
        { evaluations: 20, seconds: null },
        // Spent from the start: the clock of these tests stands still.
        { evaluations: null, seconds: 0 },
      ),
      (inputs, budget) => {
        const whole = searchAll(inputs, { ...OPTIONS, objective: 'energy' });
        const some = searchAll(inputs, { ...OPTIONS, objective: 'energy', budget });
        expect(some.ways.map((way) => way.map((search) => search === null))).toEqual(
          whole.ways.map((way) => way.map((search) => search === null)),
        );
        if (whole.report === null || some.report === null) return;
        const [best, sofar] = [whole.report, some.report].map(({ alternatives }) =>
          alternatives[0].layers.reduce((sum, cost) => sum + cost!.energyPj, 0),
        );
        expect(best).toBeLessThanOrEqual(sofar);
        expect(best).toBeGreaterThanOrEqual(sofar * (1 - some.report.gap!) * (1 - 1e-9));
        if (some.report.proof.left > 0) unfinished++;
        else expect(some.report.mapping).toEqual(whole.report.mapping);
      },
    ),
    { numRuns: 60, seed: 2 },
  );
  expect(unfinished).toBeGreaterThan(15);
});

test('a limit of macros holds for what no reuse would take too', () => {
  let slower = 0;
  fc.assert(
    fc.property(chainOn('zhu2020-x16'), fc.integer({ min: 1, max: 8 }), (inputs, macros) => {
      const noReuse = (of: MappingInputs, most: number) =>
        searchAll(of, { ...OPTIONS, keep: false, macros: most }).report?.alternatives.at(-1);
      const limited = noReuse(inputs, macros);
      // The same figures as on a machine that has no more macros.
      expect(limited).toEqual(noReuse({ ...inputs, machine: { ...inputs.machine, macros } }, macros));
      if ((limited?.total?.latencyCycles ?? 0) > (noReuse(inputs, 16)?.total?.latencyCycles ?? 0)) slower++;
    }),
    { numRuns: 30, seed: 3 },
  );
  expect(slower).toBeGreaterThan(5);
});

test('the proof is the sum of the spaces that were searched, each layer and way of keeping in one of them', () => {
  fc.assert(
    fc.property(
      chainOn('zhu2020'),
      fc.constantFrom(null, { evaluations: 1, seconds: null }),
      (inputs, budget) => {
        // A chain whose layers come twice: layers alike share a space.
        const { layers } = inputs;
        const twice = [
          ...layers.map((layer) => ({ ...layer, link: layers[layers.length - 1].link })),
          ...layers,
        ];
        const { ways, report } = searchAll({ ...inputs, layers: twice }, { ...OPTIONS, budget });
        if (report === null) return;
        for (const key of ['points', 'evaluated', 'left', 'removedByCapacity'] as const) {
          expect(report.proof[key]).toBe(report.searches.reduce((sum, { proof }) => sum + proof[key], 0));
        }
        const searched = report.searches.flatMap((search) => search.layers);
        expect(searched).toHaveLength(ways.flat().filter((search) => search !== null).length);
        for (const { layers: ids, proof, keeps } of report.searches) {
          for (const id of ids) {
            const at = twice.findIndex(
              ({ problem }, i) => problem.id === id && ways[i][keptIndex(keeps)] !== null,
            );
            expect(ways[at][keptIndex(keeps)]?.proof).toEqual(proof);
          }
        }
        expect(report.searches.length).toBeLessThan(searched.length);
      },
    ),
    { numRuns: 30, seed: 4 },
  );
});

test('the Pareto set of a network is that of all its tensors that may stay and all mappings of their sets', () => {
  let kept = 0;
  fc.assert(
    fc.property(chainOn('zhu2020-x16'), (inputs) => {
      const options = { ...OPTIONS, macros: 16 };
      const { ways, report } = searchAll(inputs, { ...options, objective: 'pareto' });
      if (report?.pareto == null) return;
      let costs: (readonly [energyPj: number, latencyCycles: number])[] = [];
      for (let bits = 0; bits < 2 ** ways.length; bits++) {
        const results = ways.map((_, i) => ((bits >> i) & 1) === 1);
        if (results.some((own, i) => own && inputs.layers[i].link.kind !== 'direct')) continue;
        let sums: typeof costs = [[0, 0]];
        for (const [i, way] of ways.entries()) {
          const found = way[keptIndex({ input: i > 0 && results[i - 1], results: results[i] })]?.found ?? [];
          sums = sums.flatMap(([energy, time]) =>
            found.map(({ cost }) => [energy + cost.energyPj, time + cost.latencyCycles] as const),
          );
        }
        costs = costs.concat(sums);
      }
      fc.pre(costs.length < 3000);
      const front = costs.filter(
        ([energy, time]) => !costs.some(([e, t]) => e <= energy && t <= time && (e < energy || t < time)),
      );
      const shown = report.pareto.map(({ energyPj, latencyCycles }) => `${energyPj} ${latencyCycles}`);
      expect(shown.toSorted()).toEqual([...new Set(front.map((one) => one.join(' ')))].sort());
      for (const { energyPj, choice } of report.pareto) {
        const own = report.layers.map(({ pareto }, i) => pareto![choice[i]]);
        expect(own.reduce((sum, { cost }) => sum + cost.energyPj, 0)).toBe(energyPj);
        for (const [i, { keeps }] of own.entries())
          expect(keeps.input).toBe(i > 0 && own[i - 1].keeps.results);
      }
      // The best by another objective is not better than the whole set.
      const edp = searchAll(inputs, options).report?.alternatives[0].total;
      expect(
        report.pareto.some(
          ({ energyPj, latencyCycles }) => energyPj <= edp!.energyPj && latencyCycles <= edp!.latencyCycles,
        ),
      ).toBe(true);
      if (report.mapping.layers.some(({ keeps }) => keeps?.results)) kept++;
      for (const { why } of report.links) expect(why).not.toBe('not asked for');
    }),
    { numRuns: 30, seed: 5 },
  );
  expect(kept).toBeGreaterThan(5);
});
