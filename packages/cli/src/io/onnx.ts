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
function externalReader(path: string): (location: string) => Uint8Array {
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

/**
 * Reads an ONNX file, with the weights that it keeps in other files of its folder.
 *
 * @throws TallyError `file-missing`, `file-unreadable`, or what decoding refuses; places begin with the file's name.
 */
export function readOnnx(path: string): OnnxModel {
  const bytes = readBytes(path, 'ONNX');
  return inFile(path, () => decodeOnnx(bytes, { readExternal: externalReader(path) }));
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
