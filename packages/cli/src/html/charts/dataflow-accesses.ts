import * as Plot from '@observablehq/plot';
import type { DataflowReport } from '@tally/core';
import { significant } from '../../terminal/number.ts';
import { WIDE_CHART_WIDTH, type ChartBuilder } from '../chart.ts';
import { seriesColor } from '../palette.ts';
import { marginFor, rounded, unitFor } from '../scale.ts';

const operands = [
  { key: 'weights', name: 'weights' },
  { key: 'activations', name: 'activations' },
  { key: 'partialSums', name: 'partial sums' },
] as const;

/** Bits moved between memory and macro per image, by dataflow and operand. */
export const dataflowAccesses: ChartBuilder = (report) => {
  const { dataflows } = report.total;
  const names = dataflows.map(({ dataflow }) => dataflow);
  const { factor, unit } = unitFor(Math.max(1, ...dataflows.map(({ memoryBits }) => memoryBits)), 'bit');
  const rows = dataflows.flatMap((flow) =>
    operands.map(({ key, name }) => ({
      dataflow: flow.dataflow,
      operand: name,
      value: flow[key].memoryBits / factor,
    })),
  );
  const energy = (flow: DataflowReport): string => {
    const scaled = unitFor(flow.memoryEnergyPj * 1e-12, 'J');
    return `${significant((flow.memoryEnergyPj * 1e-12) / scaled.factor, 3)} ${scaled.unit}`;
  };
  const sorted = [...dataflows].sort((a, b) => a.memoryBits - b.memoryBits);
  const best = sorted.at(0);
  const worst = sorted.at(-1);
  return {
    id: 'dataflow-accesses',
    title: 'Memory traffic by dataflow',
    caption:
      best === undefined || worst === undefined
        ? 'No dataflow to compare.'
        : `Keeping one operand in the macro decides how often the others move: ${best.dataflow} moves ${significant(worst.memoryBits / best.memoryBits, 2)} times fewer bits than ${worst.dataflow}. Beside each bar: the energy of that traffic, outside the macro.`,
    legend: operands.map(({ name }, index) => ({ name, color: seriesColor(index) })),
    wide: true,
    plot: {
      width: WIDE_CHART_WIDTH,
      height: 54 + 36 * Math.max(1, names.length),
      marginLeft: marginFor(names),
      marginRight: 70,
      x: { label: `moved between memory and macro per image (${unit})`, grid: true, nice: true },
      y: { label: null, tickSize: 0, domain: names },
      color: {
        type: 'categorical',
        domain: operands.map(({ name }) => name),
        range: operands.map((_, index) => seriesColor(index)),
      },
      marks: [
        Plot.barX(rows, { x: 'value', y: 'dataflow', fill: 'operand', insetTop: 4, insetBottom: 4 }),
        Plot.text(dataflows, {
          x: (flow: DataflowReport) => flow.memoryBits / factor,
          y: 'dataflow',
          text: energy,
          textAnchor: 'start',
          dx: 6,
        }),
        Plot.ruleX([0]),
      ],
    },
    data: {
      columns: [
        'dataflow',
        'operand',
        'macro reads',
        'macro writes',
        'memory reads',
        'memory writes',
        `memory (${unit})`,
      ],
      rows: dataflows.flatMap((flow) =>
        operands.map(({ key, name }) => {
          const { macroReads, macroWrites, memoryReads, memoryWrites, memoryBits } = flow[key];
          return [
            flow.dataflow,
            name,
            ...[macroReads, macroWrites, memoryReads, memoryWrites].map((value) => rounded(value, 6)),
            rounded(memoryBits / factor),
          ];
        }),
      ),
    },
  };
};
