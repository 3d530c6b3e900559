import { uniformStream } from '../../energy/sampling.ts';
import { fail } from '../../diagnostics/index.ts';
import { findMappingDataflow, layerSpace, sampleLayer } from '../../mapping/index.ts';
import type { MappingSample } from '../../report/index.ts';
import type { MappingInputs } from './inputs.ts';
import { mappingPrices } from './prices.ts';
import type { MappingSearchOptions } from './search.ts';

/** How mappings are drawn; the same options give the same sample to the last bit. */
export interface MappingSampleOptions extends Pick<MappingSearchOptions, 'dataflow' | 'macros'> {
  /** Whole number, 0 or more. */
  readonly seed: number;
  /** Per layer, 0 to 1,000,000. */
  readonly samples: number;
}

const MOST_SAMPLES = 1_000_000;

/**
 * Mappings of each layer drawn at random from the space that is searched, priced like the best.
 *
 * @throws TallyError `mapping-samples`, `mapping-seed`
 */
export function sampleMappings(inputs: MappingInputs, options: MappingSampleOptions): MappingSample {
  const { seed, samples, dataflow, macros } = options;
  if (!Number.isInteger(samples) || samples < 0 || samples > MOST_SAMPLES) {
    fail('mapping-samples', 'samples', `is ${samples}`, `give a whole number from 0 to ${MOST_SAMPLES}`);
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    fail('mapping-seed', 'seed', `is ${seed}`, 'give a whole number of 0 or more');
  }
  const dataflows = dataflow === null ? {} : { dataflows: [findMappingDataflow(dataflow)] };
  return {
    seed,
    samples,
    layers: inputs.layers.map(({ problem, activity }) => {
      const space = layerSpace(problem, inputs.machine, { macros, ...dataflows });
      const prices = mappingPrices(inputs.priced, activity);
      const { legal, drawn } = sampleLayer(space, prices, samples, uniformStream(seed, problem.id));
      return { id: problem.id, legal, costs: drawn.map(({ cost }) => cost) };
    }),
  };
}
