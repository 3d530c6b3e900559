import { digitPlan, chipFormats, type Chip } from '../../chip/index.ts';
import { fail } from '../../diagnostics/index.ts';
import type { MappingProblem, MappingTarget, WindowAxis } from '../../mapping/index.ts';
import type { Model, ModelConvNode } from '../../model/model.ts';
import { valueShapes } from '../../model/shapes.ts';
import type { CodeFormat } from '../../network/codes.ts';
import { exactBatchNormChannels } from '../../quantize/index.ts';
import {
  activityAt,
  assumedMatches,
  hostNotes,
  pricedMachine,
  type LayerToMap,
  type MappingInputs,
} from './inputs.ts';
import { isMac, modelResults, type MacModelNode, type ModelResults } from './model-results.ts';
import type { PricedSystem } from './prices.ts';

function windowAxis(
  node: ModelConvNode,
  input: readonly number[],
  output: readonly number[],
  axis: 0 | 1,
  isPadded: boolean,
): WindowAxis {
  const [before, after] = [node.padding[axis], node.padding[axis + 2]];
  return {
    outputs: output[axis + 1],
    inputs: input[axis + 1] + (isPadded ? before + after : 0),
    taps: node.kernel[axis],
    stride: node.stride[axis],
    dilation: node.dilation[axis],
    padding: isPadded ? 0 : before,
  };
}

const ONE_PIXEL: WindowAxis = { outputs: 1, inputs: 1, taps: 1, stride: 1, dilation: 1, padding: 0 };

function problemOf(
  node: MacModelNode,
  results: ModelResults,
  shapes: ReadonlyMap<string, readonly number[]>,
  chip: Chip,
  batch: number,
): MappingProblem {
  const formats = chipFormats(chip);
  const weight: CodeFormat = node.weightQuantizer?.format ?? formats.weight;
  const bits = results.activationBits(node);
  const plan = digitPlan(formats, weight, bits);
  const input = shapes.get(node.input) ?? [];
  const output = shapes.get(node.id) ?? [];
  const groups = node.kind === 'conv' ? node.groups : 1;
  const isPadded = results.padsAtHost(node);
  return {
    kind: 'mapping-problem',
    id: node.id,
    batch,
    groups,
    outputs: output[0] / groups,
    channels: input[0] / groups,
    rows: node.kind === 'conv' ? windowAxis(node, input, output, 0, isPadded) : ONE_PIXEL,
    columns: node.kind === 'conv' ? windowAxis(node, input, output, 1, isPadded) : ONE_PIXEL,
    weightDigits: plan.weightDigits,
    activationDigits: plan.activationDigits,
    weightBits: weight.bits,
    activationBits: bits,
    resultBits: results.resultBits(node.id),
  };
}

/** What {@link modelInputs} needs beside the priced system. */
export interface ModelInputs {
  readonly toolVersion: string;
  readonly model: Model;
  readonly target: MappingTarget;
  readonly batch: number;
}

/**
 * The shapes of a model, ready to be mapped as the integer network that lowering would make of it. Layers without quantizers are taken as
 * if they had those of the chip's formats.
 *
 * @throws TallyError `no-mac-layers`, `system-of-another-chip`, and what is wrong with the model's shapes
 */
export function modelInputs(
  priced: PricedSystem,
  { toolVersion, model, target, batch }: ModelInputs,
): MappingInputs {
  const { chip, tech } = priced;
  const { graph } = model;
  const weightShapes = new Map([...model.parameters].map(([name, { shape }]) => [name, shape]));
  const shapes = valueShapes(graph, weightShapes);
  const nodes = graph.nodes.filter(isMac);
  if (nodes.length === 0) {
    fail(
      'no-mac-layers',
      graph.name,
      'has no conv or fully-connected node',
      'give a network with layers to map',
    );
  }
  const matches = assumedMatches(tech);
  const results = modelResults(graph, shapes, chip, (norm) => exactBatchNormChannels(norm, model.parameters));
  const layers = nodes.map((node, i): LayerToMap => {
    const problem = problemOf(node, results, shapes, chip, batch);
    return {
      problem,
      activity: activityAt(problem, matches, results.comparisons(node.id)),
      link: results.link(node.id, nodes.at(i + 1)?.id),
    };
  });
  return {
    toolVersion,
    priced,
    machine: pricedMachine(priced),
    target,
    batch,
    matches,
    layers,
    notes: [
      `Only shapes are used: layers without quantizers are taken as ${chip.formats.weight.bits.value}-bit weights and ` +
        `${chip.formats.activation.bits.value}-bit activations, the formats of chip '${chip.name}'.`,
      ...hostNotes(
        layers.map(({ problem }) => problem),
        chip.limits.accumulatorBits.value,
      ),
    ],
  };
}
