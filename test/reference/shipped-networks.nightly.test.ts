import { test } from 'vitest';
import { expectCountedByEntries } from './support/count.ts';
import { testImages } from './support/shipped.ts';

test('the network of the demo: every dot product of all 10,000 images, counted entry by entry', () => {
  const { images, rows, columns, count } = testImages();
  const pixels = rows * columns;
  const chunk = 100;
  for (let first = 0; first < count; first += chunk) {
    expectCountedByEntries('resnet8-w3a2', images.subarray(first * pixels, (first + chunk) * pixels), chunk);
  }
});
