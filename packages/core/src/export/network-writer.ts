import type { Network, Shape } from '../network/network.ts';
import type { TensorType } from '../network/tensor-type.ts';
import { inferTypes } from '../network/verify.ts';
import { OnnxGraphBuilder, type Attribute, type ElementType } from '../onnx/builder.ts';

type Attributes = Readonly<Record<string, Attribute>>;

/** What the nodes of an integer network are written with. Codes are uint8, integers int32; values are named by node ids. */
export class NetworkWriter {
  readonly #builder: OnnxGraphBuilder;
  readonly #types: ReadonlyMap<string, TensorType>;

  /** @throws TallyError when the network is not legal. */
  constructor(network: Network) {
    this.#builder = new OnnxGraphBuilder(network.name);
    this.#types = inferTypes(network);
  }

  type(id: string): TensorType {
    return this.#types.get(id)!;
  }

  shape(id: string): Shape {
    return this.type(id).shape;
  }

  elementType(id: string): 'uint8' | 'int32' {
    return this.type(id).kind === 'codes' ? 'uint8' : 'int32';
  }

  /** An ONNX node in the middle of what a network node means. */
  helper(opType: string, inputs: readonly string[], attributes: Attributes = {}): string {
    let name = this.#builder.fresh(opType);
    while (this.#types.has(name)) name = this.#builder.fresh(opType);
    return this.#builder.node(opType, inputs, attributes, [name]);
  }

  /** The ONNX node that makes the value of the network node `id`. */
  final(id: string, opType: string, inputs: readonly string[], attributes: Attributes = {}): void {
    this.#builder.node(opType, inputs, attributes, [id], id);
  }

  constant(type: ElementType, shape: readonly number[], values: ArrayLike<number>): string {
    return this.#builder.constant(type, shape, values);
  }

  /** An int64 vector: axes, pads, bounds. */
  integers(values: readonly number[]): string {
    return this.constant('int64', [values.length], values);
  }

  /** Values that broadcast along the channels of `id`'s shape. */
  perChannel(type: ElementType, values: ArrayLike<number>, id: string): string {
    const trailing = this.shape(id)
      .slice(1)
      .map(() => 1);
    return this.constant(type, [1, values.length, ...trailing], values);
  }

  cast(value: string, to: ElementType): string {
    return this.helper('Cast', [value], { to: { type: to } });
  }

  /** The value of `id` as int32. */
  asInt32(id: string): string {
    return this.type(id).kind === 'codes' ? this.cast(id, 'int32') : id;
  }

  input(id: string): void {
    this.#builder.input(id, 'uint8', ['n', ...this.shape(id)]);
  }

  output(id: string): void {
    this.#builder.output(id, id, this.elementType(id), ['n', ...this.shape(id)]);
  }

  encode(): Uint8Array {
    return this.#builder.encode();
  }
}
