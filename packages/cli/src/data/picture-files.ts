import { readdirSync, statSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { failUnreadable } from '../io/read.ts';
import type { ImageFile } from './load-image.ts';

/** Endings of file names that count as pictures; what is inside decides how they are decoded. */
const PICTURE = /\.(jpe?g|png|webp|tiff?|gif)$/i;

/** Whether a file's name is that of a picture; hidden files never are. */
export function isPictureName(name: string): boolean {
  return PICTURE.test(name) && !name.startsWith('.');
}

/** Names in a folder, sorted by code point as Python's `sorted` does (torchvision's order). */
export function sortedNames(folder: string): readonly string[] {
  return readFolder(folder)
    .map(({ name }) => name)
    .sort(byCodePoint);
}

/** Folders in a folder, by name in code point order; links to folders count. */
export function subfolders(folder: string): readonly string[] {
  return readFolder(folder)
    .filter((entry) => !entry.name.startsWith('.'))
    .filter((entry) => entry.isDirectory() || (entry.isSymbolicLink() && isFolder(join(folder, entry.name))))
    .map(({ name }) => name)
    .sort(byCodePoint);
}

/** A whole file as a picture. @throws TallyError `file-unreadable` when it is not there */
export function wholeFile(path: string): ImageFile {
  try {
    return { path, offset: 0, length: statSync(path).size, source: path };
  } catch (error) {
    return failUnreadable(error, path, 'image');
  }
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function readFolder(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    return failUnreadable(error, folder, 'data set');
  }
}

/** UTF-8 sorts bytewise as code points do. */
export function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
