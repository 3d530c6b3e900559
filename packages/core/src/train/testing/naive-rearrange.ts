import { size, type Naive } from './naive.ts';

type Triple = readonly [number, number, number];

/** Every place of a tensor `[n, c, h, w]`, with its flat index. */
function build(shape: readonly number[], value: (place: readonly number[]) => number): Naive {
  const data = new Float64Array(size(shape));
  for (let i = 0; i < data.length; i++) {
    let rest = i;
    const place = [...shape].reverse().map((extent) => {
      const position = rest % extent;
      rest = Math.floor(rest / extent);
      return position;
    });
    data[i] = value(place.reverse());
  }
  return { shape, data };
}

function read(x: Naive, place: readonly number[]): number {
  return x.data[place.reduce((index, position, axis) => index * x.shape[axis] + position, 0)];
}

/** Elements around `[n, c, h, w]`: zeros, or one value per channel. */
export function pad(x: Naive, before: Triple, after: Triple, values: readonly number[] | null): Naive {
  const shape = x.shape.map((extent, axis) =>
    axis === 0 ? extent : extent + before[axis - 1] + after[axis - 1],
  );
  return build(shape, (place) => {
    const from = place.map((position, axis) => (axis === 0 ? position : position - before[axis - 1]));
    const inside = from.every((position, axis) => position >= 0 && position < x.shape[axis]);
    return inside ? read(x, from) : (values?.[place[1]] ?? 0);
  });
}

/** Strided box of `[n, c, h, w]`. */
export function slice(x: Naive, start: Triple, extent: Triple, step: Triple): Naive {
  return build([x.shape[0], ...extent], (place) =>
    read(
      x,
      place.map((position, axis) => (axis === 0 ? position : start[axis - 1] + position * step[axis - 1])),
    ),
  );
}

/** Every pixel of `[n, c, h, w]` again and again. */
export function upsample(x: Naive, [down, across]: readonly [number, number]): Naive {
  const [n, c, h, w] = x.shape;
  return build([n, c, h * down, w * across], ([image, channel, row, column]) =>
    read(x, [image, channel, Math.floor(row / down), Math.floor(column / across)]),
  );
}

/** One behind the other along the channels. */
export function concat(parts: readonly Naive[]): Naive {
  const channels = parts.reduce((sum, part) => sum + part.shape[1], 0);
  const [n, , ...rest] = parts[0].shape;
  return build([n, channels, ...rest], ([image, channel, ...pixel]) => {
    let c = channel;
    let part = 0;
    while (c >= parts[part].shape[1]) c -= parts[part++].shape[1];
    return read(parts[part], [image, c, ...pixel]);
  });
}

/** T^2 times the mean cross entropy of softmax(teacher / T) and softmax(logits / T). */
export function distillation(logits: Naive, teacher: Naive, temperature: number): Naive {
  const [n, classes] = logits.shape;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const softmax = (tensor: Naive): number[] => {
      const powers = [...tensor.data.slice(i * classes, (i + 1) * classes)].map((value) =>
        Math.exp(value / temperature),
      );
      const total = powers.reduce((a, b) => a + b, 0);
      return powers.map((power) => power / total);
    };
    const target = softmax(teacher);
    softmax(logits).forEach((probability, c) => (sum -= target[c] * Math.log(probability)));
  }
  return { shape: [], data: Float64Array.of((temperature * temperature * sum) / n) };
}
