import type {
  FloatTensor,
  Model,
  ModelAveragePoolNode,
  ModelBatchNormNode,
  ModelConcatNode,
  ModelGlobalAveragePoolNode,
  ModelNode,
  ModelPadNode,
  ModelQuantizeNode,
} from '../model/model.ts';
import { windowOutput } from '../network/window.ts';
import { writeLayer } from './layer.ts';
import { elements, Writer, type Codes, type Held, type Reals } from './writer.ts';

/** Input and output names of a {@link float64Graph}. */
export const float64Names = {
  /** uint8 `[batch, ...input shape]`, image codes. */
  images: 'images',
  /** float64 `[batch, classes]`. */
  logits: 'logits',
  /** uint8 `[batch, ...shape]`, the codes of a quantizer. */
  codes: (id: string): string => `codes/${id}`,
} as const;

/** How a graph is written. */
export interface Float64GraphOptions {
  /** Images per run. */
  readonly batch: number;
  /** Ids of quantizers whose codes are outputs too; default none. */
  readonly codes?: readonly string[];
  /**
   * What an addition reads is rounded to multiples of 2^-residualFractionBits, halves up: the fixed point in which
   * an integer network holds its residual streams. Null (the default): not rounded.
   */
  readonly residualFractionBits?: number | null;
  /**
   * Average pools that sum residual streams at fewer fraction bits, by id: what they read is rounded in the same way,
   * after the rounding of the streams. Default none.
   */
  readonly pooledFractionBits?: ReadonlyMap<string, number>;
  /** By batch norm: ids of values that it reads as additions do. Default none. */
  readonly normalized?: ReadonlyMap<string, readonly string[]>;
}

class ModelWriter {
  readonly writer: Writer;
  readonly #parameters: ReadonlyMap<string, FloatTensor>;
  readonly #values = new Map<string, Held>();
  /** Values as additions read them. */
  readonly #rounded = new Map<string, Reals>();
  readonly #name: string;
  readonly #residualFractionBits: number | null;
  readonly #pooledFractionBits: ReadonlyMap<string, number>;
  readonly #normalized: ReadonlyMap<string, readonly string[]>;
  readonly #concats: ReadonlyMap<string, ModelConcatNode>;

  constructor({ graph, parameters }: Model, options: Float64GraphOptions) {
    const { batch, residualFractionBits = null, pooledFractionBits = new Map() } = options;
    this.#normalized = options.normalized ?? new Map();
    this.#concats = new Map(
      graph.nodes.flatMap((node) => (node.kind === 'concat' ? [[node.id, node] as const] : [])),
    );
    this.#residualFractionBits = residualFractionBits;
    this.#pooledFractionBits = pooledFractionBits;
    this.#name = graph.name;
    this.#parameters = parameters;
    this.writer = new Writer(`${graph.name}-float64`);
    const { bits, scale, shape: image } = graph.input;
    const shape = [batch, ...image];
    const pixels = this.writer.builder.input(float64Names.images, 'uint8', shape);
    const name = this.writer.cast(pixels, 'float32');
    const step = Math.fround(scale);
    this.#values.set('input', { kind: 'codes', name, shape, step, reach: 2 ** bits - 1, unit: 1 });
  }

  value(id: string): Held {
    const value = this.#values.get(id);
    if (value === undefined) {
      throw new Error(`model ${this.#name}: value '${id}' is read before it is made`);
    }
    return value;
  }

  write(node: ModelNode): void {
    this.#values.set(node.id, this.#write(node));
  }

  #parameter(name: string): Float32Array {
    const tensor = this.#parameters.get(name);
    if (tensor === undefined) throw new Error(`model ${this.#name}: parameter '${name}' has no value`);
    return tensor.data;
  }

  #write(node: ModelNode): Held {
    const { writer } = this;
    switch (node.kind) {
      case 'conv':
      case 'fully-connected':
        return writeLayer(writer, node, this.value(node.input), this.#parameters);
      case 'batch-norm':
        return this.#batchNorm(node, this.#normInput(node.input, this.#normalized.get(node.id) ?? []));
      case 'quantize':
        return this.#quantize(node, writer.toReals(this.value(node.input)));
      case 'relu':
        return writer.bounded(this.value(node.input), 'Max', 0);
      case 'leaky-relu':
        return writer.leaky(writer.toReals(this.value(node.input)), Math.fround(node.alpha));
      case 'clip': {
        const value = writer.toReals(this.value(node.input));
        const risen = node.min === null ? value : writer.bounded(value, 'Max', Math.fround(node.min));
        return node.max === null ? risen : writer.bounded(risen, 'Min', Math.fround(node.max));
      }
      case 'add': {
        const [a, b] = node.inputs.map((id) => this.#residual(id)) as [Reals, Reals];
        return writer.add(a, b);
      }
      case 'max-pool': {
        const value = this.value(node.input);
        const shape = [...value.shape.slice(0, 2), ...windowOutput(node, value.shape.slice(1))];
        return writer.onElements(value, 'MaxPool', [], shape, {
          kernel_shape: { ints: node.kernel },
          strides: { ints: node.stride },
          pads: { ints: node.padding },
        });
      }
      case 'average-pool':
        return this.#averagePool(node, this.#pooled(node));
      case 'global-average-pool': {
        const value = this.#pooled(node);
        const [batch, channels, ...pixels] = value.shape;
        const shape = [batch, channels, ...pixels.map(() => 1)];
        const axes = writer.integers(pixels.map((_, axis) => axis + 2));
        const sum = writer.reals('ReduceSum', [value.name, axes], shape, { keepdims: { int: 1 } });
        return this.#dividedBy(sum, elements(pixels));
      }
      case 'flatten': {
        const value = this.value(node.input);
        return writer.reshape(value, [value.shape[0], elements(value.shape.slice(1))]);
      }
      case 'pad':
        return this.#pad(node, this.value(node.input));
      case 'slice':
        return writer.slice(this.value(node.input), node);
      case 'upsample':
        return writer.upsample(this.value(node.input), node.factors);
      case 'concat':
        return this.#concat(node.inputs.map((id) => this.value(id)));
      default:
        throw new Error(`unknown node ${String(node satisfies never)}`);
    }
  }

  /** What an addition reads: `floor(x 2^f + 1/2) / 2^f`. What is a multiple of 2^-f already, a sum of such or its ReLU, stays. */
  #residual(id: string): Reals {
    const { writer } = this;
    const value = writer.toReals(this.value(id));
    const bits = this.#residualFractionBits;
    if (bits === null) return value;
    const known = this.#rounded.get(id);
    if (known !== undefined) return known;
    const rounded = this.#atFractionBits(value, bits);
    this.#rounded.set(id, rounded);
    return rounded;
  }

  /** What a batch norm reads: of joined values each part on its own. */
  #normInput(id: string, rounded: readonly string[]): Reals {
    if (rounded.includes(id)) return this.#residual(id);
    const concat = rounded.length === 0 ? undefined : this.#concats.get(id);
    const value =
      concat === undefined
        ? this.value(id)
        : this.#concat(concat.inputs.map((part) => this.#normInput(part, rounded)));
    return this.writer.toReals(value);
  }

  /** What an average pool sums. */
  #pooled({ id, input }: ModelAveragePoolNode | ModelGlobalAveragePoolNode): Reals {
    const bits = this.#pooledFractionBits.get(id);
    return bits === undefined
      ? this.writer.toReals(this.value(input))
      : this.#atFractionBits(this.#residual(input), bits);
  }

  /** `floor(x 2^f + 1/2) / 2^f`. */
  #atFractionBits(value: Reals, bits: number): Reals {
    const { writer } = this;
    const step = (operator: string, from: Reals, constant: number): Reals =>
      writer.reals(operator, [from.name, writer.constant([constant], 0)], value.shape);
    const raised = step('Add', step('Mul', value, 2 ** bits), 0.5);
    return step('Mul', writer.reals('Floor', [raised.name], value.shape), 2 ** -bits);
  }

  #dividedBy(value: Reals, divisor: number): Reals {
    return this.writer.reals('Div', [value.name, this.writer.constant([divisor], 0)], value.shape);
  }

  /** `slope x + intercept`, both float64. */
  #batchNorm(node: ModelBatchNormNode, value: Reals): Reals {
    const { writer } = this;
    const [gamma, beta, mean, variance] = [node.gamma, node.beta, node.mean, node.variance].map((name) =>
      this.#parameter(name),
    );
    const epsilon = Math.fround(node.epsilon);
    const slope = Float64Array.from(gamma, (gain, c) => gain / Math.sqrt(variance[c] + epsilon));
    const intercept = Float64Array.from(beta, (offset, c) => offset - slope[c] * mean[c]);
    const rank = value.shape.length;
    const scaled = writer.reals('Mul', [value.name, writer.constant(slope, rank)], value.shape);
    return writer.reals('Add', [scaled.name, writer.constant(intercept, rank)], value.shape);
  }

  /** `round(x / step)`, ties to even, within the codes; a half zero point is added before rounding. */
  #quantize({ step: name, zeroPoint, levels }: ModelQuantizeNode, value: Reals): Codes {
    const { writer } = this;
    const { shape } = value;
    const step = this.#parameter(name)[0];
    const isHalf = !Number.isInteger(zeroPoint);
    const shift = (from: Reals, by: number): Reals =>
      isHalf ? writer.reals('Add', [from.name, writer.constant([by], 0)], shape) : from;
    const ratio = shift(this.#dividedBy(value, step), zeroPoint);
    const rounded = writer.reals('Round', [ratio.name], shape);
    const [least, most] = isHalf ? [0, levels - 1] : [-zeroPoint, levels - 1 - zeroPoint];
    const bounds = [least, most].map((bound) => writer.constant([bound], 0));
    const codes = shift(writer.reals('Clip', [rounded.name, ...bounds], shape), -zeroPoint);
    return {
      kind: 'codes',
      name: writer.cast(codes.name, 'float32'),
      shape,
      step,
      reach: Math.max(zeroPoint, levels - 1 - zeroPoint),
      unit: isHalf ? 0.5 : 1,
    };
  }

  #averagePool(node: ModelAveragePoolNode, value: Reals): Reals {
    const { writer } = this;
    const [top, left, bottom, right] = node.padding;
    const [, ...shape] = value.shape;
    const size = [shape[0], ...windowOutput(node, shape)];
    const padded = writer.pad(value, [0, top, left], [0, bottom, right]);
    const taps = Array.from({ length: node.kernel[0] * node.kernel[1] }, (_, tap) =>
      writer.slice(padded, {
        start: [0, Math.floor(tap / node.kernel[1]), tap % node.kernel[1]],
        size,
        step: [1, ...node.stride],
      }),
    );
    return this.#dividedBy(
      taps.reduce((sum, seen) => writer.add(sum, seen)),
      taps.length,
    );
  }

  /** Zeros, or one code per channel: zeros, and the codes added where the border is. */
  #pad({ before, after, codes }: ModelPadNode, value: Held): Held {
    const { writer } = this;
    const padded = writer.pad(value, before, after);
    if (codes === null) return padded;
    const [, channels, height, width] = value.shape;
    const [, , rows, columns] = padded.shape;
    const border = Float32Array.from({ length: channels * rows * columns }, (_, index) => {
      const row = Math.floor(index / columns) % rows;
      const column = index % columns;
      const isInside =
        row >= before[1] && row < before[1] + height && column >= before[2] && column < before[2] + width;
      return isInside ? 0 : codes[Math.floor(index / (rows * columns))];
    });
    const constant = writer.builder.constant('float32', [1, channels, rows, columns], border);
    return writer.onElements(padded, 'Add', [constant], padded.shape);
  }

  #concat(values: readonly Held[]): Held {
    const { writer } = this;
    const [first] = values;
    const channels = values.reduce((sum, { shape }) => sum + shape[1], 0);
    const shape = [first.shape[0], channels, ...first.shape.slice(2)];
    const join = (parts: readonly Held[]): string =>
      writer.builder.node(
        'Concat',
        parts.map(({ name }) => name),
        { axis: { int: 1 } },
      );
    const codes = values.filter((value) => value.kind === 'codes');
    const alike = codes.length === values.length && codes.every(({ step }) => step === codes[0].step);
    if (!alike) return { kind: 'reals', name: join(values.map((value) => writer.toReals(value))), shape };
    const reach = Math.max(...codes.map((value) => value.reach));
    const unit = codes.some((value) => value.unit === 0.5) ? 0.5 : 1;
    return { ...codes[0], name: join(codes), shape, reach, unit };
  }
}

/**
 * A model in inference mode as an ONNX graph in which the arithmetic does not decide: layers sum products of
 * codes as integers, exactly, and multiply once by the steps; everything else, batch norms, residual additions,
 * means and quantizers, is float64. What a value near a rounding edge becomes is then a matter of the model, not of
 * the order of sums. Independent of lowering: there are no thresholds and no fixed point in it.
 *
 * Weight codes are `round(clip(w / step))` with the quotient in float32, as in training; parameters are float32
 * numbers taken exactly; ties go to the even code.
 *
 * @returns a ModelProto: input {@link float64Names}.images, outputs logits and the codes asked for.
 */
export function float64Graph(model: Model, options: Float64GraphOptions): Uint8Array {
  const { graph } = model;
  const { codes = [] } = options;
  const written = new ModelWriter(model, options);
  const { writer } = written;
  for (const node of graph.nodes) written.write(node);
  const logits = writer.toReals(written.value(graph.output));
  writer.builder.output(float64Names.logits, logits.name, 'float64', logits.shape);
  for (const id of codes) {
    const node = graph.nodes.find((other) => other.id === id);
    const value = written.value(id);
    if (node?.kind !== 'quantize' || value.kind !== 'codes') {
      throw new Error(`model ${graph.name}: '${id}' is no quantizer`);
    }
    const zero = writer.builder.constant('float32', [], [node.zeroPoint]);
    const unsigned = writer.cast(writer.builder.node('Add', [value.name, zero]), 'uint8');
    writer.builder.output(float64Names.codes(id), unsigned, 'uint8', value.shape);
  }
  return writer.builder.encode();
}
