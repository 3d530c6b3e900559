import { InvalidArgumentError } from 'commander';
import { COUNTS_ENDINGS, countsEnding } from './counts-file.ts';

/** Parses the path of a file of counts; another ending is a usage error. */
export function countsPath(path: string): string {
  if (countsEnding(path) !== undefined) return path;
  throw new InvalidArgumentError(`let the name end in ${COUNTS_ENDINGS.join(', ')}.`);
}
