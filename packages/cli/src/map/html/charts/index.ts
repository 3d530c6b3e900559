import { bestAgainstRandom } from './best-against-random.ts';
import { busyTiers } from './busy-tiers.ts';
import { energyAgainstTime } from './energy-against-time.ts';
import { energyByPart } from './energy-by-part.ts';
import { intervals } from './intervals.ts';
import type { MappingChartBuilder } from './mapping-chart.ts';
import { roofline } from './roofline.ts';
import { searchFunnel } from './search-funnel.ts';
import { trafficByTier } from './traffic-by-tier.ts';

/** Charts of a mapping by the part of the page that shows them. A new chart is one file and one entry here. */
export const mappingCharts = {
  costs: [trafficByTier, energyByPart, busyTiers, roofline],
  quality: [searchFunnel, bestAgainstRandom, energyAgainstTime],
  certainty: [intervals],
} as const satisfies Readonly<Record<string, readonly MappingChartBuilder[]>>;
