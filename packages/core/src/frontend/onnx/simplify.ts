import { throwIfAny } from '../../diagnostics/index.ts';
import { atPlace } from './at-place.ts';
import { bindInputs, type InputBinding } from './bind-inputs.ts';
import { checkSupported, type FindOperator } from './check-supported.ts';
import { commuteQuantizer, isLayoutNode, type WeightQuantizer } from './commute-quantizer.ts';
import { QONNX_DOMAINS } from './domains.ts';
import { finishGraph } from './finish-graph.ts';
import { Folder, shapeValue } from './fold.ts';
import type { OnnxModel, OnnxNode } from './graph.ts';
import { inferOutputs } from './infer.ts';
import { DEFAULT_LIMITS, type OnnxLimits } from './limits.ts';
import { isPassThrough } from './pass-through.ts';
import { nodePlace } from './place.ts';
import type { ShapeContext } from './shapes/rule.ts';
import type { SimplifiedGraph, ValueType } from './simplified.ts';
import type { OnnxTensor } from './tensor.ts';

/** Options of {@link simplify}. */
export interface SimplifyOptions extends InputBinding {
  /** The operator registry. */
  readonly operator: FindOperator;
  readonly limits?: Partial<OnnxLimits>;
}

/** Whether a node applied to constants stays: it says how weights are quantized. */
function isQuantizer({ domain, operator }: OnnxNode): boolean {
  if (QONNX_DOMAINS.includes(domain)) return ['Quant', 'IntQuant', 'BipolarQuant'].includes(operator);
  return domain === '' && operator === 'DequantizeLinear';
}

/** Element types that weight codes are stored in. */
const CODE_TYPES: readonly string[] = ['int8', 'uint8', 'int4', 'uint4', 'int2', 'uint2'];

/** Whether a node applied to constants limits stored weight codes: the range that it gives is their width. */
function limitsCodes({ node, inputs }: ShapeContext): boolean {
  return node.domain === '' && node.operator === 'Clip' && CODE_TYPES.includes(inputs[0]?.type ?? '');
}

/** What is known of every value of a graph so far, node by node. */
class Simplifier {
  readonly #model: OnnxModel;
  readonly #find: FindOperator;
  readonly #limits: OnnxLimits;
  readonly #folder: Folder;
  readonly #types: Map<string, ValueType>;
  readonly #constants: Map<string, OnnxTensor>;
  /** Outputs of removed nodes: the value that each stands for, itself no such output. */
  readonly #aliases = new Map<string, string>();
  readonly #nodes: OnnxNode[] = [];
  /** Kept quantizers of constants, by output. */
  readonly #weightQuantizers = new Map<string, WeightQuantizer>();
  /** Values that a node or the outside reads in the file. */
  readonly #read: ReadonlySet<string>;

  constructor(model: OnnxModel, options: SimplifyOptions) {
    const { graph } = model;
    this.#model = model;
    this.#find = options.operator;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#folder = new Folder(this.#limits);
    this.#types = new Map(bindInputs(graph, options));
    this.#constants = new Map(graph.initializers);
    for (const [name, { type, shape }] of this.#constants) this.#types.set(name, { type, shape });
    this.#read = new Set([
      ...graph.nodes.flatMap((node) => node.inputs),
      ...graph.outputs.map(({ name }) => name),
    ]);
  }

  run(): SimplifiedGraph {
    const { graph, opsets } = this.#model;
    for (const [index, node] of graph.nodes.entries()) {
      const place = nodePlace(index, node.name, node.operator);
      const inputs = node.inputs.map((name) => this.#aliases.get(name) ?? name);
      atPlace(place, () => this.#simplifyNode({ ...node, inputs }, place));
    }
    return finishGraph({
      name: graph.name,
      opsets,
      inputs: graph.inputs.map(({ name }) => name),
      outputs: graph.outputs.map(({ name }) => name),
      nodes: this.#nodes,
      constants: this.#constants,
      types: this.#types,
      aliases: this.#aliases,
    });
  }

  #contextOf(node: OnnxNode): ShapeContext {
    return {
      node,
      opset: this.#model.opsets.get(node.domain) ?? 1,
      inputs: node.inputs.map((name) => (name === '' ? null : this.#types.get(name)!)),
      constants: node.inputs.map((name) => this.#constants.get(name) ?? null),
    };
  }

  #simplifyNode(node: OnnxNode, place: string): void {
    const context = this.#contextOf(node);
    const outputs = inferOutputs(context, place, this.#limits);
    const first = outputs.at(0) ?? null;
    const readsOthers = node.outputs.slice(1).some((name) => this.#read.has(name));
    if (first !== null && !readsOthers && isPassThrough(context, first, place)) {
      this.#aliases.set(node.outputs[0], node.inputs[0]);
      return;
    }
    for (const [index, type] of outputs.entries())
      if (type !== null) this.#types.set(node.outputs[index], type);
    const shape = first === null ? null : shapeValue(context, first);
    const isConstant = context.inputs.every(
      (input, index) => input === null || context.constants[index] !== null,
    );
    if (shape !== null) this.#constants.set(node.outputs[0], shape);
    else if (!isConstant) this.#keepNode(context, place);
    else if (limitsCodes(context) && this.#isDequantized(node.outputs[0])) this.#nodes.push(node);
    else if (isQuantizer(node)) this.#keepQuantizer(node);
    else this.#fold(context, outputs, place);
  }

  /** Whether every reader of a value is a DequantizeLinear. */
  #isDequantized(name: string): boolean {
    const readers = this.#model.graph.nodes.filter(({ inputs }) => inputs.includes(name));
    return readers.length > 0 && readers.every(({ operator }) => operator === 'DequantizeLinear');
  }

  #evaluate(
    context: ShapeContext,
    outputs: readonly (ValueType | null)[],
    place: string,
  ): readonly (OnnxTensor | null)[] {
    const { node, opset } = context;
    const operator = this.#find(node.domain, node.operator, opset)!;
    return this.#folder.evaluate(operator, context, outputs, place);
  }

  #fold(context: ShapeContext, outputs: readonly (ValueType | null)[], place: string): void {
    for (const [index, value] of this.#evaluate(context, outputs, place).entries())
      if (value !== null) this.#constants.set(context.node.outputs[index], value);
  }

  #keepQuantizer(node: OnnxNode): void {
    const [data, ...parameters] = node.inputs.map((name) => this.#constants.get(name) ?? null);
    this.#nodes.push(node);
    if (data !== null) this.#weightQuantizers.set(node.outputs[0], { node, data, parameters });
  }

  #keepNode(context: ShapeContext, place: string): void {
    const { node } = context;
    const quantizer = this.#weightQuantizers.get(node.inputs[0]);
    const restIsConstant = context.constants.slice(1).every((constant) => constant !== null);
    if (quantizer === undefined || !isLayoutNode(node) || !restIsConstant) {
      this.#nodes.push(node);
      return;
    }
    const exchanged = commuteQuantizer(quantizer, node, (tensor) =>
      this.#applyLayout(context, tensor, place),
    );
    if (exchanged === null) {
      this.#nodes.push(node);
      return;
    }
    const tensors = [exchanged.data, ...exchanged.parameters];
    const inputs = tensors.map((tensor, index) =>
      tensor === null ? '' : this.#addConstant(`${node.outputs[0]}.${index}`, tensor),
    );
    this.#keepQuantizer({ ...exchanged.node, inputs, outputs: node.outputs });
  }

  /** Evaluates a layout node on another first input. */
  #applyLayout(context: ShapeContext, tensor: OnnxTensor, place: string): OnnxTensor {
    const { type, shape } = tensor;
    const constants = [tensor, ...context.constants.slice(1)];
    const inputs = [{ type, shape }, ...context.inputs.slice(1)];
    const own: ShapeContext = { ...context, inputs, constants };
    const [result] = this.#evaluate(own, inferOutputs(own, place, this.#limits), place);
    return result!;
  }

  /** Adds a constant under a name that nothing else has. */
  #addConstant(hint: string, tensor: OnnxTensor): string {
    let name = hint;
    while (this.#types.has(name) || this.#read.has(name)) name += "'";
    this.#constants.set(name, tensor);
    this.#types.set(name, { type: tensor.type, shape: tensor.shape });
    return name;
  }
}

/**
 * Fixes the sizes of the inputs and computes what follows from them: type and shape of every value,
 * constants for everything that depends on constants and shapes only. Nodes that pass their input on
 * and nodes that no output depends on go; quantizers of weights stay ({@link SimplifiedGraph}).
 *
 * Memory and time are bounded by {@link OnnxLimits}: shapes are inferred and counted before anything is
 * computed.
 *
 * @throws TallyError with all of {@link checkSupported}'s issues, or with the first of: what is open in
 *   the inputs (`onnx-symbolic-dimension`, `onnx-input-shape`), shapes or attributes that do not fit
 *   (`onnx-invalid`), shapes that depend on values known at run time only (`onnx-dynamic-shape`), Dropout
 *   in training mode (`onnx-training-mode`), `onnx-too-large`, `onnx-unsupported`; each with the node.
 */
export function simplify(model: OnnxModel, options: SimplifyOptions): SimplifiedGraph {
  throwIfAny(checkSupported(model, options.operator));
  return new Simplifier(model, options).run();
}
