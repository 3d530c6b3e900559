import { fail, type Normalization, type OnnxModel } from '@tally/core';

/** Images per run where the file leaves the batch open. */
const OPEN_BATCH = 8;

/** The image input of an ONNX network. */
export interface OnnxImageInput {
  readonly name: string;
  /** Images per run: the file's, or null where it leaves that open. */
  readonly batch: number | null;
  /** Channels, rows, columns. */
  readonly shape: readonly [number, number, number];
  /** float32 takes normalised pixels, uint8 their codes. */
  readonly type: 'float32' | 'uint8';
}

/** Images that one run is given. */
export function batchOf({ batch }: OnnxImageInput): number {
  return batch ?? OPEN_BATCH;
}

/**
 * The one input of a network that reads images.
 *
 * @throws TallyError `onnx-input-not-images`, and `normalization-mismatch` when the normalisation has
 *   another number of channels, or the network reads pixel codes
 */
export function imageInput(
  { graph }: OnnxModel,
  path: string,
  normalization: Normalization | null,
): OnnxImageInput {
  const input = graph.inputs.at(0);
  const [batch, ...sizes] = input?.shape ?? [];
  const [channels, rows, columns] = sizes;
  const type = input?.type;
  if (
    input === undefined ||
    graph.inputs.length > 1 ||
    sizes.length !== 3 ||
    typeof channels !== 'number' ||
    typeof rows !== 'number' ||
    typeof columns !== 'number' ||
    batch === 0 ||
    (type !== 'float32' && type !== 'uint8')
  ) {
    const found = graph.inputs.map(
      ({ name, type: element, shape }) => `${name} ${element} [${shape?.join(', ') ?? '?'}]`,
    );
    return fail(
      'onnx-input-not-images',
      `${path}: graph.inputs`,
      `are ${found.join(', ')}; must be one input [batch, channels, rows, columns] of float32 or uint8 with known sizes`,
      'export the network with a fixed image size, and with one input; --as imported reads other layouts',
    );
  }
  const channelsGiven = normalization?.mean.length ?? 1;
  if (normalization !== null && (type === 'uint8' || (channelsGiven !== 1 && channelsGiven !== channels))) {
    fail(
      'normalization-mismatch',
      '--normalize',
      type === 'uint8'
        ? `is given, and ${path} reads pixels as they are (uint8)`
        : `has ${channelsGiven} channels, the images of ${path} have ${channels}`,
      type === 'uint8' ? 'leave it out' : 'give one mean and deviation, or one per channel',
    );
  }
  return {
    name: input.name,
    batch: typeof batch === 'number' ? batch : null,
    shape: [channels, rows, columns],
    type,
  };
}
