import { fail } from '../../diagnostics/index.ts';
import type { Shape } from '../../network/network.ts';
import type { OnnxNode } from '../onnx/graph.ts';
import type { EvaluationContext } from '../onnx/operator.ts';
import { quoted } from '../onnx/place.ts';
import { perFeature } from './input-affine.ts';
import { placeOf, type Importer } from './importer.ts';
import { countOf, paddedShape, type Activation, type ConstantValue, type ImportedValue } from './value.ts';

/** One node of the ONNX graph as its import rule sees it. */
export class NodeScope implements EvaluationContext {
  readonly importer: Importer;
  readonly node: OnnxNode;
  readonly opset: number;

  constructor(importer: Importer, node: OnnxNode) {
    this.importer = importer;
    this.node = node;
    this.opset = importer.graph.opsets.get(node.domain) ?? 1;
  }

  /** Refuses the node. @throws TallyError `import-refused`. */
  refuse(message: string, remedy: string): never {
    return fail('import-refused', placeOf(this.node), message, remedy);
  }

  /** Tells the user what became of the node. */
  remark(message: string): void {
    this.importer.remarks.push({ place: placeOf(this.node), message });
  }

  /** Whether input `index` is given. */
  has(index: number): boolean {
    return (this.node.inputs[index] ?? '') !== '';
  }

  /** What input `index` has become. */
  value(index: number): ImportedValue {
    const name = this.node.inputs[index] ?? '';
    const value = this.importer.values.get(name);
    if (value === undefined)
      return this.refuse(`input ${index} (${quoted(name)}) is not there`, 'export again');
    return value;
  }

  /** Input `index`, which depends on the network's input; integers of QuantizeLinear are refused unless allowed. */
  activation(index: number, { integers = false }: { readonly integers?: boolean } = {}): Activation {
    const value = this.value(index);
    if (value.kind === 'constant')
      this.refuse(
        `input ${index} (${quoted(this.node.inputs[index] ?? '')}) is a constant, and ${this.node.operator} is imported of activations`,
        'let the exporter fold constants',
      );
    if (value.kind !== 'activation')
      return this.refuse(`reads what follows the classifier's end`, 'cut it off');
    if (value.integers !== null && !integers)
      this.refuse(
        `input ${index} is the integers of a QuantizeLinear`,
        'put a DequantizeLinear between the two (QDQ format)',
      );
    return value;
  }

  /** Input `index` without anything pending. */
  settled(index: number, options?: { readonly integers?: boolean }): Activation {
    return this.importer.settle(this.activation(index, options));
  }

  /** Input `index`, which is constant; `what` names it in the refusal. */
  constant(index: number, what: string): ConstantValue {
    const value = this.value(index);
    if (value.kind !== 'constant')
      return this.refuse(
        `${what} (${quoted(this.node.inputs[index] ?? '')}) depends on the network's input`,
        'only constants are imported there',
      );
    return value;
  }

  /** As {@link constant}; null when the optional input is absent. */
  optionalConstant(index: number, what: string): ConstantValue | null {
    return this.has(index) ? this.constant(index, what) : null;
  }

  /** Elements of a constant of integers (axes, pads, sizes). */
  integers(index: number, what: string): readonly number[] | null {
    const constant = this.optionalConstant(index, what);
    return constant === null ? null : Array.from(constant.data);
  }

  /** ONNX shape of input `index`, batch axis included. */
  inputShape(index: number): readonly number[] {
    return this.#shape(this.node.inputs[index] ?? '');
  }

  /** ONNX shape of output `index`, batch axis included. */
  outputShape(index = 0): readonly number[] {
    return this.#shape(this.node.outputs[index] ?? '');
  }

  #shape(name: string): readonly number[] {
    const type = this.importer.graph.types.get(name);
    if (type === undefined)
      return this.refuse(`the shape of ${quoted(name)} is not known`, 'export with static shapes');
    return type.shape;
  }

  /** Refuses an ONNX shape whose first axis is not a batch of one. */
  checkBatch(shape: readonly number[]): void {
    if (shape.length < 2 || shape[0] !== 1)
      this.refuse(
        `works on shape [${shape.join(', ')}], whose first axis is no batch of one image`,
        'keep the batch axis in front',
      );
  }

  /**
   * A value as an image `[c, h, w]`: 1-D signals have height 1.
   *
   * @param shape its ONNX shape, `[1, c, h, w]` or `[1, c, l]`.
   */
  image(value: Activation, shape: readonly number[]): Activation {
    this.checkBatch(shape);
    if (shape.length !== 3 && shape.length !== 4)
      this.refuse(
        `works on shape [${shape.join(', ')}]`,
        'images [n, c, h, w] and signals [n, c, length] are imported',
      );
    const wanted = shape.length === 4 ? shape.slice(1) : [shape[1], 1, shape[2]];
    const actual = paddedShape(value);
    const inner = this.importer.beforeFlatten(value);
    if (inner !== null && paddedShape(inner).join() === wanted.join()) return inner;
    if (actual.join() !== wanted.join())
      this.refuse(
        `reads an image of shape [${wanted.join(', ')}] that was made of [${actual.join(', ')}] by a reshape`,
        'only reshapes that merge or drop axes are imported',
      );
    return value;
  }

  /** A value as a vector `[features]`; `shape` is its ONNX shape, batch axis in front; `by` names the flatten node. */
  vector(value: Activation, shape: readonly number[], by: OnnxNode | null = null): Activation {
    this.checkBatch(shape);
    if (value.zeros !== null) return this.vector(this.importer.settle(value), shape, by);
    if (value.shape.length === 1) return value;
    const [channels = 0] = value.shape;
    const affine =
      value.affine === null ? null : perFeature(value.affine, channels, countOf(value.shape) / channels);
    return { ...this.importer.flatten(value, by), affine, integers: value.integers };
  }

  /** A settled value whose first axis is the ONNX axis 1, as per-channel parameters need it. */
  channels(value: Activation, shape: readonly number[]): Activation {
    this.checkBatch(shape);
    const settled = this.importer.settle(value);
    if (settled.shape[0] === shape[1]) return settled;
    if (shape.length === 2) return this.vector(settled, shape);
    return this.refuse(
      `has ${shape[1] ?? 0} channels here, the image that it was reshaped from ${settled.shape[0] ?? 0}`,
      'only reshapes that merge or drop axes are imported',
    );
  }

  /** Id for the model node; `weight` is the weight's initializer. */
  id(weight: ConstantValue | null = null): string {
    return this.importer.names.of(this.node, weight?.origin ?? null);
  }

  /** Says what output `index` has become. */
  set(value: ImportedValue, index = 0): void {
    const name = this.node.outputs[index] ?? '';
    if (name === '') return;
    this.importer.values.set(name, value);
    if (value.kind !== 'activation') return;
    const shape = this.#shape(name);
    const made = paddedShape(value);
    this.checkBatch(shape);
    if (countOf(made) !== countOf(shape))
      this.refuse(
        `makes [${made.join(', ')}], the file [${shape.join(', ')}]`,
        'this is a contradiction in the file; export again',
      );
    const pending = value.affine !== null || value.zeros !== null || value.integers !== null;
    if (!pending && !this.importer.offsets.has(name)) this.importer.places.set(name, value.id);
  }

  /** Adds a model node of the shape and makes it the node's first output. */
  emit(node: Parameters<Importer['add']>[0], shape: Shape, integers: Activation['integers'] = null): void {
    this.set({ ...this.importer.add(node, shape), integers });
  }
}

/** Turns one ONNX node into model nodes. @throws TallyError when it cannot. */
export type ImportRule = (scope: NodeScope) => void;
