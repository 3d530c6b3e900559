import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fail } from '@tally/core';
import { readBytes } from '../io/read.ts';
import { parseMatFile } from './mat-file.ts';
import { byCodePoint } from './picture-files.ts';

const CLASSES = 1000;

/**
 * The class index of each ILSVRC2012_ID (1 to 1000) of the development kit: the place of its WordNet id among all of them in order.
 *
 * @param groundTruth path of the ground truth, beside which the meta file is looked for
 * @param meta path of `meta.mat`, or of a text with lines `ILSVRC2012_ID WordNet-id`; null looks for
 * `meta.mat`, then `meta.txt`
 * @throws TallyError `ground-truth-needs-meta`, `meta-incomplete`, `mat-syntax`
 */
export function ilsvrcClassIndices(groundTruth: string, meta: string | null): ReadonlyMap<number, number> {
  const folder = dirname(groundTruth);
  const path = meta ?? ['meta.mat', 'meta.txt'].map((n) => join(folder, n)).find((p) => existsSync(p));
  if (path === undefined) {
    return fail(
      'ground-truth-needs-meta',
      groundTruth,
      'has ILSVRC2012_IDs (1 to 1000), which become class indices only with the meta.mat of the development kit',
      `put meta.mat into ${folder}, or give WordNet ids or class indices instead`,
    );
  }
  const bytes = readBytes(path, 'meta');
  const ids = path.endsWith('.mat') ? fromMat(bytes, path) : fromText(Buffer.from(bytes).toString('utf8'));
  const wordnet = [...new Set(ids.values())].sort(byCodePoint);
  const missing = Array.from({ length: CLASSES }, (_, i) => i + 1).filter((id) => !ids.has(id));
  if (missing.length > 0 || wordnet.length !== CLASSES) {
    fail(
      'meta-incomplete',
      path,
      `gives ${wordnet.length} WordNet ids to the ${CLASSES} ILSVRC2012_IDs${missing.length > 0 ? `, none to ${missing[0]}` : ''}`,
      'take meta.mat of the development kit of ILSVRC2012, tasks 1 and 2',
    );
  }
  return new Map([...ids].map(([id, name]) => [id, wordnet.indexOf(name)]));
}

/** `synsets` has more than the classes: inner nodes of the hierarchy have ids above 1000. */
function fromMat(bytes: Uint8Array, path: string): ReadonlyMap<number, string> {
  const synsets = parseMatFile(bytes, path).get('synsets');
  const ids = new Map<number, string>();
  if (synsets?.kind !== 'structs') return ids;
  for (const { ILSVRC2012_ID: id, WNID: name } of synsets.structs) {
    if (id?.kind !== 'numbers' || name?.kind !== 'text') continue;
    const [number = 0] = id.numbers;
    if (number >= 1 && number <= CLASSES) ids.set(number, name.text);
  }
  return ids;
}

function fromText(text: string): ReadonlyMap<number, string> {
  const ids = new Map<number, string>();
  for (const [, id, name] of text.matchAll(/^\s*(\d+)[\s,]+(n\d{8})\b/gm)) {
    if (Number(id) >= 1 && Number(id) <= CLASSES) ids.set(Number(id), name);
  }
  return ids;
}
