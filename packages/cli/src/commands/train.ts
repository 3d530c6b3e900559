import { fail, type LayerPrecision, type Precision } from '@tally/core';
import { Command, Option } from 'commander';
import { basename } from 'node:path';
import { checkOutputs } from '../io/outputs.ts';
import { parseNormalization } from './eval.ts';

type Codes = Precision['codes'];

/** Precisions by name; `as-is` trains a parent on with the quantizers that it has. */
const presets: Readonly<Record<string, Precision | null>> = {
  fp32: null,
  'as-is': null,
  w3a2: { weights: 3, activations: 2, codes: 'sign-magnitude' },
  w3a3: { weights: 3, activations: 3, codes: 'sign-magnitude' },
  'w3a3-twos': { weights: 3, activations: 3, codes: 'twos-complement' },
};

function number(option: string, text: string, rule: string, accepts: (value: number) => boolean): number {
  const value = Number(text);
  if (text.trim() === '' || !accepts(value))
    fail('option-out-of-range', option, `is '${text}', must be ${rule}`, `give ${option} ${rule}`);
  return value;
}

const positiveInteger = (option: string) => (text: string) =>
  number(option, text, 'a positive integer', (value) => Number.isSafeInteger(value) && value > 0);
const naturalNumber = (option: string) => (text: string) =>
  number(option, text, 'an integer, 0 or more', (value) => Number.isSafeInteger(value) && value >= 0);
const nonNegative = (option: string) => (text: string) =>
  number(option, text, 'a number, 0 or more', (value) => value >= 0 && Number.isFinite(value));
const unitInterval = (option: string) => (text: string) =>
  number(option, text, 'a number from 0 to 1', (value) => value >= 0 && value <= 1);
const positive = (option: string) => (text: string) =>
  number(option, text, 'a number above 0', (value) => value > 0 && Number.isFinite(value));

/** Parses `conv1=W8A8,fc=W8,block1.conv1=W4A2:twos-complement`. */
export function parseBits(text: string): Record<string, Partial<LayerPrecision>> {
  const overrides: Record<string, Partial<LayerPrecision>> = {};
  for (const part of text.split(',')) {
    const groups =
      /^(?<layer>[^=]+)=(?:W(?<weights>\d+))?(?:A(?<activations>\d+))?(?::(?<codes>sign-magnitude|twos-complement))?$/i.exec(
        part.trim(),
      )?.groups;
    const { layer, weights, activations, codes } = (groups ?? {}) as Partial<Record<string, string>>;
    if (layer === undefined || (weights ?? activations ?? codes) === undefined) {
      return fail(
        'option-malformed',
        '--bits',
        `cannot read '${part}'`,
        'write LAYER=W<bits>A<bits>[:sign-magnitude|:twos-complement], comma-separated, e.g. conv1=W8A8,fc=W8:twos-complement',
      );
    }
    overrides[layer] = {
      ...(weights === undefined ? {} : { weights: Number(weights) }),
      ...(activations === undefined ? {} : { activations: Number(activations) }),
      ...(codes === undefined ? {} : { codes: codes as Codes }),
    };
  }
  return overrides;
}

interface Flags {
  readonly data: string;
  readonly precision: string;
  readonly weights?: number;
  readonly activations?: number;
  readonly codes?: Codes;
  readonly bits?: Record<string, Partial<LayerPrecision>>;
  readonly init?: string;
  readonly normalize: string;
  readonly teacher?: string;
  readonly distillationShare: number;
  readonly temperature: number;
  readonly mirrorTeacher: boolean;
  readonly cropPadding?: number;
  readonly mixup: number;
  readonly perChannel: boolean;
  readonly name?: string;
  readonly epochs?: number;
  readonly batch: number;
  readonly lr?: number;
  readonly warmup?: number;
  readonly average?: number;
  readonly averageLr?: number;
  readonly freezeNorms: boolean;
  readonly momentum: number;
  readonly weightDecay?: number;
  readonly seed: number;
  readonly out: string;
  readonly resume: boolean;
  readonly threads: number;
  readonly replicas: number;
  readonly checkpointSteps: number;
  readonly calibrationImages: number;
}

/** Options that mean nothing without a teacher. */
const TEACHER_OPTIONS = [
  ['--distillation-share', 'distillationShare'],
  ['--temperature', 'temperature'],
  ['--mirror-teacher', 'mirrorTeacher'],
] as const;

/** Options that say what quantizers are like, of those given. */
function quantizerOptions({ weights, activations, codes, bits, perChannel }: Flags): readonly string[] {
  return [
    ...(weights === undefined ? [] : ['--weights']),
    ...(activations === undefined ? [] : ['--activations']),
    ...(codes === undefined ? [] : ['--codes']),
    ...(bits === undefined ? [] : ['--bits']),
    ...(perChannel ? ['--per-channel'] : []),
  ];
}

/** The precision that the flags name; null is full precision. */
function precisionOf(flags: Flags): Precision | 'as-is' | null {
  const given = quantizerOptions(flags).at(0);
  if (flags.precision === 'as-is') {
    if (given === undefined) return 'as-is';
    return fail(
      'option-conflict',
      given,
      'says what new quantizers are like, and --precision as-is keeps those of --init',
      'leave one of the two out',
    );
  }
  const preset = presets[flags.precision] ?? null;
  const steps = flags.perChannel ? { weightSteps: 'per-channel' as const } : {};
  const { weights, activations, codes, bits } = flags;
  if (preset === null) {
    if (given === undefined) return null;
    if (weights === undefined || activations === undefined) {
      return fail(
        'option-conflict',
        given,
        'needs a low-bit precision to change',
        'give --precision w3a2 or another preset, or both --weights and --activations',
      );
    }
    return { weights, activations, codes: codes ?? 'sign-magnitude', overrides: bits ?? {}, ...steps };
  }
  return {
    weights: weights ?? preset.weights,
    activations: activations ?? preset.activations,
    codes: codes ?? preset.codes,
    overrides: bits ?? {},
    ...steps,
  };
}

/** The parent's file name, or ResNet-8, and the precision. */
function defaultName({ init, precision }: Flags): string {
  const stem =
    init === undefined || precision === 'fp32' ? 'resnet8' : basename(init).replace(/\.[^.]*$/, '');
  return `${stem === 'fp32' ? 'resnet8' : stem}-${precision}`;
}

/** `tally train`. */
export function trainCommand(): Command {
  return new Command('train')
    .summary('train a network, in full precision or with learned step sizes (LSQ)')
    .description(
      'Trains a ResNet-8 on IDX images (Fashion-MNIST by default): first in full precision, then, from that ' +
        'parent, with 2- to 8-bit weights and activations by learned step size quantization (LSQ). Any other ' +
        'network comes in with --init, from a .model or an .onnx file, and may imitate a --teacher.\n\n' +
        'Writes OUT (the model), and beside it .metrics.json, .metrics.jsonl (a line per epoch) and, on the way, ' +
        '.checkpoint, from which --resume continues a killed run to the same bytes.',
    )
    .option(
      '--data <dir>',
      'directory with the four IDX files, plain or .gz, or with CIFAR-10 in its binary version',
      '/usr/share/datasets/fashion-mnist',
    )
    .addOption(
      new Option('--precision <preset>', 'what to train; as-is goes on with the quantizers of --init')
        .choices(Object.keys(presets))
        .default('fp32'),
    )
    .option(
      '--weights <bits>',
      'weight bits of all but the first and last layer (2 to 8)',
      positiveInteger('--weights'),
    )
    .option(
      '--activations <bits>',
      'activation bits of the same layers (1 to 8)',
      positiveInteger('--activations'),
    )
    .addOption(
      new Option('--codes <system>', 'weight codes: symmetric or asymmetric').choices([
        'sign-magnitude',
        'twos-complement',
      ]),
    )
    .option(
      '--bits <layers>',
      'widths and weight codes of single layers, e.g. conv1=W8A8,fc=W8:twos-complement (default: first and last layer W8A8)',
      parseBits,
    )
    .option(
      '--init <model>',
      '.model or .onnx file to start from; required for low-bit training; its quantizers, if it has any, are replaced by those of --precision',
    )
    .option(
      '--normalize <means>',
      'what .onnx files expect of their images: imagenet, none (x / 255), or MEANS/STDS',
      'none',
    )
    .option('--per-channel', 'one weight step per output channel, which costs the macro nothing', false)
    .option('--teacher <model>', 'full-precision .model or .onnx to imitate as well (knowledge distillation)')
    .option(
      '--distillation-share <share>',
      'share of the teacher in the loss, 0 to 1; the labels have the rest',
      unitInterval('--distillation-share'),
      0.7,
    )
    .option('--temperature <T>', 'temperature of the softmax that is imitated', positive('--temperature'), 4)
    .option(
      '--mirror-teacher',
      'the teacher answers with the mean over each image and its mirror image',
      false,
    )
    .option(
      '--crop-padding <pixels>',
      'padding before the random crop (default: 4 for CIFAR-10, else 2)',
      naturalNumber('--crop-padding'),
    )
    .option(
      '--mixup <share>',
      'share of the images into which another is blended; for --teacher, which alone can say what the blend shows: best with --distillation-share 1',
      unitInterval('--mixup'),
      0,
    )
    .option(
      '--name <name>',
      'name of the network (default: file name of the parent, or resnet8, and the precision)',
    )
    .option(
      '--epochs <n>',
      'passes over the training images (default: 24 in full precision, else 10)',
      positiveInteger('--epochs'),
    )
    .option('--batch <n>', 'images per step', positiveInteger('--batch'), 64)
    .option(
      '--lr <rate>',
      'largest learning rate, cosine schedule (default: 0.1 in full precision, else 0.02)',
      positive('--lr'),
    )
    .option(
      '--warmup <epochs>',
      'epochs of growing learning rate (default: 1 in full precision, else 0.25)',
      nonNegative('--warmup'),
    )
    .option(
      '--average <epochs>',
      'write the mean of the weights over the last epochs, batch norm statistics taken anew (stochastic weight averaging)',
      positiveInteger('--average'),
    )
    .option(
      '--average-lr <rate>',
      'constant rate of these epochs, to which the cosine goes down (default: half of --lr)',
      positive('--average-lr'),
    )
    .option(
      '--freeze-norms',
      'batch norms keep the statistics of --init in every step, as in inference: for a last few epochs at a low rate',
      false,
    )
    .option('--momentum <value>', 'momentum of SGD', nonNegative('--momentum'), 0.9)
    .option(
      '--weight-decay <value>',
      'weight decay of conv and fc weights (default: 5e-4 in full precision, else 1e-4)',
      nonNegative('--weight-decay'),
    )
    .option('--seed <n>', 'seed of initial weights, order and augmentation', naturalNumber('--seed'), 1)
    .requiredOption('--out <file>', 'model file to write, e.g. out/fp32.model')
    .option('--resume', 'continue from the checkpoint beside OUT, if there is one', false)
    .option(
      '--threads <n>',
      'threads of onnxruntime; does not change the result',
      positiveInteger('--threads'),
      2,
    )
    .option(
      '--replicas <n>',
      'equal parts of a batch, trained at the same time on threads of their own; batch norms see one part each',
      positiveInteger('--replicas'),
      1,
    )
    .option('--checkpoint-steps <n>', 'steps between checkpoints', positiveInteger('--checkpoint-steps'), 250)
    .option(
      '--calibration-images <n>',
      'images that the first activation steps are computed from',
      positiveInteger('--calibration-images'),
      512,
    )
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  tally train --precision fp32 --out out/fp32.model\n' +
        '  tally train --precision w3a2 --init out/fp32.model --out out/w3a2.model\n' +
        '  tally train --weights 4 --activations 4 --codes twos-complement --init out/fp32.model --out out/w4a4.model\n' +
        '  tally train --precision w3a2 --init out/fp32.model --out out/w3a2.model --resume\n' +
        '  tally train --precision w3a2 --init out/w3a3.model --out out/w3a2.model --average 2\n' +
        '  tally train --precision as-is --init out/w3a2.model --teacher out/fp32.model --distillation-share 1 --mixup 0.5 --out out/w3a2-more.model\n' +
        '  tally train --precision w3a3 --init resnet20.onnx --teacher resnet20.onnx --normalize imagenet --per-channel --data cifar-10-batches-bin --out out/r20.model\n',
    )
    .action(async (flags: Flags, command: Command) => {
      checkOutputs([flags.out], flags.init === undefined ? [] : [flags.init]);
      if (flags.precision === 'as-is' && flags.init === undefined) {
        fail(
          'option-conflict',
          '--precision',
          'is as-is, which goes on with a parent',
          'name the parent with --init',
        );
      }
      for (const [option, key] of TEACHER_OPTIONS) {
        if (flags.teacher !== undefined || command.getOptionValueSource(key) !== 'cli') continue;
        fail(
          'option-conflict',
          option,
          'says how a teacher is imitated, and there is none',
          'name one with --teacher, or leave it out',
        );
      }
      const precision = precisionOf(flags);
      const fresh = flags.precision === 'fp32' && precision === null;
      const learningRate = flags.lr ?? (fresh ? 0.1 : 0.02);
      if (flags.averageLr !== undefined && flags.average === undefined) {
        fail(
          'option-conflict',
          '--average-lr',
          'is the rate of epochs that are averaged, and none are',
          'name how many with --average',
        );
      }
      // Loaded only here: no other command needs ONNX Runtime.
      const { train } = await import('../train/train.ts');
      const result = await train({
        name: flags.name ?? defaultName(flags),
        data: flags.data,
        precision,
        parent: flags.init ?? null,
        normalization: flags.normalize === 'none' ? null : parseNormalization(flags.normalize),
        teacher: flags.teacher ?? null,
        distillation: { share: flags.distillationShare, temperature: flags.temperature },
        mirrorTeacher: flags.mirrorTeacher,
        cropPadding: flags.cropPadding ?? null,
        mixup: flags.mixup,
        epochs: flags.epochs ?? (fresh ? 24 : 10),
        batch: flags.batch,
        learningRate,
        average:
          flags.average === undefined
            ? null
            : { epochs: flags.average, learningRate: flags.averageLr ?? learningRate / 2 },
        warmupEpochs: flags.warmup ?? (fresh ? 1 : 0.25),
        freezeNorms: flags.freezeNorms,
        momentum: flags.momentum,
        weightDecay: flags.weightDecay ?? (fresh ? 5e-4 : 1e-4),
        seed: flags.seed,
        out: flags.out,
        resume: flags.resume,
        threads: flags.threads,
        replicas: flags.replicas,
        checkpointSteps: flags.checkpointSteps,
        calibrationImages: flags.calibrationImages,
      });
      process.stdout.write(
        `${flags.out}: ${result.correct} of ${result.images} test images right (${((100 * result.correct) / result.images).toFixed(2)} %)\n`,
      );
    });
}
