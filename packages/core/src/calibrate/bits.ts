import { fail, throwIfAny, type Issue } from '../diagnostics/index.ts';
import type { ModelGraph } from '../model/model.ts';
import type { LayerPrecision, Precision } from '../train/index.ts';

/** Widths and weight codes for the layers that a pattern matches. */
export interface BitsRule {
  /** A layer id, or a pattern in which `*` stands for any text. */
  readonly pattern: string;
  readonly precision: Partial<LayerPrecision>;
}

/** Width of what no rule says, and of the first and last layer. */
const DEFAULT_BITS = 8;
const RULE =
  /^(?<pattern>[^=]+)=(?:(?<both>\d+)|(?:W(?<weights>\d+))?(?:A(?<activations>\d+))?)(?::(?<codes>sign-magnitude|twos-complement))?$/i;

/**
 * Parses `conv1=8,fc=W8,layer4.*=W4A4,*=W3A3:twos-complement`: comma-separated rules LAYER=BITS, where BITS is
 * a width of both operands (`8`), `W3A3`, `W3`, `A3`, and may end in `:sign-magnitude` or `:twos-complement`.
 *
 * @param path names the text in errors, e.g. `--bits`.
 * @throws TallyError `option-malformed`
 */
export function parseBitsRules(text: string, path: string): readonly BitsRule[] {
  return text.split(',').map((part) => {
    const groups = RULE.exec(part.trim())?.groups as Partial<Record<string, string>> | undefined;
    const { pattern = '', both, weights = both, activations = both, codes } = groups ?? {};
    if ((weights ?? activations ?? codes) === undefined) {
      return fail(
        'option-malformed',
        path,
        `cannot read '${part}'`,
        'write LAYER=BITS, comma-separated, where BITS is 8, W3A3, W3 or A3, with :sign-magnitude or :twos-complement behind it if wanted; * in LAYER stands for any text, e.g. conv1=8,fc=8,*=W3A3',
      );
    }
    return {
      pattern: pattern.trim(),
      precision: {
        ...(weights === undefined ? {} : { weights: Number(weights) }),
        ...(activations === undefined ? {} : { activations: Number(activations) }),
        ...(codes === undefined ? {} : { codes: codes.toLowerCase() as LayerPrecision['codes'] }),
      },
    };
  });
}

/** Whether a pattern of {@link BitsRule} matches a whole layer id. */
export function matchesPattern(pattern: string, id: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(id);
}

/** Ids of the layers whose weights are quantized, in order. */
export function layerIds(graph: ModelGraph): readonly string[] {
  return graph.nodes.flatMap(({ kind, id }) => (kind === 'conv' || kind === 'fully-connected' ? [id] : []));
}

/**
 * The precision of every layer of a graph from rules. Weights, activations and codes are looked up each for
 * itself: the first rule that matches the layer and says something about it wins. The first and the last layer
 * are 8-bit unless a rule without `*` names them (rules with `*` still give their code system). What no rule
 * says is 8 bits, sign-magnitude.
 *
 * @throws TallyError `layer-unknown` for every rule that matches no layer.
 */
export function precisionFromRules(graph: ModelGraph, rules: readonly BitsRule[], path: string): Precision {
  const layers = layerIds(graph);
  throwIfAny(
    rules
      .filter(({ pattern }) => !layers.some((id) => matchesPattern(pattern, id)))
      .map(({ pattern }): Issue => ({
        code: 'layer-unknown',
        path,
        message: `'${pattern}' matches no conv or fully connected layer of the network '${graph.name}'`,
        remedy: `use one of ${layers.join(', ')}, or a pattern with *`,
      })),
  );
  const overrides: Record<string, LayerPrecision> = {};
  layers.forEach((id, index) => {
    const outer = index === 0 || index === layers.length - 1;
    const matching = rules.filter(({ pattern }) => matchesPattern(pattern, id));
    const widths = outer ? matching.filter(({ pattern }) => !pattern.includes('*')) : matching;
    const first = <Key extends keyof LayerPrecision>(from: readonly BitsRule[], key: Key) =>
      from.find(({ precision }) => precision[key] !== undefined)?.precision[key];
    overrides[id] = {
      weights: first(widths, 'weights') ?? DEFAULT_BITS,
      activations: first(widths, 'activations') ?? DEFAULT_BITS,
      codes: first(matching, 'codes') ?? 'sign-magnitude',
    };
  });
  return { weights: DEFAULT_BITS, activations: DEFAULT_BITS, codes: 'sign-magnitude', overrides };
}

/** The precision of a layer as text, `W3A3` or `W3A3:twos-complement`. */
export function precisionText({ weights, activations, codes }: LayerPrecision): string {
  return `W${weights}A${activations}${codes === 'twos-complement' ? `:${codes}` : ''}`;
}
