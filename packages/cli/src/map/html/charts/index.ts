import { bestAgainstRandom } from './best-against-random.ts';
import { busyTiers } from './busy-tiers.ts';
import { energyAgainstTime } from './energy-against-time.ts';
import { energyByPart } from './energy-by-part.ts';
import type { MappingChartBuilder } from './mapping-chart.ts';
import { roofline } from './roofline.ts';
import { trafficByTier } from './traffic-by-tier.ts';

/** Every chart of a mapping, in the order of the page. A new chart is one file and one entry here. */
export const mappingCharts: readonly MappingChartBuilder[] = [
  trafficByTier,
  energyByPart,
  busyTiers,
  roofline,
  bestAgainstRandom,
  energyAgainstTime,
];
