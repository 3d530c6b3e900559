import type { Issue } from '../../diagnostics/index.ts';
import { inputsOf, type FloatTensor, type ModelNode } from '../../model/model.ts';
import { INPUT_ID, type Shape } from '../../network/network.ts';
import type { OnnxNode } from '../onnx/graph.ts';
import { numbersOf } from '../onnx/ops/support/elements.ts';
import { printable, quoted } from '../onnx/place.ts';
import type { SimplifiedGraph } from '../onnx/simplified.ts';
import { ofChannel, type InputAffine } from './input-affine.ts';
import { Names } from './names.ts';
import { countOf, paddedShape, type Activation, type ImportedValue, type Zeros } from './value.ts';

/** What the importer rewrote or dropped, for the user to know. */
export interface ImportRemark {
  /** Node of the file, as the refusals name it. */
  readonly place: string;
  readonly message: string;
}

/** What the file does not say about the network's input. */
export interface ImportedInput {
  readonly shape: Shape;
  readonly bits: number;
  /** Real value of one step of a code; used as float32. */
  readonly scale: number;
}

/** How the file names a node: `node 'conv1' (Conv)`. */
export function placeOf({ name, operator }: OnnxNode): string {
  return `node ${quoted(name)} (${printable(operator)})`;
}

/** The state of one import: the model as far as it is made, and what every ONNX value has become. */
export class Importer {
  readonly graph: SimplifiedGraph;
  readonly input: ImportedInput;
  readonly names = new Names();
  readonly nodes: ModelNode[] = [];
  readonly parameters = new Map<string, FloatTensor>();
  readonly values = new Map<string, ImportedValue>();
  /** Model node by ONNX value, where both have the same real values. */
  readonly places = new Map<string, string>();
  readonly remarks: ImportRemark[] = [];
  readonly issues: Issue[] = [];
  /** Per channel, what a convolution's ONNX value has and its model value lacks: the batch norm that reads it takes it in. */
  readonly offsets = new Map<string, Float64Array>();
  /** The node of the file that makes the network's input a vector. */
  inputFlatten: OnnxNode | null = null;
  readonly #readers = new Map<string, OnnxNode[]>();
  /** Index in `nodes`, by id. */
  readonly #indices = new Map<string, number>();
  readonly #read = new Set<string>();
  readonly #shapes = new Map<string, Shape>();
  /** Nodes that pending parts and reshapes have become, by what they are. */
  readonly #settled = new Map<string, Activation>();

  constructor(graph: SimplifiedGraph, input: ImportedInput) {
    this.graph = graph;
    this.input = input;
    for (const node of graph.nodes) {
      for (const name of new Set(node.inputs)) {
        const readers = this.#readers.get(name);
        if (readers === undefined) this.#readers.set(name, [node]);
        else readers.push(node);
      }
    }
    for (const [name, tensor] of graph.constants) {
      this.values.set(name, {
        kind: 'constant',
        origin: name,
        shape: tensor.shape,
        data: numbersOf(tensor),
        quantization: null,
      });
    }
  }

  /** Nodes that read a value, once each. */
  readers(name: string): readonly OnnxNode[] {
    return this.#readers.get(name) ?? [];
  }

  /** The only node that reads a value, or null when there are others or the value is an output. */
  onlyReader(name: string): OnnxNode | null {
    const readers = this.readers(name);
    return readers.length === 1 && !this.graph.outputs.includes(name) ? (readers[0] ?? null) : null;
  }

  /** Appends a model node. @returns its value. */
  add(node: ModelNode, shape: Shape): Activation {
    this.#indices.set(node.id, this.nodes.length);
    this.nodes.push(node);
    this.#shapes.set(node.id, shape);
    for (const id of inputsOf(node)) this.#read.add(id);
    return { kind: 'activation', id: node.id, shape, affine: null, zeros: null, integers: null };
  }

  /** Whether a model node reads the value. */
  isRead(id: string): boolean {
    return this.#read.has(id);
  }

  /** The model node that makes a value; undefined for the input. */
  maker(id: string): ModelNode | undefined {
    const index = this.#indices.get(id);
    return index === undefined ? undefined : this.nodes[index];
  }

  /** Puts another node of the same id in a node's place. */
  replace(node: ModelNode): void {
    const index = this.#indices.get(node.id);
    if (index === undefined) throw new Error(`no node '${node.id}' to replace`);
    this.nodes[index] = node;
  }

  /** Stores a parameter, rounded to float32. @returns its name. */
  parameter(name: string, shape: Shape, data: Float32Array | ArrayLike<number>): string {
    this.parameters.set(name, { shape, data: data instanceof Float32Array ? data : Float32Array.from(data) });
    return name;
  }

  /**
   * y = gamma (x - mean) + beta per channel, as a frozen batch norm of variance 1 and epsilon 0.
   *
   * @param parts one element for all channels, or one for each.
   */
  addAffine(
    id: string,
    value: Activation,
    parts: {
      readonly gamma?: readonly number[];
      readonly mean?: readonly number[];
      readonly beta?: readonly number[];
    },
  ): Activation {
    const [channels = 0] = value.shape;
    const store = (name: string, values: readonly number[]): string =>
      this.parameter(
        `${id}.${name}`,
        [channels],
        Array.from({ length: channels }, (_, c) => ofChannel(values, c)),
      );
    return this.add(
      {
        kind: 'batch-norm',
        id,
        input: value.id,
        gamma: store('gamma', parts.gamma ?? [1]),
        beta: store('beta', parts.beta ?? [0]),
        mean: store('mean', parts.mean ?? [0]),
        variance: store('variance', [1]),
        epsilon: 0,
        frozen: true,
      },
      value.shape,
    );
  }

  /** The value with nothing pending: what it waits for become nodes, once for all readers. */
  settle(value: Activation): Activation {
    const normalised = value.affine === null ? value : this.#normalise(value, value.affine);
    return normalised.zeros === null ? normalised : this.#pad(normalised, normalised.zeros);
  }

  /** A value as a vector. @param by the node of the file that makes it one, after which the model's is named. */
  flatten(value: Activation, by: OnnxNode | null = null): Activation {
    if (value.shape.length === 1) return value;
    return this.#once(`flatten ${value.id}`, () => {
      const named = value.id === INPUT_ID ? this.inputFlatten : by;
      const id = named === null ? this.names.unique(`${value.id}.flatten`) : this.names.of(named);
      return this.add({ kind: 'flatten', id, input: value.id }, [countOf(value.shape)]);
    });
  }

  /** The image that a vector was made of, or null; pending parts are left out of it. */
  beforeFlatten(value: Activation): Activation | null {
    const maker = this.maker(value.id);
    if (maker?.kind !== 'flatten' || value.affine !== null) return null;
    const shape = this.#shapes.get(maker.input) ?? this.input.shape;
    return { ...value, id: maker.input, shape };
  }

  #once(key: string, make: () => Activation): Activation {
    const known = this.#settled.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#settled.set(key, made);
    return made;
  }

  #normalise(value: Activation, { mean, std }: InputAffine): Activation {
    const made = this.#once(`affine ${value.id} ${mean.join()} / ${std.join()}`, () =>
      this.addAffine(this.names.unique('input.normalize'), value, { gamma: std.map((s) => 1 / s), mean }),
    );
    return { ...made, zeros: value.zeros, integers: value.integers };
  }

  #pad(value: Activation, { before, after }: Zeros): Activation {
    const made = this.#once(`pad ${value.id} ${before.join()} ${after.join()}`, () => {
      const id = this.names.unique(`${value.id}.pad`);
      return this.add({ kind: 'pad', id, input: value.id, before, after, codes: null }, paddedShape(value));
    });
    return { ...made, integers: value.integers };
  }
}
