import type { CodeFormat } from '../codes.ts';
import type { ByteReader } from './bytes.ts';

/** The bits of one code: two's complement, or sign bit above the magnitude. */
function toBits(code: number, format: CodeFormat): number {
  if (code >= 0) return code;
  return format.system === 'sign-magnitude' ? -code + 2 ** (format.bits - 1) : code + 2 ** format.bits;
}

function fromBits(bits: number, format: CodeFormat): number {
  const half = 2 ** (format.bits - 1);
  if (format.system === 'unsigned' || bits < half) return bits;
  return format.system === 'sign-magnitude' ? -(bits - half) : bits - 2 * half;
}

/** Packs codes at `format.bits` bits each, first code in the lowest bits, the last byte filled with zeros. */
export function packCodes(codes: ArrayLike<number>, format: CodeFormat): Uint8Array {
  const packed = new Uint8Array(Math.ceil((codes.length * format.bits) / 8));
  let held = 0;
  let heldBits = 0;
  let at = 0;
  for (let i = 0; i < codes.length; i++) {
    held |= toBits(codes[i], format) << heldBits;
    heldBits += format.bits;
    while (heldBits >= 8) {
      packed[at++] = held & 255;
      held >>= 8;
      heldBits -= 8;
    }
  }
  if (heldBits > 0) packed[at] = held;
  return packed;
}

/** Reads `count` packed codes; refuses negative zeros and non-zero filling, so that bytes and codes correspond one to one. */
export function readCodes(reader: ByteReader, count: number, format: CodeFormat, what: string): Int8Array {
  const packed = reader.take(Math.ceil((count * format.bits) / 8), what);
  const codes = new Int8Array(count);
  const mask = 2 ** format.bits - 1;
  const negativeZero = format.system === 'sign-magnitude' ? 2 ** (format.bits - 1) : -1;
  let held = 0;
  let heldBits = 0;
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (heldBits < format.bits) {
      held |= packed[at++] << heldBits;
      heldBits += 8;
    }
    const bits = held & mask;
    if (bits === negativeZero) reader.malformed(`${what}: code ${i} is a negative zero`);
    codes[i] = fromBits(bits, format);
    held >>= format.bits;
    heldBits -= format.bits;
  }
  if (held !== 0) reader.malformed(`${what}: the unused bits of the last byte are not zero`);
  return codes;
}
