import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INTERPOLATIONS } from './filter.ts';
import {
  parseTransform,
  parseTransformText,
  TRANSFORMS,
  transformShape,
  transformText,
} from './transform.ts';

const side = fc.option(fc.integer({ min: 1, max: 4096 }));
const anyTransform = fc.record({
  resize: side,
  crop: side,
  interpolation: fc.constantFrom(...INTERPOLATIONS),
});

describe('transforms as text and documents', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(anyTransform, (transform) => {
        expect(parseTransformText(transformText(transform), '--transform')).toEqual(transform);
        expect(parseTransform(JSON.parse(JSON.stringify(transform)), 'transform')).toEqual(transform);
      }),
    );
  });

  it('have names and defaults', () => {
    expect(parseTransformText('imagenet', '--transform')).toEqual({
      resize: 256,
      crop: 224,
      interpolation: 'bilinear',
    });
    expect(parseTransformText('crop=8', '--transform')).toEqual({ ...TRANSFORMS.none, crop: 8 });
    expect(transformShape(TRANSFORMS.imagenet)).toEqual([3, 224, 224]);
    expect(transformShape(TRANSFORMS.none)).toBe(null);
  });

  it.each([
    [
      'imagnet',
      "--transform: there is no transform named 'imagnet' [transform-unknown] — choose one of imagenet, none, or write it out as resize=256,crop=224",
    ],
    [
      'resize=0',
      '--transform.resize: is 0, must be a whole number of pixels from 1 to 4096 or none [transform-invalid] — give for example 256',
    ],
    ['crop=4097', '--transform.crop: is 4097, must be a whole number'],
    ['crop=-3', '--transform.crop: is "-3", must be a whole number'],
    ['crop=8,crop=9', '--transform: gives crop twice [transform-invalid] — give it once'],
    [
      'size=8',
      "--transform: has the unknown key 'size' [transform-invalid] — the keys are resize, crop, interpolation",
    ],
    [
      'interpolation=lanczos',
      '--transform.interpolation: is "lanczos" [transform-invalid] — choose bilinear or bicubic',
    ],
    ['=', "--transform: has the unknown key ''"],
  ])('refuse %s', (text, message) => {
    expect(() => parseTransformText(text, '--transform')).toThrow(message);
  });

  it('refuse what is no object', () => {
    for (const value of [null, [], 'imagenet', 3]) {
      expect(() => parseTransform(value, 'a.json: transform')).toThrow('a.json: transform: is no object');
    }
  });
});
