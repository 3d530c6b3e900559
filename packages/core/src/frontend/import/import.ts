import { fail, TallyError, throwIfAny } from '../../diagnostics/index.ts';
import { inputsOf, type Model, type ModelGraph } from '../../model/model.ts';
import { parameterNamesOf } from '../../model/file.ts';
import { INPUT_ID, type Shape } from '../../network/network.ts';
import type { OnnxNode } from '../onnx/graph.ts';
import { printable, quoted } from '../onnx/place.ts';
import type { SimplifiedGraph, ValueType } from '../onnx/simplified.ts';
import { isUsable, type InputAffine } from './input-affine.ts';
import { Importer, placeOf, type ImportRemark } from './importer.ts';
import { isQuantized } from './is-quantized.ts';
import { findImportRule } from './registry.ts';
import { NodeScope } from './scope.ts';
import { countOf, type Activation } from './value.ts';

/** What the file does not say. */
export interface ImportOptions {
  /** Name of the model. */
  readonly name: string;
  /** The file expects (x - mean) / std of pixels x in 0..1, one element per channel (or one for all); null: x itself. */
  readonly normalization: { readonly mean: readonly number[]; readonly std: readonly number[] } | null;
  /** Real value x of one step of a pixel code, default 1/255. */
  readonly inputScale?: number;
  /** Width of the pixel codes, default 8. */
  readonly inputBits?: number;
}

/** A network from an ONNX file. */
export interface ImportedNetwork {
  readonly model: Model;
  /** Model node by name of the ONNX value that has the same real values (batch of one). */
  readonly places: ReadonlyMap<string, string>;
  /** Every conv and fully connected layer reads codes and has quantized weights: lowers without calibration. */
  readonly quantized: boolean;
  /** What was rewritten or dropped. */
  readonly remarks: readonly ImportRemark[];
}

/** Names listed in one refusal. */
const MOST_NAMED = 10;

interface BoundInput {
  /** ONNX value that is the network's input. */
  readonly name: string;
  readonly shape: Shape;
  readonly type: ValueType['type'];
  /** The Transpose of a file with channels last that the input's layout takes in. */
  readonly transpose: OnnxNode | null;
}

/** Refuses, naming the graph's input. */
function refuseInput(name: string, message: string, remedy: string): never {
  return fail('import-input', `input ${quoted(name)}`, message, remedy);
}

/** The one input of the graph, its batch axis taken off. */
function bindInput(graph: SimplifiedGraph): BoundInput {
  const [name = '', ...others] = graph.inputs;
  if (name === '' || others.length > 0)
    return fail(
      'import-input',
      'graph.inputs',
      `there are ${graph.inputs.length} inputs: ${graph.inputs.slice(0, MOST_NAMED).map(quoted).join(', ')}`,
      'a network has one input, the image',
    );
  const declared = graph.types.get(name);
  if (declared === undefined) return refuseInput(name, 'its shape is not known', 'give it');
  const { type, shape } = declared;
  if (!/^b?float|^uint8$/.test(type))
    refuseInput(name, `is ${type}`, 'images are read as floats, or as uint8 pixels');
  if (shape.length < 2 || shape.length > 4 || shape[0] !== 1 || shape.some((size) => size < 1))
    refuseInput(
      name,
      `has shape [${shape.join(', ')}]`,
      'give one image: [1, channels, height, width], [1, channels, length] or [1, features]',
    );
  const readers = graph.nodes.filter((node) => node.inputs.includes(name));
  const perm = readers[0]?.attributes.get('perm');
  const isChannelsLast =
    readers.length === 1 &&
    readers[0]?.operator === 'Transpose' &&
    perm?.kind === 'ints' &&
    perm.value.join() === '0,3,1,2';
  const [, a = 1, b = 1, c = 1] = shape;
  if (isChannelsLast) return { name, type, shape: [c, a, b], transpose: readers[0] ?? null };
  return { name, type, shape: shape.length === 3 ? [a, 1, b] : shape.slice(1), transpose: null };
}

function normalizationOf(
  options: ImportOptions,
  { name, shape, type }: BoundInput,
  scale: number,
): InputAffine | null {
  const { normalization } = options;
  if (type === 'uint8') {
    if (normalization !== null)
      refuseInput(
        name,
        'is uint8, and a normalisation was given',
        'the file reads pixels as they are: give none',
      );
    return scale === 1 ? null : { mean: [0], std: [scale] };
  }
  if (normalization === null) return null;
  const { mean, std } = normalization;
  for (const [what, values] of Object.entries({ mean, std }))
    if (values.length !== 1 && values.length !== shape[0])
      fail(
        'import-normalization',
        `normalization.${what}`,
        `has ${values.length} elements for ${shape[0] ?? 0} channels`,
        'give one number, or one per channel',
      );
  if (!isUsable(normalization) || std.some((value) => value < 0))
    fail(
      'import-normalization',
      'normalization',
      `is mean ${mean.join(', ')}, std ${std.join(', ')}`,
      'std is above 0',
    );
  return normalization;
}

/** Runs the rule of one node; what it refuses is kept, and whatever reads it passed over. */
function importNode(importer: Importer, node: OnnxNode): void {
  const scope = new NodeScope(importer, node);
  const inputs = node.inputs.filter((name) => name !== '').map((name) => importer.values.get(name));
  const blocked = inputs.find((value) => value?.kind === 'refused');
  const tail = inputs.find((value) => value?.kind === 'tail');
  try {
    if (blocked !== undefined || tail !== undefined) {
      for (const index of node.outputs.keys()) scope.set(blocked ?? tail ?? { kind: 'refused' }, index);
      return;
    }
    const rule = findImportRule(node);
    if (rule !== undefined) rule(scope);
    else {
      const reason = `${printable(node.operator)} has no form on the macro or beside it`;
      scope.refuse(reason, 'it runs in the float executor only');
    }
  } catch (error) {
    if (!(error instanceof TallyError)) throw error;
    importer.issues.push(...error.issues.map((issue) => ({ ...issue, path: placeOf(node) })));
    for (const index of node.outputs.keys())
      importer.values.set(node.outputs[index] ?? '', { kind: 'refused' });
  }
}

/** The model's output: one vector of logits. */
function bindOutput(importer: Importer): string {
  const { outputs } = importer.graph;
  const ends = outputs.map((name) => importer.values.get(name));
  const values = ends.map((value) => (value?.kind === 'tail' ? value.of : value));
  const [first] = values;
  const refuse: (message: string, remedy: string) => never = (message, remedy) =>
    fail('import-output', `output ${quoted(outputs[0] ?? '')}`, message, remedy);
  if (first?.kind !== 'activation') return refuse('does not depend on the input', 'export the network again');
  if (values.some((value) => value?.kind !== 'activation' || value.id !== first.id))
    return refuse(
      `is one of ${outputs.length} outputs: ${outputs.slice(0, MOST_NAMED).map(quoted).join(', ')}`,
      'a classifier has one; cut the others off',
    );
  if (first.integers !== null)
    importer.remarks.push({
      place: `output ${quoted(outputs[0] ?? '')}`,
      message:
        'the integers of a QuantizeLinear are taken as their real values: the first maximum is the same',
    });
  const settled: Activation = importer.settle(first);
  const isVector = settled.shape.length === 1 || countOf(settled.shape) === settled.shape[0];
  if (!isVector)
    return refuse(`is an image [${settled.shape.join(', ')}]`, 'a classifier ends in one number per class');
  const { id } = importer.flatten(settled);
  return id === INPUT_ID ? refuse('is the input', 'there is nothing to run') : id;
}

/** The nodes that the output depends on. */
function needed(importer: Importer, output: string): ModelGraph['nodes'] {
  const wanted = new Set([output]);
  for (const node of [...importer.nodes].reverse())
    if (wanted.has(node.id)) for (const id of inputsOf(node)) wanted.add(id);
  return importer.nodes.filter((node) => wanted.has(node.id));
}

/** The parameters that nodes name, in their order. */
function parametersOf(nodes: ModelGraph['nodes'], all: Model['parameters']): Model['parameters'] {
  return new Map(
    nodes.flatMap(parameterNamesOf).flatMap((name) => {
      const tensor = all.get(name);
      return tensor === undefined ? [] : [[name, tensor] as const];
    }),
  );
}

/**
 * A model of a simplified ONNX graph: float, QONNX (Quant nodes) or QDQ (QuantizeLinear and
 * DequantizeLinear). The image's normalisation is taken into the first layer: weights divided by std, a
 * bias of -sum(w mean / std) into the batch norm's mean or the layer's bias, and padding by the pixel
 * codes nearest to the mean, since zeros of the normalised image are the mean pixel. Batch norms stay,
 * constants per channel become batch norms of variance 1 (or a layer's bias), quantized weights are
 * exactly step times code.
 *
 * @throws TallyError with every refusal at once: node, operator, reason.
 */
export function importOnnx(graph: SimplifiedGraph, options: ImportOptions): ImportedNetwork {
  const { name, inputScale = 1 / 255, inputBits = 8 } = options;
  const scale = Math.fround(inputScale);
  if (!(scale > 0 && scale < Infinity))
    fail(
      'import-input',
      'inputScale',
      `is ${inputScale}`,
      'give the real value of one step of a pixel, e.g. 1/255',
    );
  if (!Number.isInteger(inputBits) || inputBits < 1 || inputBits > 8)
    fail('import-input', 'inputBits', `is ${inputBits}`, 'pixel codes have 1 to 8 bits');
  const bound = bindInput(graph);
  const importer = new Importer(graph, { shape: bound.shape, bits: inputBits, scale });
  const affine = normalizationOf(options, bound, scale);
  const input: Activation = {
    kind: 'activation',
    id: INPUT_ID,
    shape: bound.shape,
    affine,
    zeros: null,
    integers: null,
  };
  const inputValue = bound.transpose?.outputs[0] ?? bound.name;
  importer.values.set(inputValue, input);
  if (affine === null) importer.places.set(inputValue, INPUT_ID);
  if (bound.transpose !== null)
    importer.remarks.push({
      place: placeOf(bound.transpose),
      message:
        'dropped: the file reads images with channels last, the model reads the same with channels first',
    });
  for (const node of graph.nodes) if (node !== bound.transpose) importNode(importer, node);
  throwIfAny(importer.issues);
  const output = bindOutput(importer);
  const nodes = needed(importer, output);
  const modelGraph: ModelGraph = {
    kind: 'model-graph',
    name,
    input: { shape: bound.shape, bits: inputBits, scale: inputScale },
    nodes,
    output,
  };
  const kept = new Set([INPUT_ID, ...nodes.map(({ id }) => id)]);
  return {
    model: {
      graph: modelGraph,
      parameters: parametersOf(nodes, importer.parameters),
    },
    places: new Map([...importer.places].filter(([, id]) => kept.has(id))),
    quantized: isQuantized(modelGraph),
    remarks: importer.remarks,
  };
}
