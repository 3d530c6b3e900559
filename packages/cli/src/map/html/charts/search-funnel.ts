import * as Plot from '@observablehq/plot';
import type { MappingSearchReport } from '@tally/core';
import { WIDE_CHART_WIDTH } from '../../../html/chart.ts';
import { ACCENT, QUIET } from '../../../html/palette.ts';
import { marginFor } from '../../../html/scale.ts';
import { grouped, rough } from '../../../terminal/number.ts';
import { REMOVED } from '../../proof-text.ts';
import { powers } from './log-axis.ts';
import type { MappingChartBuilder } from './mapping-chart.ts';

interface Stage {
  readonly name: string;
  /** Mappings that are still to be looked at after it. */
  readonly left: number;
}

/** What is left of the space after each part of the proof, parts that removed nothing left out. */
export function stagesOf({ proof }: Pick<MappingSearchReport, 'proof'>): readonly Stage[] {
  const stages: Stage[] = [{ name: 'all mappings', left: proof.points }];
  let { points: left } = proof;
  for (const [key, , name] of REMOVED) {
    left -= proof[key];
    if (proof[key] > 0) stages.push({ name, left });
  }
  if (proof.left > 0)
    return [...stages, { name: 'evaluated before the budget ended', left: proof.evaluated }];
  const last = stages[stages.length - 1];
  return [...stages.slice(0, -1), { ...last, name: `${last.name}: evaluated` }];
}

/** How the search space shrinks to the mappings whose cost was worked out. */
export const searchFunnel: MappingChartBuilder = ({ search }) => {
  if (search === null) return null;
  const stages = stagesOf(search);
  const { proof } = search;
  const domain = [0.5, Math.max(10, proof.points)] as const;
  return {
    id: 'search-funnel',
    title: 'What the search had to look at',
    caption:
      `Of ${grouped(proof.points)} mappings, ${grouped(proof.evaluated)} had to be evaluated, one in ${rough(proof.points / Math.max(1, proof.evaluated))}; ` +
      (proof.left === 0
        ? 'bounds prove of all others that they do not fit or are not better.'
        : `the budget left ${grouped(proof.left)} unseen.`),
    legend: [],
    wide: true,
    plot: {
      width: WIDE_CHART_WIDTH,
      height: 50 + 24 * stages.length,
      marginLeft: marginFor(stages.map(({ name }) => name)),
      marginRight: 120,
      x: {
        type: 'log',
        domain: [...domain],
        label: 'mappings left',
        grid: true,
        ticks: [...powers(domain)],
        tickFormat: (value: number) => grouped(value),
      },
      y: { label: null, tickSize: 0, domain: stages.map(({ name }) => name) },
      marks: [
        Plot.barX(stages, {
          x1: domain[0],
          x2: ({ left }: Stage) => Math.max(left, domain[0]),
          y: 'name',
          fill: ({ name }: Stage) => (name === stages.at(-1)?.name ? ACCENT : QUIET),
          insetTop: 3,
          insetBottom: 3,
        }),
        Plot.text(stages, {
          x: ({ left }: Stage) => Math.max(left, domain[0]),
          y: 'name',
          text: ({ left }: Stage) => grouped(left),
          textAnchor: 'start',
          dx: 6,
        }),
      ],
    },
    data: {
      columns: ['after', 'mappings left'],
      rows: stages.map(({ name, left }) => [name, left]),
    },
  };
};
