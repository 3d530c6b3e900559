import { basename, join, resolve } from 'node:path';
import { fail } from '@tally/core';
import { ILSVRC_CLASSES, validationNumber, type GroundTruth } from './ground-truth.ts';
import type { Listing } from './listing.ts';
import { isPictureName, sortedNames, wholeFile } from './picture-files.ts';

/** Whether a folder has ILSVRC2012 validation images in it, not sorted into classes. */
export function hasValidationImages(folder: string): boolean {
  return sortedNames(folder).some(isValidationPicture);
}

export function isValidationPicture(name: string): boolean {
  return isPictureName(name) && validationNumber(name) !== null;
}

/**
 * Lists `ILSVRC2012_val_*.JPEG` in a folder, in the order of their numbers; some may be missing.
 *
 * @throws TallyError `ground-truth-lacks-image`
 */
export function listValidationFolder(folder: string, truth: GroundTruth): Listing {
  const images = sortedNames(folder)
    .filter(isValidationPicture)
    .map((name) => ({
      file: wholeFile(join(folder, name)),
      key: name,
      label: labelOf(name, truth, join(folder, name)),
    }));
  return { name: basename(resolve(folder)), kind: 'ilsvrc2012-folder', classes: ILSVRC_CLASSES, images };
}

/** @throws TallyError `ground-truth-lacks-image` */
export function labelOf(name: string, truth: GroundTruth, source: string): number {
  return (
    truth.labelOf(name) ??
    fail(
      'ground-truth-lacks-image',
      source,
      'has no line in the ground truth',
      'name the ground truth of the whole validation set (50,000 lines)',
    )
  );
}
