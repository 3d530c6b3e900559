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
