import { resolve, basename, join } from 'node:path';
import { openDataset, type Dataset, type OpenOptions } from '../data/index.ts';
import { openListing } from '../data/listing.ts';
import { isFolder, isPictureName, sortedNames, wholeFile } from '../data/picture-files.ts';
import { TRANSFORMS } from '@tally/core';

/**
 * Opens images to calibrate on. Labels are not needed: a folder of pictures, as it is, will do. Otherwise
 * what `openDataset` opens; of CIFAR-10 and IDX data the training part, unless another is asked for.
 *
 * @throws TallyError what `openDataset` refuses
 */
export async function openCalibrationImages(data: string, options: OpenOptions): Promise<Dataset> {
  if (options.labels == null && isFolder(data)) {
    const names = sortedNames(data).filter(isPictureName);
    if (names.length > 0) {
      const images = names.map((name) => ({ file: wholeFile(join(data, name)), key: name, label: 0 }));
      const { transform = TRANSFORMS.none, shape = null, threads = 0 } = options;
      const name = basename(resolve(data));
      return openListing({ name, kind: 'class-folders', classes: 1, images }, { transform, shape, threads });
    }
  }
  return openDataset(data, { split: 'train', ...options });
}
