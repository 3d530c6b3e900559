import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Command, Option } from 'commander';
import { fail } from '@tally/core';
import { shippedRoot } from '../io/root.ts';
import { executeRun } from '../run/run.ts';
import { writeResults } from '../run/results.ts';
import { renderReproduction } from '../terminal/reproduction.ts';
import { streamStyle } from '../terminal/style.ts';
import { defaultThreads, MOST_THREADS, wholeNumber } from './arguments.ts';

interface Flags {
  readonly out: string;
  readonly images?: number;
  readonly threads?: number;
}

/** `tally demo`: the shipped W3A2 network on the shipped test images, with every output. */
export function demoCommand(): Command {
  return new Command('demo')
    .summary('run the shipped network on the shipped images, with every output')
    .description(
      'Runs the shipped W3A2 network on the 10,000 shipped Fashion-MNIST test images as the zhu2020 chip would, ' +
        'writes report.html and report.json, and prints the tables and the comparison with the publication.',
    )
    .addOption(new Option('--out <folder>', 'folder to write into').default('out'))
    .option('--images <n>', 'run the first n images only', wholeNumber(1))
    .option(
      '--threads <n>',
      'worker threads, no result depends on it (default: one per core, at most 8)',
      wholeNumber(1, MOST_THREADS),
    )
    .addHelpText(
      'after',
      `
Examples:
  $ npm run demo
  $ tally demo --out /tmp/demo --images 1000`,
    )
    .action(async ({ out, images, threads }: Flags) => {
      const network = shippedNetwork();
      mkdirSync(out, { recursive: true });
      const outputs = { json: join(out, 'report.json'), html: join(out, 'report.html') };
      const results = await executeRun({
        network,
        data: 'fashion-mnist',
        labels: null,
        chip: 'zhu2020',
        tech: 'zhu2020-65nm',
        point: 'peak-efficiency',
        images: images ?? null,
        threads: threads ?? defaultThreads(),
        outputs,
      });
      await writeResults(results, { ...outputs, stamp: false, table: true });
      const style = streamStyle(process.stdout);
      process.stdout.write(
        `\n${renderReproduction('zhu2020', results.reproduction, style)}\n\nOpen ${style('bold', outputs.html)} for the figures.\n`,
      );
    });
}

/** The network file under `models/` with W3A2 in its name, as a path from here. */
function shippedNetwork(): string {
  const folder = join(shippedRoot() ?? '.', 'models');
  const file = existsSync(folder)
    ? readdirSync(folder).find((name) => name.endsWith('w3a2.tally'))
    : undefined;
  if (file === undefined) {
    return fail(
      'network-missing',
      folder,
      'there is no W3A2 network in it',
      'restore models/ from the repository, or make one: npm run train:models',
    );
  }
  return relative('.', join(folder, file));
}
