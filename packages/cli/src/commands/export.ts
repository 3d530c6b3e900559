import { Command, Option } from 'commander';
import {
  decodeModel,
  decodeNetwork,
  EXPORT_FORMATS,
  exportModel,
  exportNetwork,
  fail,
  hashNetwork,
  hasQuantizers,
  MODEL_MAGIC,
  type ExportFormat,
} from '@tally/core';
import { checkOutputs, writeAllAtomically } from '../io/outputs.ts';
import { inFile, readBytes } from '../io/read.ts';
import { grouped } from '../terminal/number.ts';
import { streamStyle } from '../terminal/style.ts';
import { renderFields } from '../terminal/table.ts';

interface Flags {
  readonly output: string;
  readonly format?: ExportFormat;
}

/** What was written: the bytes, and what is said about them. */
interface Exported {
  readonly bytes: Uint8Array;
  readonly fields: readonly (readonly [string, string])[];
}

const FORMAT_TEXT: Readonly<Record<ExportFormat, string>> = {
  onnx: 'ONNX, operator set 17, full precision',
  qonnx: 'QONNX, operator set 17, Quant nodes',
  qdq: 'ONNX, operator set 21, QuantizeLinear / DequantizeLinear',
};

/** `tally export`: a model or a network as an ONNX file. */
export function exportCommand(): Command {
  return new Command('export')
    .summary('write a model or an integer network as ONNX, QONNX or QDQ')
    .description(
      'Writes a trained model as ONNX (full precision), QONNX or QDQ ONNX (quantized), or an integer network as an ONNX ' +
        'file of integer operators whose outputs are the very integers that tally run computes.',
    )
    .argument('<network>', 'model file (.model) or integer network file (.tally)')
    .addOption(
      new Option(
        '--format <format>',
        'qonnx or qdq for quantized models, onnx for full precision and for integer networks (default: qonnx for quantized models, else onnx)',
      ).choices(EXPORT_FORMATS),
    )
    .requiredOption('-o, --output <file>', 'ONNX file to write')
    .addHelpText(
      'after',
      `
Examples:
  $ tally export out/w3a2.model --format qonnx -o out/w3a2.qonnx.onnx    for Brevitas, FINN, hls4ml
  $ tally export out/w3a2.model --format qdq -o out/w3a2.qdq.onnx        for ONNX Runtime
  $ tally export out/fp32.model -o out/fp32.onnx                         full precision
  $ tally export models/resnet8-w3a2.tally -o out/integers.onnx          exact integers, uint8 in, int32 out

Models take real values (pixel code x scale, e.g. code / 255), integer networks the codes themselves.`,
    )
    .action((path: string, { output, format }: Flags) => {
      checkOutputs([output], [path]);
      const { bytes, fields } = inFile(path, () => exported(readBytes(path, 'network'), path, format));
      writeAllAtomically([{ path: output, content: bytes }]);
      const style = streamStyle(process.stdout);
      const size = ['size', `${grouped(bytes.length)} bytes`] as const;
      process.stdout.write(`${style('bold', output)}\n\n${renderFields([...fields, size], style)}\n`);
    });
}

function exported(bytes: Uint8Array, path: string, format: ExportFormat | undefined): Exported {
  const isModel = Buffer.from(bytes.subarray(0, MODEL_MAGIC.length)).toString('latin1') === MODEL_MAGIC;
  if (!isModel) return exportedNetwork(bytes, path, format);
  const model = decodeModel(bytes, path);
  const chosen = format ?? (hasQuantizers(model.graph) ? 'qonnx' : 'onnx');
  return {
    bytes: exportModel(model, chosen),
    fields: [
      ['model', `${model.graph.name}, ${model.graph.nodes.length} nodes`],
      ['format', FORMAT_TEXT[chosen]],
      ['input', `float32 [n, ${model.graph.input.shape.join(', ')}], code x ${model.graph.input.scale}`],
      ['output', model.graph.output],
    ],
  };
}

function exportedNetwork(bytes: Uint8Array, path: string, format: ExportFormat | undefined): Exported {
  const { network } = decodeNetwork(bytes, path);
  if (format !== undefined && format !== 'onnx') {
    fail(
      'export-format-mismatch',
      '',
      `is an integer network, which has no quantizers left to write as ${format}`,
      `export the model that it was lowered from, or leave --format out`,
    );
  }
  return {
    bytes: exportNetwork(network),
    fields: [
      ['network', `${network.name}, ${network.nodes.length} nodes`],
      ['hash', hashNetwork(network)],
      ['format', 'ONNX, operator set 17, integer operators'],
      ['input', `uint8 [n, ${network.input.shape.join(', ')}], codes`],
      ['output', `${network.output}, int32`],
    ],
  };
}
