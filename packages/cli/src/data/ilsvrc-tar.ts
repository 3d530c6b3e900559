import { basename } from 'node:path';
import { fail } from '@tally/core';
import { ILSVRC_CLASSES, type GroundTruth } from './ground-truth.ts';
import { isValidationPicture, labelOf } from './ilsvrc-folder.ts';
import type { Listing } from './listing.ts';
import { byCodePoint } from './picture-files.ts';
import { indexTar } from './tar-index.ts';

/**
 * Lists the images of `ILSVRC2012_img_val.tar` in the order of their numbers. The archive is not unpacked: its
 * headers are read once, then each image where it lies.
 *
 * @throws TallyError `dataset-empty`, `ground-truth-lacks-image`, and what `indexTar` refuses
 */
export function listValidationTar(path: string, truth: GroundTruth): Listing {
  const images = indexTar(path)
    .filter(({ name }) => isValidationPicture(basename(name)))
    .map(({ name, offset, length }) => ({ key: basename(name), offset, length }))
    .sort((a, b) => byCodePoint(a.key, b.key))
    .map(({ key, offset, length }) => {
      const source = `${path}: ${key}`;
      return { file: { path, offset, length, source }, key, label: labelOf(key, truth, source) };
    });
  if (images.length === 0) {
    fail('dataset-empty', path, 'has no ILSVRC2012_val_*.JPEG in it', 'name ILSVRC2012_img_val.tar');
  }
  return { name: basename(path), kind: 'ilsvrc2012-tar', classes: ILSVRC_CLASSES, images };
}
