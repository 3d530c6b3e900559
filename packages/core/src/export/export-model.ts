import { fail } from '../diagnostics/index.ts';
import { hasQuantizers } from '../model/has-quantizers.ts';
import type { Model, ModelGraph } from '../model/model.ts';
import { valueShapes } from '../model/shapes.ts';
import { INPUT_ID } from '../network/network.ts';
import { writeModelNode } from './model-nodes.ts';
import { ModelWriter } from './model-writer.ts';
import { qdq } from './qdq.ts';
import { qonnx } from './qonnx.ts';
import type { QuantizerStyle } from './quantizers.ts';

/** How a model's quantizers are written: not at all, as QONNX's Quant nodes, or as QuantizeLinear / DequantizeLinear. */
export type ExportFormat = 'onnx' | 'qonnx' | 'qdq';

/** Formats by name; null where a format has no quantizers. */
const STYLES: Readonly<Record<ExportFormat, QuantizerStyle | null>> = { onnx: null, qonnx, qdq };

/** The export formats' names. */
export const EXPORT_FORMATS = ['onnx', 'qonnx', 'qdq'] as const satisfies readonly ExportFormat[];

function checkFormat(graph: ModelGraph, format: ExportFormat): void {
  const quantized = hasQuantizers(graph);
  if (quantized && format === 'onnx') {
    fail(
      'export-format-mismatch',
      `model.${graph.name}`,
      'has quantizers, plain ONNX has no way to write them',
      'export it as qonnx or qdq, or lower it with tally quantize and export the integers',
    );
  }
  if (!quantized && format !== 'onnx') {
    fail(
      'export-format-mismatch',
      `model.${graph.name}`,
      `has no quantizers, ${format} would say nothing of them`,
      'export it as onnx, or quantize it first',
    );
  }
}

/**
 * A model as an ONNX file. Input `input`, float32 `[n, ...input shape]`, holds real values, `code * scale`; the one
 * output is named by the model's output node, as every node and value is named by its model node and every initializer
 * by its parameter. The same model gives the same bytes.
 *
 * - `onnx`: a model without quantizers, operator set 17.
 * - `qonnx`: Quant nodes, operator set 17 and `qonnx.custom_op.general` 1; weights in floating point before their quantizer.
 * - `qdq`: QuantizeLinear / DequantizeLinear, operator set 21; weights as integers, clipped codes for widths other than 4 and 8.
 *
 * Both quantized formats begin with the quantizer that makes the input codes.
 *
 * @throws TallyError `export-format-mismatch` when model and format do not go together, `parameter-missing`,
 *   `parameter-shape-mismatch`, `step-not-positive`, `model-value-unknown`.
 */
export function exportModel(model: Model, format: ExportFormat): Uint8Array {
  const { graph, parameters } = model;
  checkFormat(graph, format);
  const style = STYLES[format];
  const writer = new ModelWriter(model, style?.opset ?? 17);
  const weightShapes = new Map([...parameters].map(([name, { shape }]) => [name, shape]));
  const shapes = valueShapes(graph, weightShapes);
  const image = writer.input(INPUT_ID, ['n', ...graph.input.shape]);
  const pixels = style?.input(writer, image) ?? image;
  const value = (id: string): string => (id === INPUT_ID ? pixels : id);
  for (const [index, node] of graph.nodes.entries()) {
    writeModelNode(writer, style, node, value, `model.nodes.${index}(${node.id})`);
  }
  const output = shapes.get(graph.output);
  if (output === undefined || graph.output === INPUT_ID) {
    fail(
      'unknown-output',
      'model.output',
      `names '${graph.output}', and no node has that id`,
      'name the node whose value is the result',
    );
  }
  writer.output(graph.output, ['n', ...output]);
  return writer.encode();
}
