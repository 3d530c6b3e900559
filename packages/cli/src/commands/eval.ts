import { fail, NORMALIZATIONS, parseTransformText, type Normalization } from '@tally/core';
import { Command, Option } from 'commander';
import { datasetNames } from '../io/dataset.ts';
import { checkOutputs, writeAllAtomically } from '../io/outputs.ts';
import { remedyForUnknown } from '../io/suggest.ts';
import { streamStyle } from '../terminal/style.ts';
import { defaultThreads, MOST_THREADS, wholeNumber } from './arguments.ts';
import { chipOption, techOption } from './options.ts';

interface Flags {
  readonly data: string;
  readonly labels?: string;
  readonly meta?: string;
  readonly split: 'train' | 'test';
  readonly transform: string;
  readonly normalize: string;
  readonly as: 'file' | 'imported';
  readonly arithmetic?: 'float32' | 'float64' | 'fixed-residuals';
  readonly chip: string;
  readonly tech: string;
  readonly point: string;
  readonly images?: number;
  readonly threads?: number;
  readonly skipCorrupt: boolean;
  readonly state?: string;
  readonly cache?: string;
  readonly json?: string;
}

/** A normalisation by name, or as `0.5,0.5,0.5/0.25,0.25,0.25`. @throws TallyError `normalization-unknown` */
export function parseNormalization(text: string): Normalization {
  const known = new Map<string, Normalization>(Object.entries(NORMALIZATIONS)).get(text);
  if (known !== undefined) return known;
  const [mean = [], std = []] = text.split('/').map((part) => part.split(',').map(Number));
  const legal =
    mean.length > 0 &&
    mean.length === std.length &&
    [...mean, ...std].every(Number.isFinite) &&
    std.every((value) => value > 0);
  if (legal) return { mean, std };
  return fail(
    'normalization-unknown',
    '--normalize',
    `is '${text}', must be a name or MEANS/STDS of x / 255, one of each per channel, STDS above 0`,
    remedyForUnknown(text, Object.keys(NORMALIZATIONS)),
  );
}

/** `tally eval`: the accuracy of a network in any of its forms. */
export function evalCommand(): Command {
  return new Command('eval')
    .summary('measure the accuracy of a network, float, fake-quantized or integer, on many images')
    .description(
      'Streams a data set through a network and reports top-1 and top-5 with their 95 % intervals. An integer network ' +
        '(.tally) runs bit for bit as on the chip, and its cycles and energy come from the same images. A .model runs with ' +
        'its quantizers active (see --arithmetic), an .onnx file as it is, both by ONNX Runtime; a QONNX file, which ONNX Runtime ' +
        'cannot run, by the reference executor: exact and slow (--as imported is fast). Memory does not grow with the ' +
        'data set, and no result depends on the number of threads.',
    )
    .argument('<network>', '.tally, .model or .onnx file')
    .requiredOption(
      '--data <dataset>',
      `name (${datasetNames().join(', ')}), folder or archive: ILSVRC2012 validation (folder of classes, flat folder, or the tar), class folders, CIFAR-10 binary, IDX`,
    )
    .option(
      '--labels <file>',
      'ILSVRC2012 ground truth, .csv with the columns file and class_index, or IDX labels',
    )
    .option('--meta <file>', 'meta.mat of the ILSVRC2012 development kit (default: beside the ground truth)')
    .addOption(
      new Option('--split <part>', 'part of CIFAR-10 or IDX data').choices(['test', 'train']).default('test'),
    )
    .option(
      '--transform <transform>',
      'what is done to pictures: imagenet (resize 256, crop 224), none, or e.g. resize=232,crop=224',
      'none',
    )
    .option(
      '--normalize <means>',
      'for .onnx files: imagenet, none (x / 255), or MEANS/STDS; other files have it in them',
      'none',
    )
    .addOption(
      new Option('--as <form>', 'for .onnx files: as the file is, or as the model that tally makes of it')
        .choices(['file', 'imported'])
        .default('file'),
    )
    .addOption(
      new Option(
        '--arithmetic <how>',
        'for models: float32, as in training (the default without quantizers); float64, with sums of codes exact; fixed-residuals, ' +
          'the same with what residual additions, or batch norms behind them, read in the fixed point of the integer network (the default with quantizers)',
      ).choices(['float32', 'float64', 'fixed-residuals']),
    )
    .addOption(chipOption())
    .addOption(techOption())
    .option('--point <name>', 'operating point of the chip', 'peak-efficiency')
    .option('--images <n>', 'the first n images only', wholeNumber(1))
    .option(
      '--threads <n>',
      'worker threads (default: one per core, at most 8)',
      wholeNumber(1, MOST_THREADS),
    )
    .option('--skip-corrupt', 'leave out pictures that cannot be decoded, and count them', false)
    .option('--state <file>', 'keep the state here, and continue from it when the run was interrupted')
    .option('--cache <folder>', 'keep decoded pictures here, and read them from there the next time')
    .option('--json <file>', 'write the report as JSON; - for standard output')
    .addHelpText(
      'after',
      `
Examples:
  $ tally eval models/resnet8-w3a2.tally --data fashion-mnist
  $ tally eval net.tally --data ILSVRC2012_img_val.tar --labels ILSVRC2012_validation_ground_truth.txt --transform imagenet --state out/eval.json
  $ tally eval resnet18.onnx --data val/ --transform imagenet --normalize imagenet --cache out/cache
  $ tally eval tfc.qonnx.onnx --data mnist/ --as imported
  $ tally eval resnet20.model --data cifar-10-batches-bin/`,
    )
    .action(async (network: string, flags: Flags) => {
      const outputs = [flags.json, flags.state]
        .filter((path) => path !== undefined && path !== '-')
        .map(String);
      checkOutputs(outputs, [network]);
      const { executeEvaluation } = await import('../eval/execute.ts');
      const { report, speed } = await executeEvaluation({
        network,
        data: flags.data,
        labels: flags.labels ?? null,
        meta: flags.meta ?? null,
        split: flags.split,
        transform: parseTransformText(flags.transform, '--transform'),
        normalization: flags.normalize === 'none' ? null : parseNormalization(flags.normalize),
        as: flags.as,
        arithmetic: flags.arithmetic ?? null,
        chip: flags.chip,
        tech: flags.tech,
        point: flags.point,
        images: flags.images ?? null,
        threads: flags.threads ?? defaultThreads(),
        skipCorrupt: flags.skipCorrupt,
        state: flags.state ?? null,
        cache: flags.cache ?? null,
      });
      const json = `${JSON.stringify(report, null, 2)}\n`;
      if (flags.json === '-') {
        process.stdout.write(json);
        return;
      }
      if (flags.json !== undefined) writeAllAtomically([{ path: flags.json, content: json }]);
      const { renderEvaluation } = await import('../eval/report.ts');
      process.stdout.write(`${renderEvaluation(report, speed, streamStyle(process.stdout))}\n`);
    });
}
