// npm run bench: integer inference against ONNX Runtime in float32 and int8, same threads, same run.
// With an argument, a part alone: `kernels` (images in memory), `map` (searches of mappings), `imagenet` (JPEG files to exact counts;
// --images N and --rounds N say how much is measured), `macro` (simulated clocks per second), `training` (steps per second).
import { parseArgs } from 'node:util';
import { benchImagenet } from './imagenet.ts';
import { benchKernels } from './kernels.ts';
import { benchMapping } from './mapping.ts';
import { benchMacro } from './macro.ts';
import { benchTraining } from './training.ts';
import { verilatorContenders } from './verilator.ts';

const PARTS = ['map', 'kernels', 'macro', 'training', 'imagenet'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { images: { type: 'string', default: '400' }, rounds: { type: 'string', default: '7' } },
});
const unknown = positionals.find((part) => !PARTS.includes(part));
if (unknown !== undefined)
  throw new Error(`no part of the benchmark is named '${unknown}': ${PARTS.join(', ')}`);
const parts = positionals.length === 0 ? PARTS : positionals;

const print = (line: string): void => void process.stdout.write(`${line}\n`);
if (parts.includes('kernels')) await benchKernels(print);
if (parts.includes('map')) benchMapping(print);
if (parts.includes('macro')) {
  await benchMacro(Number(values.rounds), print, (schedule) => verilatorContenders(schedule, print));
}
if (parts.includes('training')) await benchTraining(Number(values.rounds), print);
if (parts.includes('imagenet')) {
  await benchImagenet({ images: Number(values.images), rounds: Number(values.rounds) }, print);
}
