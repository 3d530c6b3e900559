/** Loads a network, runs it on real images as a chip would, and prices it. */
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import {
  chipPreset,
  createKernelExecutor,
  decodeNetwork,
  operatingPoint,
  runOnChip,
  techPreset,
} from '@tally/core';

const [file = 'models/resnet8-w3a2.tally'] = process.argv.slice(2);
const images = gunzipSync(await readFile('data/images/fashion-mnist/t10k-images-idx3-ubyte.gz')).subarray(16);
const labels = gunzipSync(await readFile('data/images/fashion-mnist/t10k-labels-idx1-ubyte.gz')).subarray(8);

const { network } = decodeNetwork(await readFile(file), file);
const chip = chipPreset('zhu2020');
const tech = techPreset('zhu2020-65nm');
const executor = createKernelExecutor(network);
const count = 100;

const report = runOnChip({
  network,
  chip,
  tech,
  operatingPoint: operatingPoint(chip, 'peak-efficiency'),
  executor,
  images: images.subarray(0, count * 28 * 28),
  labels: labels.subarray(0, count),
  count,
});

const { cycles, energy, reduction } = report.total;
console.log(`${network.name}: ${((report.top1 ?? 0) * 100).toFixed(1)} % of ${count} images right`);
console.log(
  `${reduction.toFixed(2)} times fewer multiplications, ${cycles} cycles, ${(energy.totalPj / 1e6).toFixed(3)} µJ per image`,
);
