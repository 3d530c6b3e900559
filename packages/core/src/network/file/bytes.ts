import { fail } from '../../diagnostics/index.ts';

/** Appends little-endian and variable-length numbers to a growing byte array. */
export class ByteWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + more));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  bytes(values: Uint8Array): void {
    this.#reserve(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
  }

  /** Unsigned LEB128: seven bits a byte, least significant first; `value` below 2^53. */
  varint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.byte((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  /** Signed integer below 2^53 in magnitude: the sign in the lowest bit of the first byte, which then holds six bits. */
  signedVarint(value: number): void {
    const magnitude = Math.abs(value);
    const rest = Math.floor(magnitude / 64);
    this.byte((rest > 0 ? 128 : 0) + (magnitude % 64) * 2 + (value < 0 ? 1 : 0));
    if (rest > 0) this.varint(rest);
  }

  float64(value: number): void {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    this.bytes(bytes);
  }

  /** Length in bytes, then UTF-8. */
  text(value: string): void {
    this.block(new TextEncoder().encode(value));
  }

  /** Length, then the bytes. */
  block(bytes: Uint8Array): void {
    this.varint(bytes.length);
    this.bytes(bytes);
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

/** Reads what {@link ByteWriter} writes; every broken rule is a TallyError with the byte offset. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #source: string;
  /** Offset of `#bytes[0]` in the file, for messages. */
  readonly #base: number;
  #at = 0;

  constructor(bytes: Uint8Array, source: string, base = 0) {
    this.#bytes = bytes;
    this.#source = source;
    this.#base = base;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  /** Throws `network-file-malformed` at the current offset. */
  malformed(message: string): never {
    fail(
      'network-file-malformed',
      `${this.#source}@byte ${this.#base + this.#at}`,
      message,
      'write the file again from its source; it is damaged or was not made by tally',
    );
  }

  take(length: number, what: string): Uint8Array {
    if (length > this.remaining) {
      fail(
        'network-file-truncated',
        `${this.#source}@byte ${this.#base + this.#at}`,
        `ends within ${what}: ${length} bytes needed, ${this.remaining} left`,
        'copy the file again, it is incomplete',
      );
    }
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  byte(what: string): number {
    return this.take(1, what)[0];
  }

  varint(what: string, max = Number.MAX_SAFE_INTEGER): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte(what);
      value += (byte % 128) * scale;
      if (value > max) this.malformed(`${what} exceeds ${max}`);
      if (byte < 128) {
        if (byte === 0 && scale > 1) this.malformed(`${what} is not in its shortest form`);
        return value;
      }
      if (scale > 2 ** 46) this.malformed(`${what} exceeds ${max}`);
    }
  }

  signedVarint(what: string): number {
    const byte = this.byte(what);
    const low = Math.floor((byte % 128) / 2);
    const magnitude = byte < 128 ? low : low + 64 * this.varint(what, 2 ** 47 - 1);
    if (byte % 2 === 1 && magnitude === 0) this.malformed(`${what} is a negative zero`);
    return byte % 2 === 1 ? -magnitude : magnitude;
  }

  float64(what: string): number {
    const bytes = this.take(8, what);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
  }

  text(what: string): string {
    const bytes = this.block(what);
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      return this.malformed(`${what} is not UTF-8`);
    }
  }

  block(what: string): Uint8Array {
    return this.take(this.varint(`the length of ${what}`, 2 ** 32), what);
  }

  /** Throws unless every byte was read. */
  end(what: string): void {
    if (this.remaining > 0) this.malformed(`${what} has ${this.remaining} bytes too many`);
  }
}
