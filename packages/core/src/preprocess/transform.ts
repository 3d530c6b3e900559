import { fail } from '../diagnostics/index.ts';
import { INTERPOLATIONS, type Interpolation } from './filter.ts';
import { toPlanar, type RgbImage } from './image.ts';
import { centerCrop, resizeAndCrop, resizeShortSide } from './resize.ts';

/** What happens to a decoded picture before a network reads it, as plain data. */
export interface Transform {
  /** The shorter side becomes this many pixels; null leaves the size alone. */
  readonly resize: number | null;
  /** A square of this side is cut from the centre; null keeps everything. */
  readonly crop: number | null;
  readonly interpolation: Interpolation;
}

/** Known by name: `imagenet` is the usual evaluation of ImageNet networks, `none` takes pictures as they are. */
export const TRANSFORMS = {
  imagenet: { resize: 256, crop: 224, interpolation: 'bilinear' },
  none: { resize: null, crop: null, interpolation: 'bilinear' },
} as const satisfies Readonly<Record<string, Transform>>;

/** Largest side that a transform may ask for. */
const LARGEST_SIDE = 4096;
const KEYS = ['resize', 'crop', 'interpolation'] as const;

/** Pixels channel by channel after the transform: uint8, 3 x rows x columns. */
export interface TransformedImage {
  readonly width: number;
  readonly height: number;
  readonly planar: Uint8Array;
}

/** Applies a transform; the same bytes as torchvision's on the same picture. */
export function applyTransform(
  image: RgbImage,
  { resize, crop, interpolation }: Transform,
): TransformedImage {
  let result = image;
  if (resize !== null && crop !== null) result = resizeAndCrop(image, resize, crop, interpolation);
  else if (resize !== null) result = resizeShortSide(image, resize, interpolation);
  else if (crop !== null) result = centerCrop(image, crop);
  return { width: result.width, height: result.height, planar: toPlanar(result) };
}

/** Channels, rows, columns of every transformed picture; null where it depends on the picture. */
export function transformShape({ crop }: Transform): readonly [3, number, number] | null {
  return crop === null ? null : [3, crop, crop];
}

/** The transform in one line, the same for the same transform: `resize=256,crop=224,interpolation=bilinear`. */
export function transformText(transform: Transform): string {
  return KEYS.map((key) => `${key}=${transform[key] ?? 'none'}`).join(',');
}

/**
 * Reads a transform from a document.
 *
 * @param value an object with `resize`, `crop` (pixels or null) and `interpolation`; what is absent is as in `none`
 * @param path of the value, for messages
 * @throws TallyError `transform-invalid`
 */
export function parseTransform(value: unknown, path: string): Transform {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse(path, 'is no object', 'give an object with resize, crop and interpolation');
  }
  const entries = value as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(entries).find((key) => !KEYS.some((known) => known === key));
  if (unknown !== undefined) {
    refuse(path, `has the unknown key '${unknown}'`, `the keys are ${KEYS.join(', ')}`);
  }
  return {
    resize: side(entries['resize'], `${path}.resize`),
    crop: side(entries['crop'], `${path}.crop`),
    interpolation: interpolationOf(entries['interpolation'], `${path}.interpolation`),
  };
}

/**
 * Reads a transform from an option: a name (`imagenet`, `none`) or text as {@link transformText} makes it, in
 * which what is absent is as in `none`.
 *
 * @param path the option, for messages
 * @throws TallyError `transform-invalid`, `transform-unknown`
 */
export function parseTransformText(text: string, path: string): Transform {
  if (Object.hasOwn(TRANSFORMS, text)) return TRANSFORMS[text as keyof typeof TRANSFORMS];
  if (!text.includes('=')) {
    return fail(
      'transform-unknown',
      path,
      `there is no transform named '${text}'`,
      `choose one of ${Object.keys(TRANSFORMS).join(', ')}, or write it out as resize=256,crop=224`,
    );
  }
  const entries = new Map<string, unknown>();
  for (const part of text.split(',')) {
    const [key, ...rest] = part.split('=');
    const value = rest.join('=');
    if (entries.has(key)) refuse(path, `gives ${key} twice`, 'give it once');
    entries.set(key, /^\d+$/.test(value) ? Number(value) : value === 'none' ? null : value);
  }
  return parseTransform(Object.fromEntries(entries), path);
}

function side(value: unknown, path: string): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= LARGEST_SIDE)
    return value;
  return refuse(
    path,
    `is ${JSON.stringify(value)}, must be a whole number of pixels from 1 to ${LARGEST_SIDE} or none`,
    'give for example 256',
  );
}

function interpolationOf(value: unknown, path: string): Interpolation {
  if (value === undefined) return TRANSFORMS.none.interpolation;
  const found = INTERPOLATIONS.find((known) => known === value);
  return found ?? refuse(path, `is ${JSON.stringify(value)}`, `choose ${INTERPOLATIONS.join(' or ')}`);
}

function refuse(path: string, message: string, remedy: string): never {
  return fail('transform-invalid', path, message, remedy);
}
