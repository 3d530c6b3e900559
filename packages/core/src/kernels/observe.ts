import type { RunOptions } from '../execute/executor.ts';
import { pixelsOf } from './plan/extent.ts';
import type { Plan } from './plan/plan.ts';
import type { Buffer } from './plan/tensors.ts';
import type { Machine } from './wasm/machine.ts';

/** The values of a buffer's first images in channel-first order, `[images, ...shape]`. */
export function readBuffer(machine: Machine, buffer: Buffer, images: number): Uint8Array | Int32Array {
  const { channels, height, width } = buffer.extent;
  const size = channels * height * width;
  if (buffer.kind === 'codes') {
    const from = machine.bytes(buffer.address, buffer.imageBytes * images);
    const { interior, lineBytes, pixelBytes, imageBytes } = buffer;
    return gather(new Uint8Array(images * size), from, (image, c, y, x) => {
      return image * imageBytes + interior + y * lineBytes + x * pixelBytes + c;
    });
  }
  const { columns } = buffer;
  const pixels = pixelsOf(buffer.extent);
  const from = machine.integers(buffer.address, images * pixels * columns);
  return gather(new Int32Array(images * size), from, (image, c, y, x) => {
    return (image * pixels + y * width + x) * columns + c;
  });

  function gather<T extends Uint8Array | Int32Array>(
    to: T,
    values: T,
    at: (image: number, c: number, y: number, x: number) => number,
  ): T {
    let next = 0;
    for (let image = 0; image < images; image++) {
      for (let c = 0; c < channels; c++) {
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) to[next++] = values[at(image, c, y, x)]!;
        }
      }
    }
    return to;
  }
}

/** Shows the values that a step has just stored, each under all its names. */
export function showStored(
  plan: Plan,
  machine: Machine,
  stored: readonly string[],
  images: number,
  observe: NonNullable<RunOptions['observe']>,
): void {
  for (const id of stored) {
    const data = readBuffer(machine, plan.buffers.get(id)!, images);
    for (const name of plan.graph.names(id)) observe(name, data, images);
  }
}
