import * as Plot from '@observablehq/plot';
import { problemTotals, type AlternativeReport, type MappingReport, type TierTraffic } from '@tally/core';
import { WIDE_CHART_WIDTH } from '../../../html/chart.ts';
import { marginFor, rounded } from '../../../html/scale.ts';
import { rough, si } from '../../../terminal/number.ts';
import { OPERAND_STYLES } from '../names.ts';
import { HALO } from './log-axis.ts';
import type { MappingChartBuilder } from './mapping-chart.ts';

const TIERS: readonly { readonly key: keyof TierTraffic; readonly name: string }[] = [
  { key: 'memoryBits', name: 'memory' },
  { key: 'bufferBits', name: 'buffers' },
  { key: 'deliveredBits', name: 'to and from macros' },
];

type Complete = AlternativeReport & { readonly traffic: NonNullable<AlternativeReport['traffic']> };

function bitsOf({ traffic }: Complete, tier: keyof TierTraffic): number {
  return OPERAND_STYLES.reduce((sum, { operand }) => sum + traffic[operand][tier], 0);
}

/** Memory traffic if every tensor of every layer were read or written once, bits. */
export function eachTensorOnce({ layers }: Pick<MappingReport, 'layers'>): number {
  return layers.reduce((sum, { problem }) => {
    const { weights, activations, results } = problemTotals(problem);
    return (
      sum + weights * problem.weightBits + activations * problem.activationBits + results * problem.resultBits
    );
  }, 0);
}

/** Where a label stands: at the end of its bar, or at the dashed line where that is close beyond it. */
function beyond(bits: number, line: number): number {
  return bits < line && bits > 0.6 * line ? line : bits;
}

/** Bits moved over the network, by alternative, tier and operand. */
export const trafficByTier: MappingChartBuilder = ({ report, search }) => {
  if (search === null) return null;
  const complete = search.alternatives.filter((one): one is Complete => one.traffic !== null);
  const noReuse = complete.find(({ name }) => name === 'no-reuse');
  const drawn = complete.filter(({ name }) => name !== 'no-reuse');
  const best = drawn.at(0);
  if (best === undefined) return null;
  const titles = complete.map(({ title }) => title);
  const once = eachTensorOnce(report);
  // Each tier has its own scale: 1 is the most that is drawn.
  const panels = TIERS.map(({ key, name }) => ({
    key,
    name,
    most: Math.max(...drawn.map((one) => bitsOf(one, key)), 1),
  }));
  const bars = panels.flatMap(({ key, name: tier, most }) =>
    drawn.flatMap((one) =>
      OPERAND_STYLES.map(({ operand, name }) => ({
        tier,
        alternative: one.title,
        operand: name,
        value: one.traffic[operand][key] / most,
      })),
    ),
  );
  const labels = panels.flatMap(({ key, name: tier, most }) =>
    complete
      .filter((one) => one !== noReuse || key === 'memoryBits')
      .map((one) => {
        const bits = bitsOf(one, key);
        const times = bits / bitsOf(best, key);
        const ratio = one === best || !Number.isFinite(times) ? '' : ` · ${rough(times)}×`;
        return {
          tier,
          alternative: one.title,
          value: one === noReuse ? 0 : (key === 'memoryBits' ? beyond(bits, once) : bits) / most,
          text: `${si(bits, 'bit', 3)}${ratio}`,
        };
      }),
  );
  const single = drawn.find(({ name }) => name === search.bestSingleDataflow);
  const times = (other: Complete, tier: keyof TierTraffic): string =>
    rough(bitsOf(other, tier) / bitsOf(best, tier));
  return {
    id: 'traffic-by-tier',
    title: 'What moves, by tier and operand',
    caption:
      `All layers, read and written; every row has its own best tiles and orders. ${best.title}: ${si(bitsOf(best, 'memoryBits'), 'bit', 3)} of memory, where every tensor of every layer once would be ${si(once, 'bit', 3)} (dashed)` +
      (single === undefined
        ? ''
        : `. The best single dataflow, ${single.title.toLowerCase()}, moves ${times(single, 'memoryBits')} times as much there and ${times(single, 'bufferBits')} times as much in the buffers`) +
      (noReuse === undefined
        ? ''
        : `; without any reuse it would be ${times(noReuse, 'memoryBits')} times (no bar: beyond the scale)`) +
      '. Each panel has a scale of its own.',
    legend: OPERAND_STYLES.map(({ name, color }) => ({ name, color })),
    wide: true,
    plot: {
      width: WIDE_CHART_WIDTH,
      height: 44 + 32 * titles.length,
      marginLeft: marginFor(titles),
      marginRight: 0,
      marginTop: 30,
      marginBottom: 8,
      fx: { label: null, domain: panels.map(({ name }) => name), padding: 0.02, axis: null },
      x: { axis: null, domain: [0, 1.75] },
      y: { label: null, tickSize: 0, domain: titles },
      color: {
        type: 'categorical',
        domain: OPERAND_STYLES.map(({ name }) => name),
        range: OPERAND_STYLES.map(({ color }) => color),
      },
      marks: [
        Plot.text(panels, {
          fx: 'name',
          text: 'name',
          frameAnchor: 'top-left',
          dy: -18,
          fontWeight: 600,
        }),
        Plot.barX(bars, {
          fx: 'tier',
          x: 'value',
          y: 'alternative',
          fill: 'operand',
          insetTop: 4,
          insetBottom: 4,
        }),
        Plot.ruleX(
          panels.filter(({ key }) => key === 'memoryBits'),
          { fx: 'name', x: ({ most }: (typeof panels)[number]) => once / most, strokeDasharray: '2 3' },
        ),
        Plot.text(labels, {
          fx: 'tier',
          x: 'value',
          y: 'alternative',
          text: 'text',
          textAnchor: 'start',
          dx: 6,
          ...HALO,
        }),
        Plot.ruleX([0]),
      ],
    },
    data: {
      columns: ['alternative', 'operand', ...TIERS.map(({ name }) => `${name} (Mbit)`)],
      rows: complete.flatMap((one) =>
        OPERAND_STYLES.map(({ operand, name }) => [
          one.title,
          name,
          ...TIERS.map(({ key }) => rounded(one.traffic[operand][key] / 1e6)),
        ]),
      ),
    },
  };
};
