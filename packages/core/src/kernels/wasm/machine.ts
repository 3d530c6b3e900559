import type { Plan } from '../plan/plan.ts';
import { chooseBuild, instantiate, kernelBytes, type KernelBuild, type KernelExports } from './build.ts';

const PAGE = 65536;
const MOST_PAGES = 65536;

const modules = new Map<KernelBuild, WebAssembly.Module>();

/** The compiled module of a build, compiled once. */
export function kernelModule(build: KernelBuild = chooseBuild()): WebAssembly.Module {
  const known = modules.get(build);
  if (known !== undefined) return known;
  const module = new WebAssembly.Module(kernelBytes(build));
  modules.set(build, module);
  return module;
}

/** Compiles off the main thread, as browsers ask for; afterwards {@link kernelModule} has it at hand. */
export async function loadKernelModule(build: KernelBuild = chooseBuild()): Promise<void> {
  if (!modules.has(build)) modules.set(build, await WebAssembly.compile(kernelBytes(build)));
}

/** One memory, the kernels bound to it, and a plan's constants inside. */
export class Machine {
  readonly kernels: KernelExports;
  readonly #memory: WebAssembly.Memory;
  #top: number;

  constructor(plan: Plan, build: KernelBuild | undefined) {
    this.#top = plan.arena.bytes;
    this.#memory = new WebAssembly.Memory({ initial: Math.ceil(this.#top / PAGE), maximum: MOST_PAGES });
    this.kernels = instantiate(kernelModule(build), this.#memory);
    plan.arena.fill(this.#memory.buffer);
  }

  /** Bytes of the memory. */
  get memoryBytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /** Reserves zeroed memory behind the plan's; views of the memory taken before are dead. */
  grow(bytes: number): number {
    const address = Math.ceil(this.#top / 64) * 64;
    this.#top = address + bytes;
    const missing = this.#top - this.memoryBytes;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE));
    return address;
  }

  /** A view of bytes. */
  bytes(address: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#memory.buffer, address, length);
  }

  /** A view of unsigned 32-bit integers. */
  counters(address: number, length: number): Uint32Array<ArrayBuffer> {
    return new Uint32Array(this.#memory.buffer, address, length);
  }

  /** A view of 32-bit integers. */
  integers(address: number, length: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.#memory.buffer, address, length);
  }
}
