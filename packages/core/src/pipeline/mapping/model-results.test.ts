import { describe, expect, it } from 'vitest';
import { TallyError } from '../../diagnostics/index.ts';
import type { Model } from '../../model/model.ts';
import { chipPreset, systemPreset, techPreset } from '../../presets/index.ts';
import { operatingPoint } from '../../chip/index.ts';
import { lower } from '../../quantize/index.ts';
import { randomModel, withNormalizedQuantizers } from '../../testing/index.ts';
import { networkInputs, type MappingInputs } from './inputs.ts';
import type { PricedSystem } from './prices.ts';
import { modelInputs } from './shapes.ts';

const hashed = { name: 'x', hash: '0' };
const common = { toolVersion: '0', target: { network: hashed, chip: hashed, system: hashed }, batch: 2 };

function priced(name: string): PricedSystem {
  const chip = chipPreset(name);
  return {
    chip,
    system: systemPreset(name),
    tech: techPreset('zhu2020-65nm'),
    ...operatingPoint(chip, 'peak-efficiency'),
  };
}

/**
 * What a mapping depends on: reasons of blocked links are in the words of graph or network. Behind a pool of joined values lowering
 * charges each layer with its own comparisons, the model the first with all of them: there their sum counts.
 */
function facts({ layers }: MappingInputs, areJoined: boolean) {
  const total = layers.reduce((sum, { activity }) => sum + activity.thresholdComparisons, 0);
  return layers.map(({ problem, activity, link }) => ({
    problem,
    matches: activity.matches,
    comparisons: areJoined ? total : activity.thresholdComparisons,
    link: link.kind,
  }));
}

/** The model's shapes and the integer network lowered from it; null where the chip cannot hold it. */
function both(system: PricedSystem, model: Model): readonly [MappingInputs, MappingInputs] | null {
  const network = lower(model);
  try {
    return [
      modelInputs(system, { ...common, model }),
      networkInputs(system, { ...common, network, run: null }),
    ];
  } catch (error) {
    if (error instanceof TallyError) return null;
    throw error;
  }
}

/** Codes that are clipped before they are read, which no exporter writes: lowering makes comparisons of that unless they change nothing. */
function clipsCodes({ graph }: Model): boolean {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const moves = ['max-pool', 'pad', 'slice', 'upsample', 'flatten'];
  const isCodes = (id: string): boolean => {
    const node = nodes.get(id);
    if (node === undefined || node.kind === 'quantize') return true;
    if (node.kind === 'concat') return node.inputs.some(isCodes);
    return 'input' in node && moves.includes(node.kind) && isCodes(node.input);
  };
  return graph.nodes.some(
    (node) =>
      (node.kind === 'relu' ||
        node.kind === 'leaky-relu' ||
        node.kind === 'clip' ||
        node.kind === 'quantize') &&
      isCodes(node.input),
  );
}

describe('a model to be mapped', () => {
  it.each([1, 2])(
    'is the network that it lowers to where batch norms, of variance %d, follow all there is',
    (variance) => {
      const system = priced('zhu2020-w3a3');
      let compared = 0;
      for (let seed = 0; seed < 400; seed++) {
        const drawn = randomModel(seed, { residual: seed % 2 === 0, leaky: seed % 4 > 1 });
        const model = withNormalizedQuantizers(drawn, { gain: 2, offset: 0, variance });
        const inputs = clipsCodes(drawn) ? null : both(system, model);
        if (inputs === null) continue;
        const areJoined = model.graph.nodes.some(({ kind }) => kind === 'concat');
        const [ofModel, ofNetwork] = inputs.map((one) => facts(one, areJoined));
        expect(ofModel, `seed ${seed}`).toEqual(ofNetwork);
        compared += ofModel.filter(({ comparisons }) => comparisons > 0).length;
      }
      expect(compared).toBeGreaterThan(100);
    },
  );

  it.each(['zhu2020', 'zhu2020-w3a3', 'lsq-w3a3'])('is the network that it lowers to, on %s', (name) => {
    const system = priced(name);
    const seen = { layers: 0, codes: 0, direct: 0, compared: 0 };
    for (let seed = 0; seed < 600; seed++) {
      const model = randomModel(seed, {
        residual: seed % 2 === 0,
        leaky: seed % 4 > 1,
        upsamples: seed % 3 === 0,
      });
      const inputs = clipsCodes(model) ? null : both(system, model);
      if (inputs === null) continue;
      const areJoined = model.graph.nodes.some(({ kind }) => kind === 'concat');
      const [ofModel, ofNetwork] = inputs.map((one) => facts(one, areJoined));
      expect(ofModel, `seed ${seed}`).toEqual(ofNetwork);
      for (const { problem, comparisons, link } of ofModel) {
        seen.layers++;
        if (problem.resultBits <= 3) seen.codes++;
        if (comparisons > 0) seen.compared++;
        if (link === 'direct') seen.direct++;
      }
    }
    for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(40);
  });
});
