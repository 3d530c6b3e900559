import type { MacroTile } from '../mapping.ts';

/** Sizes that a loop nest inside a macro runs over. */
export interface NestSizes {
  readonly outputs: number;
  readonly pixels: number;
  readonly chunks: number;
  readonly weightDigits: number;
  readonly activationDigits: number;
}

/** One step: an output, a pixel, a chunk, a digit of each operand. */
export interface NestStep {
  readonly output: number;
  readonly pixel: number;
  readonly chunk: number;
  readonly weightDigit: number;
  readonly activationDigit: number;
  readonly accumulator: number;
  /** The accumulator starts (from zero or from a sum that comes back); its sum is handed out. */
  readonly begins: boolean;
  readonly ends: boolean;
}

/** What the loops do, in order. Indices are those of the share. */
export interface NestEvents {
  readonly loadWeights: (output: number, chunk: number, digit: number) => void;
  readonly loadActivations: (pixel: number, chunk: number, digit: number) => void;
  readonly step: (step: NestStep) => void;
}

type Nest = (sizes: NestSizes, tile: MacroTile, on: NestEvents) => void;

/** Calls `body` with the indices of each tile of `size` elements in turn. */
function tiles(size: number, step: number, body: (indices: readonly number[]) => void): void {
  for (let from = 0; from < size; from += step) {
    const indices: number[] = [];
    for (let at = from; at < size && at < from + step; at++) indices.push(at);
    body(indices);
  }
}

const weightStationary: Nest = (sizes, tile, on) => {
  tiles(sizes.outputs, tile.outputs, (outputs) => {
    for (let chunk = 0; chunk < sizes.chunks; chunk++) {
      for (let d = 0; d < sizes.weightDigits; d++) {
        for (const output of outputs) on.loadWeights(output, chunk, d);
        for (let e = 0; e < sizes.activationDigits; e++) {
          for (let pixel = 0; pixel < sizes.pixels; pixel++) {
            on.loadActivations(pixel, chunk, e);
            for (const output of outputs) {
              on.step({
                output,
                pixel,
                chunk,
                weightDigit: d,
                activationDigit: e,
                accumulator: 0,
                begins: true,
                ends: true,
              });
            }
          }
        }
      }
    }
  });
};

const outputStationary: Nest = (sizes, tile, on) => {
  const lastChunk = sizes.chunks - 1;
  tiles(sizes.outputs, tile.outputs, (outputs) => {
    tiles(sizes.pixels, tile.pixels, (pixels) => {
      for (let d = 0; d < sizes.weightDigits; d++) {
        for (let e = 0; e < sizes.activationDigits; e++) {
          for (let chunk = 0; chunk < sizes.chunks; chunk++) {
            for (const output of outputs) on.loadWeights(output, chunk, d);
            for (const pixel of pixels) on.loadActivations(pixel, chunk, e);
            for (const [i, output] of outputs.entries()) {
              for (const [j, pixel] of pixels.entries()) {
                on.step({
                  output,
                  pixel,
                  chunk,
                  weightDigit: d,
                  activationDigit: e,
                  accumulator: i * pixels.length + j,
                  begins: d === 0 && e === 0 && chunk === 0,
                  ends:
                    d === sizes.weightDigits - 1 && e === sizes.activationDigits - 1 && chunk === lastChunk,
                });
              }
            }
          }
        }
      }
    });
  });
};

const inputStationary: Nest = (sizes, tile, on) => {
  tiles(sizes.pixels, tile.pixels, (pixels) => {
    for (let chunk = 0; chunk < sizes.chunks; chunk++) {
      for (let e = 0; e < sizes.activationDigits; e++) {
        for (const pixel of pixels) on.loadActivations(pixel, chunk, e);
        for (let d = 0; d < sizes.weightDigits; d++) {
          for (let output = 0; output < sizes.outputs; output++) {
            on.loadWeights(output, chunk, d);
            for (const pixel of pixels) {
              on.step({
                output,
                pixel,
                chunk,
                weightDigit: d,
                activationDigit: e,
                accumulator: 0,
                begins: true,
                ends: true,
              });
            }
          }
        }
      }
    }
  });
};

const weightOutputStationary: Nest = (sizes, tile, on) => {
  tiles(sizes.outputs, tile.outputs, (outputs) => {
    tiles(sizes.chunks, tile.chunks, (chunks) => {
      for (let d = 0; d < sizes.weightDigits; d++) {
        for (const chunk of chunks) for (const output of outputs) on.loadWeights(output, chunk, d);
        for (let e = 0; e < sizes.activationDigits; e++) {
          for (let pixel = 0; pixel < sizes.pixels; pixel++) {
            for (const chunk of chunks) {
              on.loadActivations(pixel, chunk, e);
              for (const [i, output] of outputs.entries()) {
                on.step({
                  output,
                  pixel,
                  chunk,
                  weightDigit: d,
                  activationDigit: e,
                  accumulator: i,
                  begins: chunk === chunks[0],
                  ends: chunk === chunks.at(-1),
                });
              }
            }
          }
        }
      }
    });
  });
};

const inputOutputStationary: Nest = (sizes, tile, on) => {
  tiles(sizes.pixels, tile.pixels, (pixels) => {
    tiles(sizes.chunks, tile.chunks, (chunks) => {
      for (let e = 0; e < sizes.activationDigits; e++) {
        for (const chunk of chunks) for (const pixel of pixels) on.loadActivations(pixel, chunk, e);
        for (let d = 0; d < sizes.weightDigits; d++) {
          for (let output = 0; output < sizes.outputs; output++) {
            for (const chunk of chunks) {
              on.loadWeights(output, chunk, d);
              for (const [j, pixel] of pixels.entries()) {
                on.step({
                  output,
                  pixel,
                  chunk,
                  weightDigit: d,
                  activationDigit: e,
                  accumulator: j,
                  begins: chunk === chunks[0],
                  ends: chunk === chunks.at(-1),
                });
              }
            }
          }
        }
      }
    });
  });
};

/** The loop nests by name, as docs/mapping.md has them. */
export const NESTS: Readonly<Record<string, Nest>> = {
  'weight-stationary': weightStationary,
  'output-stationary': outputStationary,
  'input-stationary': inputStationary,
  'weight-output-stationary': weightOutputStationary,
  'input-output-stationary': inputOutputStationary,
};
