import { plain, relaxed, relaxedBytes } from '../kernels.gen.ts';

/**
 * The builds of the kernels. All give the same results:
 * - `relaxed-bytes`: relaxed dot product whose second operand this engine takes as 0..255 exactly (x86 with VNNI),
 * - `relaxed`: relaxed dot product on operands of 0..127, where its result is the same everywhere,
 * - `plain`: SIMD128 without relaxed instructions.
 */
export type KernelBuild = 'relaxed-bytes' | 'relaxed' | 'plain';

/** What the kernels export. Addresses and counts are 32-bit. */
export interface KernelExports {
  runStep(step: number, images: number): void;
  packImages(
    images: number,
    count: number,
    channels: number,
    height: number,
    width: number,
    output: number,
    imageStride: number,
    lineStride: number,
    pixelStride: number,
  ): void;
  countTwoBits(
    codes: number,
    lines: number,
    line: number,
    length: number,
    image: number,
    count: number,
    shift: number,
    whole: number,
    counters: number,
  ): void;
  countEightLevels(
    codes: number,
    lines: number,
    line: number,
    length: number,
    image: number,
    count: number,
    shift: number,
    whole: number,
    first: number,
    levels: number,
    counters: number,
  ): void;
  countBits(
    codes: number,
    lines: number,
    line: number,
    length: number,
    image: number,
    count: number,
    shift: number,
    counters: number,
  ): void;
  countManyLevels(
    codes: number,
    bytes: number,
    count: number,
    shift: number,
    levels: number,
    wide: number,
  ): void;
  widenCounters(counters: number, length: number, wide: number): void;
  probeUnsigned(): number;
}

const texts: Readonly<Record<KernelBuild, string>> = {
  'relaxed-bytes': relaxedBytes,
  relaxed,
  plain,
};

/** The bytes of a build's WebAssembly module. */
export function kernelBytes(build: KernelBuild): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(texts[build]), (character) => character.charCodeAt(0));
}

/** 4 * 127 * 255: the probe's dot product where bytes are taken as unsigned and sums do not saturate. */
const EXACT_PROBE = 129540;

let chosen: KernelBuild | undefined;

/** The fastest build that is exact on this engine; found once, by validating and by probing. */
export function chooseBuild(): KernelBuild {
  if (chosen !== undefined) return chosen;
  const bytes = kernelBytes('relaxed');
  if (!WebAssembly.validate(bytes)) return (chosen = 'plain');
  const memory = new WebAssembly.Memory({ initial: 1 });
  const probe = instantiate(new WebAssembly.Module(bytes), memory).probeUnsigned();
  return (chosen = probe === EXACT_PROBE ? 'relaxed-bytes' : 'relaxed');
}

/** Every build that is exact on this engine, fastest first. */
export function exactBuilds(): readonly KernelBuild[] {
  const all: readonly KernelBuild[] = ['relaxed-bytes', 'relaxed', 'plain'];
  return all.slice(all.indexOf(chooseBuild()));
}

/** Binds a compiled module to a memory. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): KernelExports {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return exports as unknown as KernelExports;
}
