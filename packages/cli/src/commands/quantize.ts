import { basename, extname } from 'node:path';
import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import {
  CHIP_PRESETS,
  encodeModel,
  encodeNetwork,
  explainLowering,
  fail,
  hashNetwork,
  parseBitsRules,
  parseTransformText,
  type JsonValue,
  type Lowering,
  type Model,
  type Normalization,
  type Provenance,
} from '@tally/core';
import type { AutoBits } from '../calibrate/auto-bits.ts';
import { parseBudget, parseCandidates } from '../calibrate/auto-bits-flags.ts';
import type { Equalization } from '../calibrate/calibrate.ts';
import { readModelFile } from '../io/model-file.ts';
import { choosePoint } from '../io/operating-point.ts';
import { checkOutputs, writeAllAtomically } from '../io/outputs.ts';
import { readChip, readTech } from '../io/presets.ts';
import { inFile, readJson } from '../io/read.ts';
import { grouped, percent } from '../terminal/number.ts';
import { streamStyle } from '../terminal/style.ts';
import { renderFields } from '../terminal/table.ts';
import { VERSION } from '../version.ts';
import { positiveNumber, wholeNumber } from './arguments.ts';
import { parseNormalization } from './eval.ts';
import { techOption } from './options.ts';

interface Flags {
  readonly output: string;
  readonly modelOut?: string;
  readonly json?: string;
  readonly data?: string;
  readonly labels?: string;
  readonly transform: string;
  readonly split: 'train' | 'test';
  readonly normalize: string;
  readonly images: number;
  readonly bits?: string;
  readonly autoBits?: string;
  readonly maxCycles?: string;
  readonly maxEnergy?: string;
  readonly tech: string;
  readonly point: string;
  readonly chip: string;
  readonly sensitivity?: string;
  readonly sensitivityImages: number;
  readonly method: 'mse' | 'reconstruct';
  readonly iterations: number;
  readonly views: number;
  readonly seed: number;
  readonly resume: boolean;
  readonly perTensor: boolean;
  readonly exponent: number;
  readonly equalize: Equalization;
  readonly correction: 'none' | 'mean' | 'moments' | 'regression';
  readonly name?: string;
  readonly threads: number;
}

/** A network file as a model; what importing it remarked. */
interface Loaded {
  readonly model: Model;
  readonly remarks: readonly string[];
  readonly normalization: Normalization | null;
}

async function load(path: string, normalize: string): Promise<Loaded> {
  const isOnnx = path.endsWith('.onnx');
  const normalization = isOnnx && normalize !== 'none' ? parseNormalization(normalize) : null;
  const { model, remarks } = await readModelFile(path, normalization);
  return { model, remarks, normalization };
}

/** `tally quantize`: a trained network as an integer network. */
export function quantizeCommand(): Command {
  return new Command('quantize')
    .summary('make an integer network of a trained one')
    .description(
      'Lowers a trained, fully quantized model to an integer network: batch norm, ReLU and the next quantizer become ' +
        'integer thresholds, residual paths fixed point. Nothing is approximated silently: what cannot be lowered is refused.\n\n' +
        'With --data a full-precision network (.onnx or .model) is quantized first, on these images and without labels: ' +
        'channels rescaled, steps of least error, corrections of the layers\u2019 outputs, and with --method reconstruct learned rounding.',
    )
    .argument('<network>', '.model file, or .onnx (float, QONNX or QDQ)')
    .requiredOption('-o, --output <network>', 'network file to write (.tally)')
    .option('--model-out <model>', 'write the quantized model too (.model), for tally eval, export and train')
    .option('--json <file>', 'write what was chosen: bits, steps and errors per layer')
    .option(
      '--name <name>',
      'name of the network (default: that of the file; its own where it is lowered as it is)',
    )
    .option('--data <images>', 'images to calibrate on: a folder of pictures, or what tally eval reads')
    .option('--labels <file>', 'a .csv with the column file, to take only the pictures that it lists')
    .option(
      '--transform <transform>',
      'what is done to pictures: imagenet, none, or e.g. resize=256,crop=224',
      'none',
    )
    .addOption(
      new Option('--split <part>', 'part of CIFAR-10 or IDX data')
        .choices(['train', 'test'])
        .default('train'),
    )
    .option(
      '--normalize <means>',
      'what an .onnx file expects: imagenet, none (x / 255), or MEANS/STDS',
      'none',
    )
    .option('--images <n>', 'images to calibrate on, evenly spread over the data', wholeNumber(1), 256)
    .option(
      '--bits <rules>',
      'widths, e.g. conv1=8,fc=8,*=W3A3; the first rule that matches wins, for weights and activations each; the first and last layer are 8-bit unless named without * (default: 8)',
    )
    .option(
      '--auto-bits <candidates>',
      'choose among these for each layer that --bits leaves open, e.g. W3A2,W3A3,W4A4',
    )
    .option(
      '--max-cycles <budget>',
      'for --auto-bits: cycles per image, or e.g. 1.5x those of the cheapest choice',
    )
    .addOption(
      new Option(
        '--max-energy <budget>',
        'for --auto-bits: microjoules per image of all layers on the macro, or e.g. 1.5x',
      ).conflicts('maxCycles'),
    )
    .addOption(
      new Option(
        '--chip <chip>',
        `whose cycles and energy count: name (${CHIP_PRESETS.join(', ')}) or .json file`,
      ).default('zhu2020'),
    )
    .addOption(techOption())
    .option('--point <name>', 'operating point of the chip, for --max-energy', 'peak-efficiency')
    .option('--sensitivity <file>', 'keep the measurements of --auto-bits here, and go on from them')
    .option('--sensitivity-images <n>', 'images that --auto-bits measures on', wholeNumber(1), 64)
    .addOption(
      new Option(
        '--method <method>',
        'nearest codes at steps of least error, or learned rounding block by block',
      )
        .choices(['mse', 'reconstruct'])
        .default('mse'),
    )
    .option('--iterations <n>', 'for reconstruct: training steps per block', wholeNumber(1), 250)
    .option(
      '--views <n>',
      'for reconstruct: views of each image, the image itself and random parts of it, mirrored every other time',
      wholeNumber(1, 100),
      1,
    )
    .option('--seed <n>', 'for reconstruct: seed', wholeNumber(0), 1)
    .option('--resume', 'for reconstruct: continue from the checkpoint beside the output', false)
    .option('--per-tensor', 'one weight step per layer instead of one per output channel', false)
    .option('--exponent <p>', 'the p of the weight error sum |w - step * code|^p', positiveNumber, 2)
    .addOption(
      new Option(
        '--equalize <by>',
        'rescale channels between layers: by the ranges of weights (cross-layer equalisation), by the steps that activations want, or not',
      )
        .choices(['weights', 'activations', 'none'])
        .default('weights'),
    )
    .addOption(
      new Option('--correction <kind>', 'how layer outputs are matched with full precision, per channel')
        .choices(['none', 'mean', 'moments', 'regression'])
        .default('moments'),
    )
    .option('--threads <n>', 'threads of ONNX Runtime', wholeNumber(1), 1)
    .addHelpText(
      'after',
      `
Examples:
  $ tally train --precision w3a2 --init out/fp32.model --out out/w3a2.model
  $ tally quantize out/w3a2.model -o out/w3a2.tally
  $ tally quantize resnet18.onnx --normalize imagenet --data photos/ --transform imagenet --bits '*=W4A4' -o out/w4a4.tally
  $ tally quantize resnet18.onnx --normalize imagenet --data photos/ --transform imagenet --bits '*=W4A4' --equalize activations --method reconstruct -o out/w4a4.tally
  $ tally quantize resnet18.onnx --normalize imagenet --data photos/ --transform imagenet --auto-bits W3A2,W3A3,W4A4 --max-cycles 1.5x -o out/mixed.tally --json out/mixed.json

The metrics that tally train wrote beside the model (MODEL.metrics.json) go into the network's provenance.`,
    )
    .action(async (path: string, flags: Flags, command: Command) => {
      const checkpoint = flags.method === 'reconstruct' ? `${flags.output}.checkpoint` : null;
      const outputs = [flags.output, flags.modelOut, flags.json, flags.sensitivity, checkpoint].filter(
        (file) => typeof file === 'string',
      );
      checkOutputs(outputs, [path, ...metricsFiles(path)]);
      refuseConflicts(flags, command);
      const loaded = await load(path, flags.normalize);
      if (flags.data === undefined) {
        refuseFullPrecision(path, loaded);
        lowerOnly(path, loaded, flags);
        return;
      }
      const { executeCalibration } = await import('../calibrate/execute.ts');
      const { renderCalibration } = await import('../calibrate/render.ts');
      const { reconstructionOf } = await import('../reconstruct/options.ts');
      const { iterations, seed, threads } = flags;
      const result = await executeCalibration({
        network: path,
        parent: loaded.model,
        remarks: loaded.remarks,
        normalization: loaded.normalization,
        images: {
          data: flags.data,
          labels: flags.labels ?? null,
          transform: parseTransformText(flags.transform, '--transform'),
          split: flags.split,
          images: flags.images,
        },
        options: {
          name: flags.name ?? basename(path, extname(path)),
          rules: flags.bits === undefined ? [] : parseBitsRules(flags.bits, '--bits'),
          auto: autoBits(flags),
          steps: {
            weights: { granularity: flags.perTensor ? 'tensor' : 'channel', exponent: flags.exponent },
          },
          equalize: flags.equalize,
          correction: flags.correction === 'none' ? null : flags.correction,
          reconstruction:
            flags.method === 'reconstruct' ? { ...reconstructionOf(iterations), seed, threads } : null,
          views: flags.method === 'reconstruct' ? flags.views : 1,
          checkpoint: checkpoint === null ? null : { path: checkpoint, resume: flags.resume },
          threads,
        },
        method: flags.method,
        outputs: {
          network: flags.output,
          model: flags.modelOut ?? null,
          json: flags.json ?? null,
          sensitivity: flags.sensitivity ?? null,
        },
      });
      const style = streamStyle(process.stdout);
      const head = renderHead(result.lowering, result.bytes, loaded.model, [
        ['calibrated on', `${grouped(result.images)} images of ${flags.data}`],
      ]);
      process.stdout.write(
        `${style('bold', flags.output)}\n\n${head}\n\n${renderCalibration(result, style)}\n`,
      );
    });
}

/** Options that say something where a quantized network is lowered as it is; the others need images. */
const WITHOUT_IMAGES = ['output', 'modelOut', 'name', 'normalize', 'threads'];

/** Options of learned rounding. */
const OF_RECONSTRUCTION = ['iterations', 'views', 'seed', 'resume'];

/** Options that mean nothing without learned rounding or without images. */
function refuseConflicts(flags: Flags, command: Command): void {
  const given = (isMeant: (attribute: string) => boolean): string | undefined =>
    command.options.find((option) => {
      const attribute = option.attributeName();
      return isMeant(attribute) && command.getOptionValueSource(attribute) === 'cli';
    })?.long ?? undefined;
  const needless = given((attribute) => OF_RECONSTRUCTION.includes(attribute));
  if (needless !== undefined && flags.method !== 'reconstruct') {
    fail(
      'option-conflict',
      needless,
      'is for learned rounding only',
      `give --method reconstruct too, or leave ${needless} out`,
    );
  }
  if (flags.data !== undefined) {
    const budget = flags.maxCycles !== undefined ? '--max-cycles' : '--max-energy';
    const isBudget = flags.maxCycles !== undefined || flags.maxEnergy !== undefined;
    if ((flags.autoBits !== undefined) !== isBudget) {
      fail(
        'option-conflict',
        flags.autoBits === undefined ? budget : '--auto-bits',
        'says only half: which precisions, and how many cycles or how much energy they may cost',
        'give --auto-bits with --max-cycles or --max-energy, or neither',
      );
    }
    return;
  }
  const needy = given((attribute) => !WITHOUT_IMAGES.includes(attribute));
  if (needy === undefined) return;
  fail(
    'option-conflict',
    needy,
    'needs images to calibrate on',
    'give --data, or leave it out: a quantized network is lowered as it is',
  );
}

/** An ONNX network in full precision cannot be lowered as it is. */
function refuseFullPrecision(path: string, { model }: Loaded): void {
  if (!path.endsWith('.onnx')) return;
  const full = model.graph.nodes.some((node) => 'weightQuantizer' in node && node.weightQuantizer === null);
  if (!full) return;
  fail(
    'calibration-data-missing',
    path,
    'is in full precision, its layers have no low-bit weights',
    'name images to calibrate on with --data, and widths with --bits',
  );
}

function autoBits(flags: Flags): AutoBits | null {
  const { maxCycles, maxEnergy } = flags;
  if (flags.autoBits === undefined) return null;
  const candidates = parseCandidates(flags.autoBits, '--auto-bits');
  const chip = readChip(flags.chip);
  const common = { candidates, chip, images: flags.sensitivityImages };
  if (maxEnergy === undefined)
    return { ...common, budget: parseBudget(maxCycles ?? '', 'cycles', '--max-cycles'), energy: null };
  const energy = { chip, tech: readTech(flags.tech), operatingPoint: choosePoint(chip, flags.point, '') };
  return { ...common, budget: parseBudget(maxEnergy, 'energyUj', '--max-energy'), energy };
}

function lowerOnly(path: string, { model: read }: Loaded, flags: Flags): void {
  const { name = read.graph.name } = flags;
  const model: Model = { ...read, graph: { ...read.graph, name } };
  const lowering = inFile(path, () => explainLowering(model));
  const bytes = encodeNetwork(lowering.network, provenanceOf(path));
  writeAllAtomically([
    { path: flags.output, content: bytes },
    ...(flags.modelOut === undefined ? [] : [{ path: flags.modelOut, content: encodeModel(model) }]),
  ]);
  const style = streamStyle(process.stdout);
  process.stdout.write(
    `${style('bold', flags.output)}\n\n${renderHead(lowering, bytes.length, model, [])}\n`,
  );
}

function renderHead(
  { network, stream }: Lowering,
  bytes: number,
  model: Model,
  more: readonly (readonly [string, string])[],
): string {
  const parameters = [...model.parameters.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  const fields: readonly (readonly [string, string])[] = [
    ['network', `${network.name}, ${network.nodes.length} nodes`],
    ['hash', hashNetwork(network)],
    [
      'residual paths',
      stream === null ? 'none' : `fixed point, ${stream.bits} bits, ${stream.fractionBits} of them fraction`,
    ],
    ['size', `${grouped(bytes)} bytes, ${percent(bytes / parameters)} of the float parameters`],
    ...more,
  ];
  return renderFields(fields, streamStyle(process.stdout));
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
