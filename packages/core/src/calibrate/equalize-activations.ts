import { inputsOf, type FloatTensor, type Model, type ModelGraph, type ModelNode } from '../model/model.ts';
import { nonNegativeValues, quantizedGraph, type Precision } from '../train/index.ts';
import { activationStep } from './activation-steps.ts';
import {
  aroundOne,
  divideMade,
  inputChannel,
  isLayer,
  layerMaker,
  multiplyRead,
  normMaker,
  parameterOf,
  readersOf,
  sharedParameters,
  type Layer,
  type Maker,
} from './channel-scales.ts';
import type { ValueHistogram } from './histogram.ts';

/** A value whose channels can be rescaled for the layers that read it. */
export interface EqualizableValue {
  readonly value: string;
  readonly layers: readonly string[];
  /** Codes of the quantizer through which they read it; the fewest where there are several. */
  readonly levels: number;
  /** Where the scales go; null: into a batch norm of its own, since a residual path reads the value as it is. */
  readonly maker: Maker | null;
}

/** What {@link equalizableValues} found. */
export interface Equalizable {
  readonly values: readonly EqualizableValue[];
  readonly remarks: readonly string[];
}

/** A value that was rescaled. */
export interface EqualizedValue {
  readonly value: string;
  readonly layers: readonly string[];
  /** Id of the batch norm or layer that took the scales. */
  readonly maker: string;
  /** Whether that batch norm was put in. */
  readonly inserted: boolean;
  /** Factor by which each channel is divided. */
  readonly scales: Float32Array;
}

/** What {@link equalizedActivations} made. */
export interface EqualizedActivations {
  readonly model: Model;
  readonly values: readonly EqualizedValue[];
}

/** No channel is rescaled by more: what was hardly seen on the images is no measure. */
const LARGEST_SCALE = 8;

/** f(s x) = s f(x) for every s > 0, channel by channel. */
function isHomogeneous(node: ModelNode): boolean {
  switch (node.kind) {
    case 'relu':
    case 'leaky-relu':
    case 'max-pool':
    case 'average-pool':
    case 'upsample':
      return true;
    case 'pad':
      return node.codes === null && node.before[0] === 0 && node.after[0] === 0;
    default:
      return false;
  }
}

type Origin =
  | { readonly kind: 'maker'; readonly maker: Maker }
  | { readonly kind: 'addition' | 'pool' | 'other' }
  | { readonly kind: 'clip'; readonly id: string };

/** What a value's channels come from, and whether anything but the layers reads them on the way. */
function originOf(graph: ModelGraph, value: string): { readonly origin: Origin; readonly alone: boolean } {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  let alone = value !== graph.output && readersOf(graph, value).every(isLayer);
  let node = byId.get(value);
  while (node !== undefined && isHomogeneous(node)) {
    const [input] = inputsOf(node);
    alone &&= input !== graph.output && readersOf(graph, input).length === 1;
    node = byId.get(input);
  }
  if (node === undefined) return { origin: { kind: 'other' }, alone };
  if (node.kind === 'batch-norm') return { origin: { kind: 'maker', maker: normMaker(node) }, alone };
  if (isLayer(node)) return { origin: { kind: 'maker', maker: layerMaker(node) }, alone };
  if (node.kind === 'global-average-pool') return { origin: { kind: 'pool' }, alone };
  if (node.kind === 'add') return { origin: { kind: 'addition' }, alone };
  if (node.kind === 'clip') return { origin: { kind: 'clip', id: node.id }, alone };
  return { origin: { kind: 'other' }, alone };
}

/** Whether a value is flattened from one that is not the network's input. */
function flattens(graph: ModelGraph, value: string): boolean {
  const node = graph.nodes.find(({ id }) => id === value);
  return node?.kind === 'flatten' && node.input !== 'input';
}

/** Whether an addition reads a value, through whatever is no layer. */
function feedsAddition(graph: ModelGraph, value: string): boolean {
  const reached = new Set([value]);
  for (const id of reached) {
    for (const node of readersOf(graph, id)) {
      if (node.kind === 'add') return true;
      if (!isLayer(node)) reached.add(node.id);
    }
  }
  return false;
}

/**
 * The values whose channels {@link equalizedActivations} can rescale: what layers read, made by a batch norm or a layer for them
 * alone, or a residual path. The network's input, values behind a clip, concatenations, and what is flattened or pooled to one pixel
 * before a layer reads it are left alone.
 *
 * @param precision that the network will have: it says how many codes a value gets.
 */
export function equalizableValues({ graph }: Model, precision: Precision): Equalizable {
  const shared = sharedParameters(graph);
  const quantizers = quantizedGraph(graph, graph.name, precision).nodes.filter(
    (node) => node.kind === 'quantize',
  );
  const values: EqualizableValue[] = [];
  const remarks: string[] = [];
  for (const value of new Set(graph.nodes.filter(isLayer).map(({ input }) => input))) {
    const levels = Math.min(...quantizers.filter(({ input }) => input === value).map(({ levels }) => levels));
    if (levels === Infinity) {
      // Codes as they are, the network's input, or quantized before a flatten, where the layer's columns are pixels of channels.
      if (flattens(graph, value)) remarks.push(`'${value}' is not equalised: a flatten makes it`);
      continue;
    }
    const layers = readersOf(graph, value).filter(isLayer);
    const { origin, alone } = originOf(graph, value);
    const isResidual = origin.kind === 'addition' || feedsAddition(graph, value);
    if (origin.kind === 'clip' && !isResidual) {
      remarks.push(`'${value}' is not equalised: the clip '${origin.id}' has one bound for all channels`);
      continue;
    }
    const maker = origin.kind === 'maker' && alone ? origin.maker : null;
    if (maker === null && !isResidual) {
      if (origin.kind === 'pool') remarks.push(`'${value}' is not equalised: a global average pool makes it`);
      continue;
    }
    if ([...(maker?.rows ?? []), ...layers.map(({ weight }) => weight)].some((name) => shared.has(name))) {
      remarks.push(`'${value}' is not equalised: other nodes share the parameters that would be rescaled`);
      continue;
    }
    values.push({ value, layers: layers.map(({ id }) => id), levels, maker });
  }
  return { values, remarks };
}

/** Root of the sum of the squared weights that read each channel. */
function readNorms(
  layers: readonly Layer[],
  parameters: ReadonlyMap<string, FloatTensor>,
  channels: number,
): Float64Array {
  const squares = new Float64Array(channels);
  for (const layer of layers) {
    const weight = parameterOf(parameters, layer.weight);
    const channelOf = inputChannel(layer, weight.shape, channels);
    weight.data.forEach((value, index) => {
      squares[channelOf(index)] += value * value;
    });
  }
  return squares.map(Math.sqrt);
}

/** The step of least squared error of each channel; 0 where only zeros were seen. They will share one zero point, so that one is taken for all. */
function channelSteps(seen: readonly ValueHistogram[], levels: number, path: string): readonly number[] {
  const zeroPoint = seen.every(({ min }) => min >= 0) ? 0 : Math.floor(levels / 2);
  return seen.map((histogram, c) =>
    histogram.min === 0 && histogram.max === 0
      ? 0
      : activationStep(histogram, levels, zeroPoint, 2, `${path}[${c}]`).step,
  );
}

/** A frozen batch norm that divides each channel by its scale, and does nothing else. */
function addNorm(
  parameters: Map<string, FloatTensor>,
  id: string,
  input: string,
  scales: Float32Array,
): ModelNode {
  const add = (field: string, make: (channel: number) => number): string => {
    const name = `${id}.${field}`;
    parameters.set(name, { shape: [scales.length], data: Float32Array.from(scales, (_, c) => make(c)) });
    return name;
  };
  const gamma = add('gamma', (c) => 1 / scales[c]);
  const [beta, mean, variance] = [add('beta', () => 0), add('mean', () => 0), add('variance', () => 1)];
  return { kind: 'batch-norm', id, input, gamma, beta, mean, variance, epsilon: 0, frozen: true };
}

/**
 * Activation equalisation: channel i of a value is divided by s_i where it is made and the weights that
 * read it are multiplied by s_i, with s_i = sqrt(r_i / w_i), r_i the channel's own step of least squared error and w_i the
 * root of the sum of the squared weights that read it. Each channel then comes nearer to using all codes of the one step that
 * they share, as with a step per channel, and weights grow no more uneven than activations (the even split of SmoothQuant, Xiao et al.,
 * ICML 2023, section 4). The network's function does not change, up to float32 rounding.
 *
 * The thresholds that make codes are per channel in any case, so that this costs a macro nothing: on a residual path, which others
 * read as it is, the scales go into a batch norm in front of the quantizer, and it ends in these thresholds.
 *
 * Channels that no image reached, or no weight reads, keep their scale; scales are between 1/8 and 8.
 *
 * @param histograms per channel, by value.
 * @throws TallyError as `activationStep`.
 */
export function equalizedActivations(
  parent: Model,
  values: readonly EqualizableValue[],
  histograms: ReadonlyMap<string, readonly ValueHistogram[]>,
): EqualizedActivations {
  const { graph } = parent;
  const parameters = new Map(parent.parameters);
  const nonNegative = nonNegativeValues(graph);
  const ids = new Set(graph.nodes.map(({ id }) => id));
  const freshId = (wanted: string): string => {
    let id = wanted;
    for (let count = 2; ids.has(id) || parameters.has(`${id}.gamma`); count++) id = `${wanted}${count}`;
    ids.add(id);
    return id;
  };
  const made: EqualizedValue[] = [];
  /** What the layers that read a value read instead, and the nodes that make it. */
  const inserted = new Map<string, { readonly id: string; readonly nodes: readonly ModelNode[] }>();
  for (const { value, layers, levels, maker } of values) {
    const seen = histograms.get(value);
    if (seen === undefined) throw new Error(`no histograms of '${value}'`);
    const readers = graph.nodes.filter(isLayer).filter(({ id }) => layers.includes(id));
    const norms = readNorms(readers, parameters, seen.length);
    const steps = channelSteps(seen, levels, `model.${graph.name}.${value}`);
    const scales = aroundOne(steps.map((step, c) => Math.sqrt(step / norms[c])))?.map((scale) =>
      Math.min(LARGEST_SCALE, Math.max(1 / LARGEST_SCALE, scale)),
    );
    if (scales === undefined) continue;
    for (const layer of readers) multiplyRead(parameters, layer, scales);
    if (maker !== null) {
      divideMade(parameters, maker, scales);
      made.push({ value, layers, maker: maker.id, inserted: false, scales });
      continue;
    }
    const id = freshId(`${value}.equalized`);
    const norm = addNorm(parameters, id, value, scales);
    // What cannot be negative stays so, and needs no zero point.
    const relu: ModelNode | null = nonNegative.has(value)
      ? { kind: 'relu', id: freshId(`${id}.relu`), input: id }
      : null;
    inserted.set(value, { id: relu?.id ?? id, nodes: relu === null ? [norm] : [norm, relu] });
    made.push({ value, layers, maker: id, inserted: true, scales });
  }
  const waiting = new Set(inserted.keys());
  const nodes = graph.nodes.flatMap((node): readonly ModelNode[] => {
    const instead = isLayer(node) ? inserted.get(node.input) : undefined;
    if (instead === undefined) return [node];
    const before = waiting.delete(inputsOf(node)[0]) ? instead.nodes : [];
    return [...before, { ...node, input: instead.id } as ModelNode];
  });
  return { model: { graph: { ...graph, nodes }, parameters }, values: made };
}
