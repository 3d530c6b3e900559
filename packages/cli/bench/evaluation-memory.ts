// A process of its own: evaluates a network as `tally eval` does and prints what it took, as JSON.
// Arguments: network file, data set, its labels, chip, number of images, threads.
import { TRANSFORMS } from '@tally/core';
import { executeEvaluation } from '../src/eval/execute.ts';
import { peakRssMiB } from './statistics.ts';

const [network, data, labels, chip, images, threads] = process.argv.slice(2);
const { report, speed } = await executeEvaluation({
  network,
  data,
  labels,
  chip,
  images: Number(images),
  threads: Number(threads),
  tech: 'zhu2020-65nm',
  point: 'peak-efficiency',
  meta: null,
  split: 'test',
  transform: TRANSFORMS.imagenet,
  normalization: null,
  as: 'file',
  arithmetic: null,
  skipCorrupt: false,
  state: null,
  cache: null,
});
if (report.run === null) throw new Error('nothing was counted');
process.stdout.write(`${JSON.stringify({ ...speed, peakRssMiB: peakRssMiB() })}\n`);
