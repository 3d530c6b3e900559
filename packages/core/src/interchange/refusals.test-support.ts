import { TallyError } from '../diagnostics/index.ts';
import type { SourceFile } from './imported.ts';

/** What reading refuses: code, place and message of each issue, in order. */
export function refusals(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof TallyError) {
      return error.issues.map(({ code, path, message }) => `${code} ${path} | ${message}`);
    }
    throw error;
  }
  return [];
}

/** Files with one text for another; throws when it is not there, so that no test passes by looking at unchanged files. */
export function edited(
  files: readonly SourceFile[],
  ...edits: readonly (readonly [from: string, to: string])[]
): readonly SourceFile[] {
  let changed = files;
  for (const [from, to] of edits) {
    if (!changed.some(({ text }) => text.includes(from))) throw new Error(`no file has '${from}'`);
    changed = changed.map(({ name, text }) => ({ name, text: text.replace(from, () => to) }));
  }
  return changed;
}
