import { percent } from '../../terminal/number.ts';
import type { ChartBuilder } from '../chart.ts';
import { levelHistogram } from './level-histogram.ts';

/** How often each weight digit level occurs in each layer. */
export const weightLevels: ChartBuilder = (report) =>
  levelHistogram(
    report.layers.map(({ id, weightLevels: { minLevel, counts } }) => ({ layer: id, minLevel, counts })),
    {
      id: 'weight-levels',
      title: 'Weight levels',
      caption: `Levels of the weight digits of each layer. ${percent(report.total.weightSparsity)} of the weight digits are zero.`,
      axis: 'weight digit level',
    },
  );
