// The product's pixels beside Pillow's and torchvision's, on photographs that are not part of the repository.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Random, randomView, TRANSFORMS } from '@tally/core';
import { describe, expect, it } from 'vitest';
import { decodeImage } from './decode.ts';
import { loadImage } from './load-image.ts';

const PYTHON = '/usr/bin/python3';
const shared =
  process.env['TALLY_SHARED'] ?? fileURLToPath(new URL('../../../../../shared', import.meta.url));
const imagenet = join(shared, 'images', 'imagenet');

/** Prints, for each file, SHA-256 of its pixels as decoded and after the usual transform. */
const SCRIPT = `
import sys, json, hashlib
from PIL import Image
from torchvision.transforms import Resize, CenterCrop, Compose
transform = Compose([Resize(256), CenterCrop(224)])
sha = lambda image: hashlib.sha256(image.tobytes()).hexdigest()
print(json.dumps([[sha(i), sha(transform(i))] for i in (Image.open(f).convert('RGB') for f in sys.argv[1:])]))
`;

/** Prints, for each file and view, SHA-256 of the view's pixels. */
const VIEWS = `
import sys, json, hashlib
from PIL import Image
from torchvision.transforms.functional import hflip, resized_crop
def sha(file, top, left, height, width, mirrored):
    view = resized_crop(Image.open(file).convert('RGB'), top, left, height, width, [224, 224])
    return hashlib.sha256((hflip(view) if mirrored else view).tobytes()).hexdigest()
print(json.dumps([sha(*view) for view in json.loads(sys.argv[1])]))
`;

function hasTorchvision(): boolean {
  try {
    const find =
      "import importlib.util as u, sys; sys.exit(not (u.find_spec('PIL') and u.find_spec('torchvision')))";
    execFileSync(PYTHON, ['-c', find], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const missing = !existsSync(imagenet)
  ? `no folder ${imagenet} (TALLY_SHARED names the one with images/)`
  : !hasTorchvision()
    ? 'apt-get install python3-pil python3-torchvision'
    : null;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Row-major pixels from channels of 224 x 224. */
function interleave(planar: Uint8Array): Uint8Array {
  const size = planar.length / 3;
  return Uint8Array.from(planar, (_, i) => planar[(i % 3) * size + Math.floor(i / 3)]);
}

/** Files of a set, evenly spread. */
function some(set: string, count: number): readonly string[] {
  const all = readdirSync(join(imagenet, set)).sort();
  return Array.from({ length: count }, (_, i) =>
    join(imagenet, set, all[Math.floor((i * all.length) / count)]),
  );
}

const title = 'photographs as Pillow and torchvision read them';
describe.skipIf(missing !== null)(missing === null ? title : `${title} (skipped: ${missing})`, () => {
  it('every pixel of 10 files of val500 and 20 of calib1000, decoded and resized', async () => {
    const files = [...some('val500', 10), ...some('calib1000', 20)];
    const expected = JSON.parse(
      execFileSync(PYTHON, ['-c', SCRIPT, ...files], { encoding: 'utf8' }),
    ) as readonly (readonly [string, string])[];
    expect(expected).toHaveLength(30);
    for (const [i, path] of files.entries()) {
      const decoded = await decodeImage(readFileSync(path), path);
      const file = { path, offset: 0, length: statSync(path).size, source: path };
      const { planar } = await loadImage({
        file,
        transform: TRANSFORMS.imagenet,
        size: [224, 224],
        view: null,
      });
      expect([sha256(decoded.pixels), sha256(interleave(planar))], path).toEqual(expected[i]);
    }
  });

  it('random views of 10 files, cut out, resized and mirrored', async () => {
    const windows: unknown[] = [];
    const made: string[] = [];
    for (const path of some('calib1000', 10)) {
      const decoded = await decodeImage(readFileSync(path), path);
      const random = new Random(3, 'view', path, 1);
      const { window, mirrored } = randomView(decoded, () => random.unit());
      windows.push([path, window.top, window.left, window.height, window.width, mirrored]);
      const file = { path, offset: 0, length: statSync(path).size, source: path };
      const view = { seed: 3, path: [path, 1] };
      const { planar } = await loadImage({ file, transform: TRANSFORMS.imagenet, size: [224, 224], view });
      made.push(sha256(interleave(planar)));
    }
    expect(made).toEqual(
      JSON.parse(execFileSync(PYTHON, ['-c', VIEWS, JSON.stringify(windows)], { encoding: 'utf8' })),
    );
  });
});
