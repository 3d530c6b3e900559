import type { FloatTensor, ModelQuantizeNode, WeightQuantizer } from '../model/model.ts';
import type { ModelWriter } from './model-writer.ts';

/** Weights of one layer, with what quantizes them. */
export interface QuantizedWeights {
  /** Id of the layer. */
  readonly layer: string;
  /** Parameter name. */
  readonly name: string;
  /** Shape `[out, ...]`. */
  readonly tensor: FloatTensor;
  readonly quantizer: WeightQuantizer;
  /** One step, or one per output channel. */
  readonly steps: FloatTensor;
  /** Of the layer, for messages. */
  readonly path: string;
}

/** How one format writes quantizers; everything else of a model is standard ONNX. */
export interface QuantizerStyle {
  /** Operator set that the format needs. */
  readonly opset: 17 | 21;
  /** The bias is an Add behind the layer, except at the network's output. */
  readonly biasApart: boolean;
  /** Writes quantized weights. @returns the name of their float32 value. */
  weights(writer: ModelWriter, weights: QuantizedWeights): string;
  /** Writes an activation quantizer; its value is named by the node's id. @param path of the node. */
  activation(writer: ModelWriter, node: ModelQuantizeNode, input: string, path: string): void;
  /** Writes the quantizer that the network's input is already the result of. @returns the name of its value. */
  input(writer: ModelWriter, input: string): string;
}
