import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** JSON with the keys of every object in order, so that equal values have equal bytes. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`);
  return `{${fields.join(',')}}`;
}

/**
 * Names plain data (a system, a chip) by its content: SHA-256 of its canonical JSON, 64 hexadecimal digits. The order of keys does not
 * matter; every value does, sources and labels included.
 */
export function contentHash(document: object): string {
  return bytesToHex(sha256(new TextEncoder().encode(canonical(document))));
}
