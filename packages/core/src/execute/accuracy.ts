/** Index of the first maximum: the class that a network's output vector names. */
export function argmax(values: ArrayLike<number>, start = 0, end = values.length): number {
  let best = start;
  for (let i = start + 1; i < end; i++) if (values[i] > values[best]) best = i;
  return best - start;
}

/** The class of each image, from outputs of shape `[images, classes]`. */
export function predictions(outputs: Int32Array, classes: number): Uint16Array {
  return Uint16Array.from({ length: outputs.length / classes }, (_, image) =>
    argmax(outputs, image * classes, (image + 1) * classes),
  );
}

/** Top-1 accuracy, 0 to 1: the share of images whose first maximum is the label. */
export function accuracy(outputs: Int32Array, labels: ArrayLike<number>): number {
  const found = predictions(outputs, outputs.length / labels.length);
  let correct = 0;
  for (const [image, label] of found.entries()) if (label === labels[image]) correct++;
  return correct / labels.length;
}

/**
 * Place of a class among the scores of one image: 0 is the first maximum. Of equal scores the one of the
 * lower index comes first, so that place 0 is {@link argmax}.
 */
export function rankOf(scores: ArrayLike<number>, label: number, start: number, classes: number): number {
  const own = scores[start + label];
  let before = 0;
  for (let i = 0; i < classes; i++) {
    const other = scores[start + i];
    if (other > own || (other === own && i < label)) before++;
  }
  return before;
}

/** An interval of shares, 0 to 1. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Wilson score interval of a share, 95 % by default (Wilson, "Probable Inference, the Law of
 * Succession, and Statistical Inference", 1927): what `hits` of `trials` say about the share among all
 * images that could have been drawn.
 *
 * @param trials at least 1.
 * @param z quantile of the normal distribution; 1.959964 is 95 %.
 */
export function wilsonInterval(hits: number, trials: number, z = 1.959964): Interval {
  const share = hits / trials;
  const z2 = z * z;
  const centre = share + z2 / (2 * trials);
  const spread = z * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials * trials));
  const scale = 1 + z2 / trials;
  return { low: Math.max(0, (centre - spread) / scale), high: Math.min(1, (centre + spread) / scale) };
}
