import { fail } from '../diagnostics/index.ts';
import type { FloatTensor } from './model.ts';

/**
 * Tensor container: a JSON header and raw tensors in one file.
 *
 *     offset  size  content
 *     0       8     magic, ASCII: `TALLYMDL` (model) or `TALLYCKP` (training checkpoint)
 *     8       4     version, uint32 little-endian
 *     12      4     length of the header in bytes, uint32 little-endian
 *     16      ...   header, UTF-8 JSON: { "content": ..., "tensors": [{ "name", "shape" }, ...] }
 *     ...     ...   zero bytes up to a multiple of 16
 *     ...     ...   the tensors in the header's order, float32 little-endian, row-major, no gaps
 *
 * The file ends with the last tensor. The same content gives the same bytes.
 */
export interface Container {
  /** 8 ASCII characters. */
  readonly magic: string;
  /** Format version, a whole number from 1. */
  readonly version: number;
  /** Any JSON value. */
  readonly content: unknown;
  readonly tensors: ReadonlyMap<string, FloatTensor>;
}

const ALIGNMENT = 16;
const PREFIX = 16;

const aligned = (offset: number): number => Math.ceil(offset / ALIGNMENT) * ALIGNMENT;

/** The bytes of a container. */
export function encodeContainer(container: Container): Uint8Array {
  const tensors = [...container.tensors];
  const header = new TextEncoder().encode(
    JSON.stringify({
      content: container.content,
      tensors: tensors.map(([name, tensor]) => ({ name, shape: tensor.shape })),
    }),
  );
  const start = aligned(PREFIX + header.length);
  const bytes = new Uint8Array(tensors.reduce((end, [, tensor]) => end + 4 * tensor.data.length, start));
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(container.magic), 0);
  view.setUint32(8, container.version, true);
  view.setUint32(12, header.length, true);
  bytes.set(header, PREFIX);
  let offset = start;
  for (const [, tensor] of tensors) {
    for (const value of tensor.data) {
      view.setFloat32(offset, value, true);
      offset += 4;
    }
  }
  return bytes;
}

interface TensorEntry {
  readonly name: string;
  readonly shape: readonly number[];
}

function isTensorEntry(value: unknown): value is TensorEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { name, shape } = value as Partial<Record<keyof TensorEntry, unknown>>;
  return (
    typeof name === 'string' &&
    Array.isArray(shape) &&
    shape.every((size) => typeof size === 'number' && Number.isSafeInteger(size) && size > 0)
  );
}

/**
 * Reads a container.
 *
 * @param source file name, for messages.
 * @throws TallyError when the magic, version, header or length is not that of such a file.
 */
export function decodeContainer(
  bytes: Uint8Array,
  magic: string,
  version: number,
  source: string,
): Container {
  const again = 'make the file again, or copy it again from where it is whole';
  if (bytes.length < PREFIX)
    fail('file-truncated', source, `has ${bytes.length} bytes, its prefix alone has ${PREFIX}`, again);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = String.fromCharCode(...bytes.subarray(0, 8));
  if (found !== magic) {
    fail(
      'file-wrong-magic',
      source,
      `begins with ${JSON.stringify(found)}, not with "${magic}"`,
      'name a file of the right kind',
    );
  }
  const foundVersion = view.getUint32(8, true);
  if (foundVersion !== version) {
    fail(
      'file-version-unknown',
      source,
      `has format version ${foundVersion}, this program reads ${version}`,
      'use the program that wrote it',
    );
  }
  const headerLength = view.getUint32(12, true);
  if (PREFIX + headerLength > bytes.length) {
    fail('file-truncated', source, `ends within its header of ${headerLength} bytes`, again);
  }
  let header: unknown;
  try {
    header = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(PREFIX, PREFIX + headerLength)),
    );
  } catch {
    fail('file-header-invalid', `${source}.header`, 'is not JSON text', again);
  }
  const { content, tensors: entries } = (typeof header === 'object' && header !== null ? header : {}) as {
    content?: unknown;
    tensors?: unknown;
  };
  if (!Array.isArray(entries))
    return fail('file-header-invalid', `${source}.header.tensors`, 'is not a list', again);
  const tensors = new Map<string, FloatTensor>();
  let offset = aligned(PREFIX + headerLength);
  for (const [index, entry] of entries.entries()) {
    const path = `${source}.header.tensors.${index}`;
    if (!isTensorEntry(entry)) {
      return fail('file-header-invalid', path, 'is not { name: text, shape: positive integers }', again);
    }
    if (tensors.has(entry.name))
      fail('file-header-invalid', path, `names the tensor '${entry.name}' a second time`, again);
    const length = entry.shape.reduce((product, size) => product * size, 1);
    if (offset + 4 * length > bytes.length) {
      fail(
        'file-truncated',
        path,
        `the tensor '${entry.name}' needs bytes up to ${offset + 4 * length}, the file has ${bytes.length}`,
        again,
      );
    }
    const data = new Float32Array(length);
    for (let i = 0; i < length; i++) data[i] = view.getFloat32(offset + 4 * i, true);
    tensors.set(entry.name, { shape: entry.shape, data });
    offset += 4 * length;
  }
  if (offset !== bytes.length) {
    fail('file-too-long', source, `has ${bytes.length} bytes, its header describes ${offset}`, again);
  }
  return { magic, version, content, tensors };
}
