import { grouped, percent } from '../../terminal/number.ts';
import type { ChartBuilder } from '../chart.ts';
import { levelHistogram } from './level-histogram.ts';

/** How often each activation digit level entered each layer, over all images. */
export const activationLevels: ChartBuilder = (report) =>
  levelHistogram(
    report.layers.map(({ id, activationLevels: counts }) => ({ layer: id, minLevel: 0, counts })),
    {
      id: 'activation-levels',
      title: 'Activation levels',
      caption: `Levels of the activation digits that enter each layer, over ${grouped(report.images)} images. ${percent(report.total.activationSparsity)} of the activation digits are zero.`,
      axis: 'activation digit level',
    },
  );
