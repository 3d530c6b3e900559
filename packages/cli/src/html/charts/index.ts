import type { ChartBuilder } from '../chart.ts';
import { activationLevels } from './activation-levels.ts';
import { classMatches } from './class-matches.ts';
import { cyclesByLayer } from './cycles-by-layer.ts';
import { dataflowAccesses } from './dataflow-accesses.ts';
import { energyByComponent } from './energy-by-component.ts';
import { energyByLayer } from './energy-by-layer.ts';
import { multiplicationsByScheme } from './multiplications-by-scheme.ts';
import { sparsityByLayer } from './sparsity-by-layer.ts';
import { weightLevels } from './weight-levels.ts';

/** A part of the page: a question, and the charts that answer it. */
export interface ChartSection {
  readonly title: string;
  readonly charts: readonly ChartBuilder[];
}

/** Every chart of the report, in the order of the page. A new chart is one file and one entry here. */
export const chartSections: readonly ChartSection[] = [
  { title: 'What counting saves', charts: [multiplicationsByScheme, classMatches] },
  { title: 'Where the energy goes', charts: [energyByComponent, energyByLayer] },
  { title: 'What is skipped, what takes time', charts: [sparsityByLayer, cyclesByLayer] },
  { title: 'What the data look like', charts: [activationLevels, weightLevels] },
  { title: 'What moves', charts: [dataflowAccesses] },
];
