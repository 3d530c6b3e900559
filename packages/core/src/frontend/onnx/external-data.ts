import { TallyError } from '../../diagnostics/index.ts';
import type { TensorProto } from '../../onnx/onnx_pb.gen.ts';
import { printable, quoted, type IssueList } from './place.ts';

/**
 * Reads a file that stands in the model's folder or below it.
 *
 * @param location relative path with forward slashes, checked: no `..`, not absolute. The reader
 *   itself must not follow symbolic links out of the folder.
 * @returns the whole file; tensors may share its memory, so it is not changed afterwards.
 */
export type ExternalReader = (location: string) => Uint8Array;

/** Why a location of external data is not a path inside the model's folder, or null when it is one. */
export function locationProblem(location: string): string | null {
  if (location === '') return 'is empty';
  if (/\p{Cc}/u.test(location)) return 'has a control character';
  if (location.includes('\\')) return 'has a backslash';
  if (/^[A-Za-z]:/.test(location)) return 'begins with a drive letter';
  if (location.startsWith('/')) return 'is an absolute path';
  const parts = location.split('/');
  if (parts.includes('..')) return "has '..', which leads out of the model's folder";
  if (parts.includes('')) return "has an empty part ('//' or a slash at its end)";
  return null;
}

/** External files of one model, each read once. */
export class ExternalFiles {
  readonly #read: ExternalReader | undefined;
  readonly #files = new Map<string, Uint8Array>();

  constructor(read: ExternalReader | undefined) {
    this.#read = read;
  }

  /**
   * The stored bytes of a tensor whose data are external: a view, not a copy.
   *
   * @param byteLength what type and shape of the tensor ask for.
   * @returns null after adding the reason to `issues`.
   */
  bytesOf(tensor: TensorProto, path: string, byteLength: number, issues: IssueList): Uint8Array | null {
    const refuse = (message: string, remedy: string): null => {
      issues.add('onnx-external-data', `${path}.external_data`, message, remedy);
      return null;
    };
    const entries = new Map(tensor.externalData.map((entry) => [entry.key, entry.value]));
    const location = entries.get('location') ?? '';
    const problem = locationProblem(location);
    if (problem !== null) {
      return refuse(
        `location ${quoted(location)} ${problem}`,
        "external data are read only from the model's folder, by a relative path; save the model again with its weights beside it",
      );
    }
    const offset = byteCount(entries.get('offset') ?? '0');
    const length = byteCount(entries.get('length') ?? String(byteLength));
    if (offset === null || length === null) {
      const shown = [...entries].map(([key, value]) => `${printable(key)}=${printable(value)}`).join(', ');
      return refuse(`offset or length is no number of bytes: ${shown}`, 'save the model again');
    }
    if (length !== byteLength)
      return refuse(
        `length is ${length} bytes, but type and shape of the tensor ask for ${byteLength}`,
        'save the model again',
      );
    const file = this.#file(location, refuse);
    if (file === null) return null;
    if (offset + length > file.length)
      return refuse(
        `bytes ${offset} to ${offset + length} of ${quoted(location)} are asked for, which has ${file.length}`,
        'give the data file that belongs to this model, whole',
      );
    return file.subarray(offset, offset + length);
  }

  #file(location: string, refuse: (message: string, remedy: string) => null): Uint8Array | null {
    const known = this.#files.get(location);
    if (known !== undefined) return known;
    if (this.#read === undefined)
      return refuse(
        `the weights are in ${quoted(location)}, and no reader of external data was given`,
        'open the model from its folder, or save it with its weights inside',
      );
    try {
      const file = this.#read(location);
      this.#files.set(location, file);
      return file;
    } catch (error) {
      if (error instanceof TallyError || !(error instanceof Error)) throw error;
      return refuse(
        `${quoted(location)} could not be read: ${error.message}`,
        'put the data file beside the model',
      );
    }
  }
}

function byteCount(text: string): number | null {
  if (!/^\d{1,15}$/.test(text)) return null;
  return Number(text);
}
