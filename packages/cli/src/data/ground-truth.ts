import { fail } from '@tally/core';
import { readBytes } from '../io/read.ts';
import { ilsvrcClassIndices } from './ilsvrc-meta.ts';
import { byCodePoint } from './picture-files.ts';

/** ILSVRC2012 has this many classes, numbered by WordNet id in order. */
export const ILSVRC_CLASSES = 1000;

/** The class index of each validation image. */
export interface GroundTruth {
  /** Class index of a file by its base name; null where the ground truth does not have it. */
  labelOf(fileName: string): number | null;
}

const VALIDATION_NAME = /^ILSVRC2012_val_(\d{8})(?:\.\w+)?$/;
const WORDNET_ID = /^n\d{8}$/;

/** The number in `ILSVRC2012_val_00000293.JPEG`, from 1; null for other names. */
export function validationNumber(fileName: string): number | null {
  const match = VALIDATION_NAME.exec(fileName);
  return match === null ? null : Number(match[1]);
}

/**
 * Reads the classes of the ILSVRC2012 validation images. Line i is image i, in one of these forms, the
 * same on every line:
 *
 * - a class index, 0 to 999 (0 must occur, or it cannot be told from the next form)
 * - the ILSVRC2012_ID of the development kit, 1 to 1000 (1000 must occur), its order is not that of the class
 *   indices, so the kit's `meta.mat` must lie beside the file or be named
 * - a WordNet id: `n01751748`; all 1,000 must occur
 *
 * or a file name comes first, in any order of lines: `ILSVRC2012_val_00000001.JPEG 65`, with a class index or WordNet
 * id behind a space or comma (what follows that is passed over, as is a header line `ImageId,PredictionString`).
 *
 * @param path of the ground truth
 * @param meta path of `meta.mat`, or of a text with lines `ILSVRC2012_ID WordNet-id`; null looks for `meta.mat` and
 * `meta.txt` beside `path`
 * @throws TallyError `ground-truth-syntax`, `ground-truth-ambiguous`, `ground-truth-needs-meta`,
 * `ground-truth-incomplete`, and what reading the meta file refuses
 */
export function readGroundTruth(path: string, meta: string | null): GroundTruth {
  const lines = Buffer.from(readBytes(path, 'ground truth')).toString('utf8').split(/\r?\n/);
  while (lines.at(-1)?.trim() === '') lines.pop();
  if (lines[0]?.startsWith('ImageId,')) lines.shift();
  if (lines.length === 0) {
    fail('ground-truth-syntax', path, 'is empty', 'name the ground truth of the validation set');
  }
  return VALIDATION_NAME.test(lines[0].split(/[\s,]/)[0]) ? byName(lines, path) : byNumber(lines, path, meta);
}

function byName(lines: readonly string[], path: string): GroundTruth {
  const names: string[] = [];
  const values: string[] = [];
  lines.forEach((text, i) => {
    const [name, value = ''] = text.trim().split(/[\s,]+/);
    if (validationNumber(name) === null) syntax(path, i, text);
    names.push(name.replace(/\.\w+$/, ''));
    values.push(value);
  });
  const labels = values.every((value) => WORDNET_ID.test(value))
    ? wordnetLabels(values, path)
    : values.map((value, i) => (/^\d+$/.test(value) ? Number(value) : syntax(path, i, lines[i])));
  const label = new Map(names.map((name, i) => [name, labels[i]]));
  return { labelOf: (fileName) => label.get(fileName.replace(/\.\w+$/, '')) ?? null };
}

function byNumber(lines: readonly string[], path: string, meta: string | null): GroundTruth {
  const values = lines.map((text) => text.trim());
  const labels = values.every((value) => WORDNET_ID.test(value))
    ? wordnetLabels(values, path)
    : numberedLabels(
        values.map((value, i) => (/^\d+$/.test(value) ? Number(value) : syntax(path, i, lines[i]))),
        path,
        meta,
      );
  return {
    labelOf: (fileName) => {
      const number = validationNumber(fileName);
      return number === null ? null : (labels[number - 1] ?? null);
    },
  };
}

function numberedLabels(values: readonly number[], path: string, meta: string | null): readonly number[] {
  const zero = values.includes(0);
  const thousand = values.includes(ILSVRC_CLASSES);
  if (zero === thousand) {
    fail(
      'ground-truth-ambiguous',
      path,
      `has ${zero ? 'both 0 and 1000' : 'neither 0 nor 1000'}, so it is not clear whether its numbers are class indices (0 to 999) or ILSVRC2012_IDs (1 to 1000)`,
      'give lines with file name and class index: ILSVRC2012_val_00000001.JPEG 65',
    );
  }
  if (zero) return values;
  const indices = ilsvrcClassIndices(path, meta);
  return values.map((id, i) => indices.get(id) ?? syntax(path, i, String(id)));
}

function wordnetLabels(ids: readonly string[], path: string): readonly number[] {
  const sorted = [...new Set(ids)].sort(byCodePoint);
  if (sorted.length !== ILSVRC_CLASSES) {
    fail(
      'ground-truth-incomplete',
      path,
      `has ${sorted.length} different WordNet ids; class indices follow from the order of all ${ILSVRC_CLASSES}`,
      'name the ground truth of the whole validation set, or give class indices',
    );
  }
  const index = new Map(sorted.map((id, i) => [id, i]));
  return ids.map((id) => index.get(id)!);
}

function syntax(path: string, i: number, text: string): never {
  return fail(
    'ground-truth-syntax',
    `${path}: line ${i + 1}`,
    `is '${text.slice(0, 60)}'`,
    'give on every line a class index, an ILSVRC2012_ID or a WordNet id, or on every line a file name and one of the first or last',
  );
}
