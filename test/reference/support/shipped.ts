import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { decodeModel, decodeNetwork, type Model, type NetworkFile } from '@tally/core';
import { parseIdxImages, parseIdxLabels, type LabelledImages } from '../../../packages/cli/src/io/idx.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The integer networks that the repository ships, with the most that each may lose to its parent, in points of top-1. */
export const SHIPPED = [
  { name: 'resnet8-w3a2', mayLose: 1.0 },
  { name: 'resnet8-w3a3', mayLose: 0.6 },
  { name: 'resnet8-w3a3-twos', mayLose: 0.6 },
] as const;

/** Name of the full-precision parent. */
export const PARENT = 'resnet8-fp32';

/** `models/<name>.tally`. */
export function shippedNetwork(name: string): NetworkFile {
  const path = `models/${name}.tally`;
  return decodeNetwork(readFileSync(root + path), path);
}

/** `models/trained/w3a2.model` for `resnet8-w3a2`: the float parameters that a network was lowered from. */
export function shippedModel(name: string): Model {
  const path = `models/trained/${name.replace('resnet8-', '')}.model`;
  return decodeModel(readFileSync(root + path), path);
}

/** The 10,000 test images of Fashion-MNIST, one byte a pixel. */
export function testImages(): LabelledImages {
  const read = (file: string): Uint8Array =>
    gunzipSync(readFileSync(`${root}data/images/fashion-mnist/${file}.gz`));
  const images = parseIdxImages(read('t10k-images-idx3-ubyte'), 't10k-images-idx3-ubyte');
  return {
    ...images,
    labels: parseIdxLabels(read('t10k-labels-idx1-ubyte'), 't10k-labels-idx1-ubyte').labels,
  };
}

/** Preset that a shipped network is made for. */
export function chipOf(name: string): string {
  if (name.endsWith('twos')) return 'lsq-w3a3';
  return name.endsWith('w3a3') ? 'zhu2020-w3a3' : 'zhu2020';
}
