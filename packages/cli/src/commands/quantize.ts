import { basename } from 'node:path';
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import {
  decodeModel,
  encodeNetwork,
  explainLowering,
  hashNetwork,
  type JsonValue,
  type Provenance,
} from '@tally/core';
import { checkOutputs, writeAllAtomically } from '../io/outputs.ts';
import { inFile, readBytes, readJson } from '../io/read.ts';
import { grouped, percent } from '../terminal/number.ts';
import { streamStyle } from '../terminal/style.ts';
import { renderFields } from '../terminal/table.ts';
import { VERSION } from '../version.ts';

interface Flags {
  readonly output: string;
}

/** `tally quantize`: lowers a trained model to integers. */
export function quantizeCommand(): Command {
  return new Command('quantize')
    .summary('lower a trained model to an integer network')
    .description(
      'Lowers a trained, fully quantized model to an integer network: batch norm, ReLU and the next quantizer become ' +
        'integer thresholds, residual paths fixed point. Nothing is approximated silently: what cannot be lowered is refused.',
    )
    .argument('<model>', 'model file made by tally train')
    .requiredOption('-o, --output <network>', 'network file to write (.tally)')
    .addHelpText(
      'after',
      `
Examples:
  $ tally train --precision w3a2 --init out/fp32.model --out out/w3a2.model
  $ tally quantize out/w3a2.model -o out/w3a2.tally
  $ tally inspect out/w3a2.tally

The metrics that tally train wrote beside the model (MODEL.metrics.json) go into the network's provenance.`,
    )
    .action((path: string, { output }: Flags) => {
      checkOutputs([output], [path, ...metricsFiles(path)]);
      const model = decodeModel(readBytes(path, 'model'), path);
      const { network, stream } = inFile(path, () => explainLowering(model));
      const bytes = encodeNetwork(network, provenanceOf(path));
      writeAllAtomically([{ path: output, content: bytes }]);
      const parameters = [...model.parameters.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
      const style = streamStyle(process.stdout);
      const fields: readonly (readonly [string, string])[] = [
        ['network', `${network.name}, ${network.nodes.length} nodes`],
        ['hash', hashNetwork(network)],
        [
          'residual paths',
          stream === null
            ? 'none'
            : `fixed point, ${stream.bits} bits, ${stream.fractionBits} of them fraction`,
        ],
        [
          'size',
          `${grouped(bytes.length)} bytes, ${percent(bytes.length / parameters)} of the float parameters`,
        ],
      ];
      process.stdout.write(`${style('bold', output)}\n\n${renderFields(fields, style)}\n`);
    });
}

/** Where the metrics of a model's training may lie. */
function metricsFiles(path: string): readonly string[] {
  return [`${path}.metrics.json`, `${path.replace(/\.model$/, '')}.metrics.json`];
}

/** Where the network comes from; names of files without their folders, so that the same model gives the same bytes. */
function provenanceOf(path: string): Provenance {
  const training = metricsFiles(path).find((file) => existsSync(file));
  return {
    madeBy: `tally ${VERSION} quantize`,
    model: basename(path),
    ...(training === undefined ? {} : { training: readJson(training, 'metrics') as JsonValue }),
  };
}
