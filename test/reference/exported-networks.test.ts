import { exportModel, hashNetwork, lower } from '@tally/core';
import { describe, expect, test } from 'vitest';
import { imported } from '../../packages/core/src/export/export.test-support.ts';
import { compareIntegers, compareQdq } from './support/exported.ts';
import { SHIPPED, shippedModel, shippedNetwork, testImages } from './support/shipped.ts';

const data = testImages();
const IMAGES = 200;

describe.each(SHIPPED)('$name', ({ name }) => {
  test.each(['qonnx', 'qdq'] as const)('as %s and back lowers to the same network', (format) => {
    const model = shippedModel(name);
    const back = imported(exportModel(model, format), model);
    expect(back.graph.nodes.map(({ id }) => id)).toEqual(model.graph.nodes.map(({ id }) => id));
    expect(hashNetwork(lower(back))).toBe(shippedNetwork(name).hash);
  });

  test(`as QDQ: every code of ${IMAGES} images in ONNX Runtime is the trainer's`, async () => {
    const { images, codes, differentCodes, correct, trainerCorrect } = await compareQdq(
      shippedModel(name),
      data,
      IMAGES,
    );
    // Seven quantizers: 3 x 16 x 28^2 + 2 x 32 x 14^2 + 64 x 7^2 + 64 = 53,376 codes an image.
    expect([images, codes, differentCodes]).toEqual([IMAGES, IMAGES * 53_376, 0]);
    expect(correct).toBe(trainerCorrect);
  });

  test(`as integer ONNX: every output of ${IMAGES} images`, async () => {
    const compared = await compareIntegers(shippedNetwork(name).network, data, IMAGES);
    expect(compared).toEqual({ outputs: IMAGES * 10, different: 0 });
  });
});
