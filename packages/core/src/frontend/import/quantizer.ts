import { codeRange, isCodeFormat } from '../../network/codes.ts';
import type { ModelQuantizeNode } from '../../model/model.ts';
import { INPUT_ID } from '../../network/network.ts';
import type { Importer } from './importer.ts';
import type { NodeScope } from './scope.ts';
import type { Activation, ConstantQuantization } from './value.ts';

/** Integers of a quantizer: `round(x / scale) + zeroPoint` within `low .. high`. */
export interface Levels {
  readonly low: number;
  readonly high: number;
  readonly scale: number;
  readonly zeroPoint: number;
}

/** Whether a quantizer of the network's input changes nothing: the input consists of such codes. */
export function isInputCodes(
  { input }: Importer,
  {
    levels,
    zeroPoint,
    scale,
  }: { readonly levels: number; readonly zeroPoint: number; readonly scale: number },
): boolean {
  return zeroPoint === 0 && levels === 2 ** input.bits && Math.fround(scale) === Math.fround(input.scale);
}

/** Widest code of an activation on the macro. */
const WIDEST = 8;

/**
 * The model's quantizer of an activation: unsigned codes, `low` becomes code 0.
 *
 * @param named its id, default after the node of the file.
 * @throws TallyError `import-refused` for what a quantize node cannot say.
 */
export function quantizeActivation(
  scope: NodeScope,
  value: Activation,
  levels: Levels,
  named: string | null = null,
): Activation {
  const { low, high, scale, zeroPoint } = levels;
  const count = high - low + 1;
  const zero = zeroPoint - low;
  if (count > 2 ** WIDEST)
    scope.refuse(
      `makes ${count} levels of an activation`,
      `the macro reads codes of at most ${WIDEST} bits; quantize to fewer`,
    );
  if (!(scale > 0 && scale < Infinity)) scope.refuse(`its scale is ${scale}`, 'a scale is a positive number');
  if (count < 2) scope.refuse('makes one level only', 'quantize to at least two');
  if (!(zero >= 0 && zero < count) || !Number.isInteger(2 * zero))
    scope.refuse(
      `its zero point ${zeroPoint} is not within ${low} .. ${high}, or no multiple of 1/2`,
      'real 0 must be representable by a code',
    );
  const { importer } = scope;
  if (value.id === INPUT_ID && isInputCodes(importer, { levels: count, zeroPoint: zero, scale }))
    return value;
  const maker = importer.maker(value.id);
  const isSame =
    maker?.kind === 'quantize' &&
    maker.zeroPoint === zero &&
    maker.levels === count &&
    importer.parameters.get(maker.step)?.data[0] === Math.fround(scale);
  if (isSame) return value;
  const id = named ?? scope.id();
  const node: ModelQuantizeNode = {
    kind: 'quantize',
    id,
    input: value.id,
    step: importer.parameter(`${id}.step`, [], [scale]),
    bits: Math.ceil(Math.log2(count)),
    zeroPoint: zero,
    levels: count,
  };
  return importer.add(node, value.shape);
}

/** The code system of weight codes within `low .. high`, or why there is none. */
export function weightFormat(low: number, high: number): ConstantQuantization['format'] {
  if (low === -1 && high === 0) return { system: 'twos-complement', bits: 1 };
  const bits = Math.max(2, Math.ceil(Math.log2(Math.max(high + 1, -low))) + 1);
  const symmetric = { system: 'sign-magnitude', bits } as const;
  const asymmetric = { system: 'twos-complement', bits } as const;
  if (bits > WIDEST || !isCodeFormat(asymmetric))
    return {
      refusal: `have codes ${low} .. ${high}`,
      remedy: `the macro holds weights of at most ${WIDEST} signed bits; quantize to fewer`,
    };
  return low >= codeRange(symmetric).min ? symmetric : asymmetric;
}

/** Smallest and largest of a list of codes, at least 0 .. 0. */
export function extremes(codes: Int32Array): { readonly low: number; readonly high: number } {
  let [low, high] = [0, 0];
  for (const code of codes) {
    if (code < low) low = code;
    if (code > high) high = code;
  }
  return { low, high };
}
