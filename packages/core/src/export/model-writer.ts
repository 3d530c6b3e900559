import { fail } from '../diagnostics/index.ts';
import type { FloatTensor, Model, ModelGraph } from '../model/model.ts';
import { OnnxGraphBuilder, type Attribute, type ElementType } from '../onnx/builder.ts';
import { Names } from './names.ts';

/** What the nodes and quantizers of a model are written with: the builder, the names, the parameters. */
export class ModelWriter {
  readonly graph: ModelGraph;
  readonly #builder: OnnxGraphBuilder;
  readonly #model: Model;
  readonly #names: Names;
  readonly #written = new Map<string, string>();

  constructor(model: Model, opset: 17 | 21) {
    this.graph = model.graph;
    this.#model = model;
    this.#builder = new OnnxGraphBuilder(model.graph.name, { opset });
    this.#names = new Names(model.graph);
  }

  /**
   * A node with one output.
   *
   * @param made name of its value: a model node's id, or what {@link fresh} gave.
   * @param called name of the node, default that of its value.
   * @returns `made`.
   */
  node(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>>,
    made: string,
    called = made,
  ): string {
    return this.#builder.node(opType, inputs, attributes, [made], called);
  }

  /** A name that nothing has yet. */
  fresh(wanted: string): string {
    return this.#names.fresh(wanted);
  }

  /** A node that makes a value which no model node makes. */
  helper(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>>,
    wanted: string,
    called?: string,
  ): string {
    return this.node(opType, inputs, attributes, this.fresh(wanted), called);
  }

  /** An unnamed constant; equal ones are stored once. */
  constant(type: ElementType, shape: readonly number[], values: ArrayLike<number>): string {
    return this.#builder.constant(type, shape, values);
  }

  /** A constant under a readable name. */
  named(wanted: string, type: ElementType, shape: readonly number[], values: ArrayLike<number>): string {
    return this.#builder.parameter(this.#names.fresh(wanted), type, shape, values);
  }

  /** A float32 scalar. */
  scalar(value: number): string {
    return this.constant('float32', [], [value]);
  }

  /**
   * The values of a parameter.
   *
   * @param path of the node and field that name it.
   * @throws TallyError `parameter-missing`, `parameter-shape-mismatch`.
   */
  tensor(name: string, path: string): FloatTensor {
    const tensor = this.#model.parameters.get(name);
    if (tensor === undefined) {
      fail(
        'parameter-missing',
        path,
        `names parameter '${name}', which the model does not have`,
        'save the model with all its parameters',
      );
    }
    const size = tensor.shape.reduce((product, extent) => product * extent, 1);
    if (size !== tensor.data.length) {
      fail(
        'parameter-shape-mismatch',
        path,
        `'${name}' has shape [${tensor.shape.join(', ')}] and ${tensor.data.length} values`,
        'make the model again',
      );
    }
    return tensor;
  }

  /** A quantizer's steps. @throws TallyError as {@link tensor}, and `step-not-positive`. */
  steps(name: string, path: string): FloatTensor {
    const tensor = this.tensor(name, path);
    const wrong = tensor.data.findIndex((step) => !(step > 0 && step < Infinity));
    if (wrong >= 0) {
      fail(
        'step-not-positive',
        path,
        `'${name}'[${wrong}] is ${tensor.data[wrong]}, a quantizer step must be a number above 0`,
        'train again, or set the step to a positive number',
      );
    }
    return tensor;
  }

  /** A parameter as an initializer under its own name, written once. @param shape of as many elements, default its own. */
  parameter(name: string, path: string, shape?: readonly number[]): string {
    const tensor = this.tensor(name, path);
    const dims = shape ?? tensor.shape;
    const key = `${name}|${dims.join(',')}`;
    const known = this.#written.get(key);
    if (known !== undefined) return known;
    const written = [...this.#written.keys()].some((other) => other.startsWith(`${name}|`))
      ? this.#names.fresh(name)
      : this.#names.parameter(name);
    this.#written.set(key, written);
    return this.#builder.parameter(written, 'float32', dims, tensor.data);
  }

  input(name: string, shape: readonly (number | string)[]): string {
    return this.#builder.input(name, 'float32', shape);
  }

  output(name: string, shape: readonly (number | string)[]): void {
    this.#builder.output(name, name, 'float32', shape);
  }

  encode(): Uint8Array {
    return this.#builder.encode();
  }
}
