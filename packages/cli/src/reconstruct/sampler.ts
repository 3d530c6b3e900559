import { blockNames, cropStride, Random, validOutputs, type BlockStep, type ModelGraph } from '@tally/core';
import { Tensor } from 'onnxruntime-node';
import type { FeatureCache, Rectangle } from './feature-cache.ts';

/** What a block is trained with, for all images. */
export interface BlockData {
  /** The block's input in the network quantized so far. */
  readonly input: FeatureCache;
  /** The same in the float network. */
  readonly floatInput: FeatureCache;
  /** The block's output in the float network. */
  readonly target: FeatureCache;
}

/** How samples of a block are cut. */
export interface SamplePlan {
  readonly batch: number;
  /** Shape of an input sample. */
  readonly input: readonly number[];
  /** Input pixels per output pixel along an axis; null: whole maps. */
  readonly stride: number | null;
}

/** Crops of at most `side` pixels where a block allows them and its maps are larger. */
export function samplePlan(block: ModelGraph, batch: number, side: number): SamplePlan {
  const [channels = 0, rows = 1, columns = 1] = block.input.shape;
  const stride = cropStride(block);
  if (block.input.shape.length !== 3 || stride === null) {
    return { batch, input: block.input.shape, stride: null };
  }
  const cut = Math.max(stride, Math.floor(side / stride) * stride);
  if (rows <= cut && columns <= cut) return { batch, input: block.input.shape, stride: null };
  return { batch, input: [channels, Math.min(rows, cut), Math.min(columns, cut)], stride };
}

/** Makes the inputs of training steps; the same seed and step give the same inputs. */
export class Sampler {
  readonly #data: BlockData;
  readonly #block: ModelGraph;
  readonly #plan: SamplePlan;
  readonly #step: BlockStep;
  readonly #path: readonly [seed: number, block: string];
  readonly #input: Float32Array;
  readonly #floatInput: Float32Array;
  readonly #target: Float32Array;
  readonly #pixels: Float32Array;
  readonly #masks: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Uint8Array }>;

  /**
   * @param block the block on whole feature maps.
   * @param step the training step, for the plan's crops.
   */
  constructor(data: BlockData, block: ModelGraph, plan: SamplePlan, step: BlockStep, seed: number) {
    this.#data = data;
    this.#block = block;
    this.#plan = plan;
    this.#step = step;
    this.#path = [seed, block.name];
    const size = (shape: readonly number[]): number => shape.reduce((all, n) => all * n, plan.batch);
    this.#input = new Float32Array(size(plan.input));
    this.#floatInput = new Float32Array(size(plan.input));
    this.#target = new Float32Array(size(step.output));
    this.#pixels = new Float32Array(size(step.output.slice(1)));
    const masks = step.drops.map(({ quantizer, shape }) => [blockNames.dropMask(quantizer), shape] as const);
    if (step.mixed) masks.push([blockNames.floatMask, [plan.batch, ...plan.input]]);
    this.#masks = new Map(
      masks.map(([name, shape]) => [
        name,
        { shape, data: new Uint8Array(shape.reduce((all, n) => all * n, 1)) },
      ]),
    );
  }

  /** The inputs of step 0, 1, ...; valid until the next call. */
  feeds(step: number): Record<string, Tensor> {
    const { batch, input } = this.#plan;
    const output = this.#step.output;
    const [seed, name] = this.#path;
    const places = new Random(seed, 'places', name, step);
    const inputSize = this.#input.length / batch;
    const outputSize = this.#target.length / batch;
    const pixelCount = this.#pixels.length / batch;
    let counted = 0;
    for (let sample = 0; sample < batch; sample++) {
      const image = this.#image(step * batch + sample);
      const from = this.#rectangle(places);
      this.#data.input.readRectangle(image, from, this.#input, sample * inputSize);
      if (this.#step.mixed) {
        this.#data.floatInput.readRectangle(image, from, this.#floatInput, sample * inputSize);
      }
      const stride = this.#plan.stride ?? 1;
      const to: Rectangle = {
        top: from.top / stride,
        left: from.left / stride,
        height: output[1] ?? 1,
        width: output[2] ?? 1,
      };
      this.#data.target.readRectangle(image, to, this.#target, sample * outputSize);
      counted += this.#weigh(from, this.#pixels.subarray(sample * pixelCount, (sample + 1) * pixelCount));
    }
    for (let i = 0; i < this.#pixels.length; i++) this.#pixels[i] = (this.#pixels[i] ?? 0) / counted;
    const masks = [...this.#masks].map(([mask, { shape, data }]) => {
      fillBits(data, new Random(seed, mask, name, step));
      return [mask, new Tensor('bool', data, [...shape])] as const;
    });
    const feeds: Record<string, Tensor> = {
      [blockNames.input]: new Tensor('float32', this.#input, [batch, ...input]),
      [blockNames.target]: new Tensor('float32', this.#target, [batch, ...output]),
      ...Object.fromEntries(masks),
    };
    if (this.#step.weighted) {
      feeds[blockNames.pixels] = new Tensor(
        'float32',
        this.#pixels,
        [batch, ...output].map((size, axis) => (axis === 1 ? 1 : size)),
      );
    }
    if (this.#step.mixed) {
      feeds[blockNames.floatInput] = new Tensor('float32', this.#floatInput, [batch, ...input]);
    }
    return feeds;
  }

  #order: { epoch: number; images: Uint32Array } | null = null;

  /** The image of sample 0, 1, ...: every image once before any comes again. */
  #image(sample: number): number {
    const { count } = this.#data.input;
    const epoch = Math.floor(sample / count);
    if (this.#order?.epoch !== epoch) {
      const [seed, name] = this.#path;
      this.#order = { epoch, images: new Random(seed, 'order', name, epoch).permutation(count) };
    }
    return this.#order.images[sample % count] ?? 0;
  }

  #rectangle(random: Random): Rectangle {
    const [, rows = 1, columns = 1] = this.#block.input.shape;
    const { stride, input } = this.#plan;
    const [, height = 1, width = 1] = input;
    if (stride === null) return { top: 0, left: 0, height, width };
    return {
      top: stride * random.below(Math.floor((rows - height) / stride) + 1),
      left: stride * random.below(Math.floor((columns - width) / stride) + 1),
      height,
      width,
    };
  }

  /** Marks the output pixels that a crop gives as the whole map would; returns how many. */
  #weigh({ top, left, height, width }: Rectangle, pixels: Float32Array): number {
    const [, rows = 1, columns = 1] = this.#block.input.shape;
    if (this.#plan.stride === null) {
      pixels.fill(1);
      return pixels.length;
    }
    const validRows = validOutputs(this.#block, 0, { start: top, length: height, extent: rows });
    const validColumns = validOutputs(this.#block, 1, { start: left, length: width, extent: columns });
    let counted = 0;
    for (const [row, rowValid] of validRows.entries()) {
      for (const [column, columnValid] of validColumns.entries()) {
        const valid = rowValid && columnValid ? 1 : 0;
        pixels[row * validColumns.length + column] = valid;
        counted += valid;
      }
    }
    return counted;
  }
}

/** Fills with fair random bits. */
function fillBits(target: Uint8Array, random: Random): void {
  for (let i = 0; i < target.length; i += 32) {
    const bits = random.bits();
    const end = Math.min(32, target.length - i);
    for (let bit = 0; bit < end; bit++) target[i + bit] = (bits >>> bit) & 1;
  }
}
