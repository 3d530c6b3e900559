import { digitPlan, chipFormats, type Chip } from '../../chip/index.ts';
import { fail } from '../../diagnostics/index.ts';
import type { MappingProblem, MappingTarget, WindowAxis } from '../../mapping/index.ts';
import type { Model, ModelConvNode, ModelFullyConnectedNode, ModelGraph } from '../../model/model.ts';
import { valueShapes } from '../../model/shapes.ts';
import type { CodeFormat } from '../../network/codes.ts';
import { activityAt, assumedMatches, pricedMachine, type LayerToMap, type MappingInputs } from './inputs.ts';
import type { LayerLink } from './links.ts';
import type { PricedSystem } from './prices.ts';

type MacModelNode = ModelConvNode | ModelFullyConnectedNode;

function isMac(node: ModelGraph['nodes'][number]): node is MacModelNode {
  return node.kind === 'conv' || node.kind === 'fully-connected';
}

/** Inputs of any node of a model. */
function inputsOf(node: ModelGraph['nodes'][number]): readonly string[] {
  return 'inputs' in node ? node.inputs : [node.input];
}

/** Bits of what a layer reads: of the network's input, of the quantizer that makes it (through what moves or pools codes), else the chip's. */
function activationBits(graph: ModelGraph, node: MacModelNode, chip: Chip): number {
  const nodes = new Map(graph.nodes.map((one) => [one.id, one]));
  let above = nodes.get(node.input);
  while (above !== undefined && ['flatten', 'max-pool', 'pad', 'slice', 'relu'].includes(above.kind)) {
    above = nodes.get(inputsOf(above)[0] ?? '');
  }
  if (above === undefined) return graph.input.bits;
  return above.kind === 'quantize' ? above.bits : chip.formats.activation.bits.value;
}

/** Nodes that are computed with a layer's results on the way to codes: the lowering makes thresholds of them. */
const FOLDED = ['batch-norm', 'relu', 'clip', 'quantize'];

/** The next layer when nothing else reads this layer's results, and why not otherwise. */
function linkOf(graph: ModelGraph, id: string, next: string | undefined): LayerLink {
  let at = id;
  for (;;) {
    const readers = graph.nodes.filter((node) => inputsOf(node).includes(at));
    if (readers.length === 0) return { kind: 'blocked', why: 'the results leave the network' };
    if (readers.length > 1) return { kind: 'blocked', why: 'a shortcut reads the results too' };
    const [reader] = readers;
    if (isMac(reader)) {
      return reader.id === next
        ? { kind: 'direct' }
        : {
            kind: 'blocked',
            why: `${next ?? 'nothing'} is computed before ${reader.id}, which reads the results`,
          };
    }
    if (reader.kind === 'add') return { kind: 'blocked', why: 'the host adds a shortcut to the results' };
    if (!FOLDED.includes(reader.kind) && reader.kind !== 'flatten')
      return { kind: 'blocked', why: `the host makes a ${reader.kind} of the results` };
    at = reader.id;
  }
}

function windowAxis(
  node: ModelConvNode,
  input: readonly number[],
  output: readonly number[],
  axis: 0 | 1,
): WindowAxis {
  return {
    outputs: output[axis + 1],
    inputs: input[axis + 1],
    taps: node.kernel[axis],
    stride: node.stride[axis],
    dilation: node.dilation[axis],
    padding: node.padding[axis],
  };
}

const ONE_PIXEL: WindowAxis = { outputs: 1, inputs: 1, taps: 1, stride: 1, dilation: 1, padding: 0 };

function problemOf(
  graph: ModelGraph,
  node: MacModelNode,
  shapes: ReadonlyMap<string, readonly number[]>,
  chip: Chip,
  batch: number,
): MappingProblem {
  const formats = chipFormats(chip);
  const weight: CodeFormat = node.weightQuantizer?.format ?? formats.weight;
  const bits = activationBits(graph, node, chip);
  const plan = digitPlan(formats, weight, bits);
  const input = shapes.get(node.input) ?? [];
  const output = shapes.get(node.id) ?? [];
  const groups = node.kind === 'conv' ? node.groups : 1;
  // Results that a sum or the output needs whole leave as sums, all others as codes of the chip's activations.
  const folded = graph.nodes.some((one) => one.kind !== 'add' && inputsOf(one).includes(node.id));
  return {
    kind: 'mapping-problem',
    id: node.id,
    batch,
    groups,
    outputs: output[0] / groups,
    channels: input[0] / groups,
    rows: node.kind === 'conv' ? windowAxis(node, input, output, 0) : ONE_PIXEL,
    columns: node.kind === 'conv' ? windowAxis(node, input, output, 1) : ONE_PIXEL,
    weightDigits: plan.weightDigits,
    activationDigits: plan.activationDigits,
    weightBits: weight.bits,
    activationBits: bits,
    resultBits: folded ? chip.formats.activation.bits.value : chip.limits.accumulatorBits.value,
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
 * The shapes of a model, ready to be mapped as if it were quantized: layers without quantizers take the bits of the chip, results leave
 * as codes but for those that nothing but a sum reads.
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
  const layers = nodes.map((node, i): LayerToMap => {
    const problem = problemOf(graph, node, shapes, chip, batch);
    const results = problem.groups * problem.outputs * problem.rows.outputs * problem.columns.outputs;
    const comparisons =
      problem.resultBits === chip.formats.activation.bits.value ? results * (2 ** problem.resultBits - 1) : 0;
    return {
      problem,
      activity: activityAt(problem, matches, comparisons),
      link: linkOf(graph, node.id, nodes.at(i + 1)?.id),
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
    ],
  };
}
