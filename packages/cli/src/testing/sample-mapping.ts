import { fileURLToPath } from 'node:url';
import { executeMap, type MapRequest, type MapResults } from '../map/run.ts';

const model = fileURLToPath(new URL('../../../../models/resnet8-w3a2.tally', import.meta.url));

/** A mapping of the small ResNet that comes with the repository, as `tally map` makes it. */
export function sampleMapping(options: Partial<MapRequest> = {}): Promise<MapResults> {
  return executeMap({
    network: model,
    chip: 'zhu2020',
    system: 'zhu2020-x16',
    tech: 'zhu2020-65nm',
    point: 'peak-efficiency',
    batch: 1,
    run: null,
    objective: 'pareto',
    dataflow: null,
    maxAreaMm2: null,
    budget: null,
    keep: true,
    compare: true,
    threads: 1,
    replay: null,
    sample: { samples: 40, seed: 1 },
    outputs: { mapping: null, json: null, searchJson: null, counts: null, timeloop: null, html: null },
    ...options,
  });
}
