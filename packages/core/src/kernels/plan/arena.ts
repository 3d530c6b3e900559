/** Alignment of every reservation, and slack behind it: kernels may read (never use) up to 48 bytes further. */
const ALIGNMENT = 64;

/** Smallest multiple of `unit` that is at least `value`. */
export function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}

type Blob = Int8Array | Int16Array | Int32Array | BigInt64Array;

/** Hands out addresses of the one memory before it exists, and remembers what constants go where. */
export class Arena {
  // Address 0 means "none" in descriptors.
  #top = ALIGNMENT;
  readonly #blobs: { readonly address: number; readonly data: Blob }[] = [];
  readonly #known = new Map<string, number>();

  /** Bytes handed out so far. */
  get bytes(): number {
    return this.#top;
  }

  /** Reserves zeroed memory. */
  reserve(bytes: number): number {
    const address = this.#top;
    this.#top += roundUp(bytes + ALIGNMENT, ALIGNMENT);
    return address;
  }

  /** Reserves memory that will hold a copy of `data`. */
  put(data: Blob): number {
    const address = this.reserve(data.byteLength);
    this.#blobs.push({ address, data });
    return address;
  }

  /** Descriptor words (addresses and counts, below 2^32). */
  words(values: readonly number[]): number {
    return this.put(Int32Array.from(values, (value) => value | 0));
  }

  /** Like {@link put}, but the same key is stored once. */
  putOnce(key: string, make: () => Blob): number {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const address = this.put(make());
    this.#known.set(key, address);
    return address;
  }

  /** Writes every constant into the memory. */
  fill(memory: ArrayBuffer): void {
    for (const { address, data } of this.#blobs) {
      new Uint8Array(memory, address, data.byteLength).set(
        new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      );
    }
  }
}
