import { basename, join, resolve } from 'node:path';
import { fail } from '@tally/core';
import type { ListedImage, Listing } from './listing.ts';
import { isPictureName, sortedNames, subfolders, wholeFile } from './picture-files.ts';

/** Whether a folder looks like one folder of pictures per class: the first with anything in it has a picture. */
export function hasClassFolders(folder: string): boolean {
  return subfolders(folder).some((name) => sortedNames(join(folder, name)).some(isPictureName));
}

/**
 * Lists a folder with one folder of pictures per class, as torchvision's `ImageFolder` does: classes by
 * folder name in code point order, then pictures by file name. For ILSVRC2012 the folders are named by WordNet id
 * and the class index is the usual one. Files that are no pictures by name are passed over.
 *
 * @param classes number of classes that the network tells apart; null takes the number of folders
 * @throws TallyError `class-folder-empty`, `class-count-mismatch`
 */
export function listClassFolders(folder: string, classes: number | null): Listing {
  const names = subfolders(folder);
  if (classes !== null && names.length !== classes) {
    fail(
      'class-count-mismatch',
      folder,
      `has ${names.length} class folders, the network tells ${classes} classes apart`,
      'name a folder with all classes, or give the class of each file with --labels FILE.csv (columns file, class_index)',
    );
  }
  const images: ListedImage[] = [];
  names.forEach((name, label) => {
    const pictures = sortedNames(join(folder, name)).filter(isPictureName);
    if (pictures.length === 0) {
      fail(
        'class-folder-empty',
        join(folder, name),
        'has no pictures (jpg, jpeg, png, webp, tif, tiff, gif)',
        'put pictures in it, or move the folder away',
      );
    }
    for (const picture of pictures) {
      images.push({ file: wholeFile(join(folder, name, picture)), key: `${name}/${picture}`, label });
    }
  });
  return { name: basename(resolve(folder)), kind: 'class-folders', classes: names.length, images };
}
