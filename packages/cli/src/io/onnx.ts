import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, relative, sep } from 'node:path';
import {
  decodeOnnx,
  findOperator,
  importOnnx,
  simplify,
  type ImportedNetwork,
  type ImportOptions,
  type OnnxModel,
  type SimplifyOptions,
} from '@tally/core';
import { inFile, readBytes } from './read.ts';

/**
 * A reader of external data beside an ONNX file: regular files in its folder or below, and nothing that
 * a symbolic link leads out of it.
 */
export function readExternalBeside(path: string): (location: string) => Uint8Array {
  const folder = realpathSync(dirname(path));
  return (location) => {
    const file = realpathSync(join(folder, location));
    const inside = relative(folder, file);
    if (inside === '..' || inside.startsWith(`..${sep}`) || inside === '')
      throw new Error("a symbolic link leads out of the model's folder");
    if (!statSync(file).isFile()) throw new Error('it is no regular file');
    return readFileSync(file);
  };
}

/** An ONNX file as it was read. */
export interface OnnxFile {
  readonly model: OnnxModel;
  readonly bytes: Uint8Array;
  /** SHA-256 in hex over the file and the files of external data, in the order of their first use. */
  readonly sha256: string;
  /** Whether weights are in other files. */
  readonly external: boolean;
}

/**
 * Reads an ONNX file, with the weights that it keeps in other files of its folder.
 *
 * @throws TallyError `file-missing`, `file-unreadable`, or what decoding refuses; places begin with the file's name.
 */
export function readOnnxFile(path: string): OnnxFile {
  const bytes = readBytes(path, 'ONNX');
  const read = readExternalBeside(path);
  const hash = createHash('sha256').update(bytes);
  const seen = new Set<string>();
  const model = inFile(path, () =>
    decodeOnnx(bytes, {
      readExternal(location) {
        const data = read(location);
        if (!seen.has(location)) hash.update(data);
        seen.add(location);
        return data;
      },
    }),
  );
  return { model, bytes, sha256: hash.digest('hex'), external: seen.size > 0 };
}

/** The network of {@link readOnnxFile}. */
export function readOnnx(path: string): OnnxModel {
  return readOnnxFile(path).model;
}

/** Options of {@link importOnnxFile}: of the import, and the sizes that the file leaves open. */
export type OnnxFileOptions = Omit<ImportOptions, 'name'> &
  Pick<SimplifyOptions, 'dimensions' | 'inputShapes'> & {
    /** Default: the file's name without `.onnx`. */
    readonly name?: string;
  };

/**
 * The network of an ONNX, QONNX or QDQ file as a model.
 *
 * @throws TallyError with everything that is refused; places begin with the file's name.
 */
export function importOnnxFile(path: string, options: OnnxFileOptions): ImportedNetwork {
  const model = readOnnx(path);
  const { dimensions, inputShapes, name = basename(path, extname(path)), ...rest } = options;
  return inFile(path, () => {
    const graph = simplify(model, {
      operator: findOperator,
      ...(dimensions === undefined ? {} : { dimensions }),
      ...(inputShapes === undefined ? {} : { inputShapes }),
    });
    return importOnnx(graph, { ...rest, name });
  });
}
