import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generateKernels } from '../../../../scripts/build-kernels.ts';
import { chooseBuild, exactBuilds } from './index.ts';
import { kernelBytes } from './wasm/build.ts';

describe('embedded kernels', () => {
  it('are what the sources compile to, byte by byte (else: npm run build:kernels)', () => {
    const committed = readFileSync(new URL('kernels.gen.ts', import.meta.url), 'utf8');
    expect(committed === generateKernels()).toBe(true);
  });

  it('are valid modules, the fallback without relaxed instructions', () => {
    // 0xfd 0x93 0x02 encodes i32x4.relaxed_dot_i8x16_i7x16_add_s (opcode 0x113 as LEB128).
    const relaxed = [0xfd, 0x93, 0x02];
    const uses = (bytes: Uint8Array): boolean =>
      bytes.some((_, i) => relaxed.every((byte, j) => bytes[i + j] === byte));
    expect(uses(kernelBytes('relaxed'))).toBe(true);
    expect(uses(kernelBytes('plain'))).toBe(false);
    for (const build of exactBuilds()) expect(WebAssembly.validate(kernelBytes(build))).toBe(true);
    expect(exactBuilds()[0]).toBe(chooseBuild());
    expect(exactBuilds().at(-1)).toBe('plain');
  });
});
