import type { Chip } from '../../chip/index.ts';
import type {
  ModelBatchNormNode,
  ModelConvNode,
  ModelFullyConnectedNode,
  ModelGraph,
  ModelNode,
} from '../../model/model.ts';
import type { LayerLink } from './links.ts';

/** A layer of a model whose products run on the macro. */
export type MacModelNode = ModelConvNode | ModelFullyConnectedNode;

export function isMac(node: ModelNode): node is MacModelNode {
  return node.kind === 'conv' || node.kind === 'fully-connected';
}

/** Inputs of any node of a model. */
function inputsOf(node: ModelNode): readonly string[] {
  return 'inputs' in node ? node.inputs : [node.input];
}

/** Lowered behind the thresholds that follow them: codes are moved, cut and pooled, not sums. */
const MOVES: readonly ModelNode['kind'][] = ['max-pool', 'flatten', 'pad', 'slice', 'upsample'];
/** Lowered into the thresholds that follow them. */
const FOLDS: readonly ModelNode['kind'][] = ['batch-norm', 'relu', 'leaky-relu', 'clip'];

/** By channel, whether a batch norm is a map of exact fractions: its variance the square of one. */
export type ExactChannels = readonly boolean[];

/** Part of a value that may be joined with others. */
interface Part {
  /** The value that it is before it is joined. */
  readonly id: string;
  readonly channels: number;
  /** What thresholds are made on. */
  readonly roots: readonly string[];
  /** Of the batch norms that end here; null: none does. */
  readonly exact: ExactChannels | null;
  /** Bounded or moved: a batch norm of it is no part of thresholds on what it was made of. */
  readonly isFixed: boolean;
}

/** Whether a batch norm and the one in front of it are one: a channel's two variances may not both be no squares. */
const composes = (before: ExactChannels | null, own: ExactChannels): boolean =>
  before === null || before.every((isExact, channel) => isExact || own[channel]);

const composed = (before: ExactChannels | null, own: ExactChannels): ExactChannels =>
  before === null ? own : before.map((isExact, channel) => isExact && own[channel]);

/** What becomes of the results of a layer on the way to codes. */
type ResultsEnd =
  /** `id`: the value that holds the codes; `moved`: what the host does before that other than change the shape. */
  | {
      readonly kind: 'codes';
      readonly bits: number;
      readonly id: string;
      readonly moved: ModelNode['kind'] | null;
    }
  | { readonly kind: 'sums'; readonly why: string };

/** What a model makes of its layers' results, as lowering it would: which leave as codes, and how many comparisons that takes. */
export interface ModelResults {
  /** Bits of a result as the macro hands it out: of a code when thresholds that its comparators hold are all that reads it, else of a sum. */
  resultBits(id: string): number;
  /** Threshold comparisons per image behind a layer: elements * (2^bits - 1) of every quantizer that it is the nearest layer above of. */
  comparisons(id: string): number;
  /** Bits of the codes that a layer reads. */
  activationBits(node: MacModelNode): number;
  /** Whether the zero padding of a layer is put there by the host, because real 0 is not code 0. */
  padsAtHost(node: MacModelNode): boolean;
  /** The link from a layer to the next in the graph's order. */
  link(id: string, next: string | undefined): LayerLink;
}

/**
 * Follows a model's values. A layer that reads what no quantizer made is taken to have one of the chip's activation bits before it.
 *
 * @param shapes of all values, without the batch
 * @param exactChannels of a batch norm
 */
export function modelResults(
  graph: ModelGraph,
  shapes: ReadonlyMap<string, readonly number[]>,
  chip: Chip,
  exactChannels: (norm: ModelBatchNormNode) => ExactChannels,
): ModelResults {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const readers = new Map<string, ModelNode[]>();
  for (const node of graph.nodes) {
    for (const input of new Set(inputsOf(node))) readers.set(input, [...(readers.get(input) ?? []), node]);
  }
  const chipBits = chip.formats.activation.bits.value;

  /** Whether a value is codes already: a quantizer's, as they are or moved. */
  const isCodes = (id: string): boolean => {
    const node = nodes.get(id);
    return (
      node?.kind === 'quantize' ||
      (node !== undefined && MOVES.includes(node.kind) && inputsOf(node).every(isCodes))
    );
  };

  /** The parts that `id` is joined of, each with thresholds of its own. */
  const partsAt = (id: string): readonly Part[] => {
    const node = nodes.get(id);
    const whole = (roots: readonly string[], isFixed: boolean): readonly Part[] => [
      { id, roots, channels: shapes.get(id)?.[0] ?? 0, exact: null, isFixed },
    ];
    if (node === undefined || isCodes(id)) return whole([id], false);
    if (node.kind === 'concat') return node.inputs.flatMap(partsAt);
    if (node.kind === 'batch-norm') {
      const all = exactChannels(node);
      let first = 0;
      return partsAt(node.input).map((part) => {
        const own = all.slice(first, first + part.channels);
        first += part.channels;
        return part.isFixed || !composes(part.exact, own)
          ? { ...part, roots: [part.id], exact: own, isFixed: false }
          : { ...part, exact: composed(part.exact, own) };
      });
    }
    return MOVES.includes(node.kind) || FOLDS.includes(node.kind)
      ? whole(rootsOf(inputsOf(node)[0] ?? ''), true)
      : whole([id], false);
  };

  /** The values that `id` is made of by what thresholds take in or follow. */
  const rootsOf = (id: string): readonly string[] => partsAt(id).flatMap(({ roots }) => roots);

  /** What makes the codes at `id`, behind what moves, clips or joins them; null: the network's input. */
  const madeBy = (id: string): ModelNode | null => {
    const node = nodes.get(id);
    if (node === undefined) return null;
    if (MOVES.includes(node.kind) || node.kind === 'relu' || node.kind === 'clip')
      return madeBy(inputsOf(node)[0] ?? '');
    if (node.kind !== 'concat') return node;
    const quantizers = node.inputs.map(madeBy).filter((one) => one?.kind === 'quantize');
    if (quantizers.length < node.inputs.length) return node;
    return quantizers.reduce((widest, one) => (one.bits > widest.bits ? one : widest));
  };

  const codeBits = (id: string): number => {
    const maker = madeBy(id);
    if (maker === null) return graph.input.bits;
    return maker.kind === 'quantize' ? maker.bits : chipBits;
  };

  const resultsEnd = (id: string): ResultsEnd => {
    let moved: ModelNode['kind'] | null = null;
    const channels = shapes.get(id)?.[0] ?? 0;
    // What a batch norm cannot be folded behind: clipped and moved values, and batch norms that it makes no one with.
    let isFixed = false;
    let exact: ExactChannels | null = null;
    let first = 0;
    for (let at = id; ;) {
      const next = readers.get(at) ?? [];
      if (next.length === 0 || at === graph.output)
        return { kind: 'sums', why: 'the results leave the network' };
      const [reader] = next;
      if (next.every(isMac)) return { kind: 'codes', bits: chipBits, id: at, moved };
      if (next.length > 1) return { kind: 'sums', why: 'a shortcut reads the results too' };
      if (reader.kind === 'quantize') return { kind: 'codes', bits: reader.bits, id: reader.id, moved };
      if (reader.kind === 'add') return { kind: 'sums', why: 'the host adds a shortcut to the results' };
      if (reader.kind === 'batch-norm') {
        const own = exactChannels(reader).slice(first, first + channels);
        if (isFixed || !composes(exact, own)) return { kind: 'sums', why: 'the host rescales the results' };
        exact = composed(exact, own);
      }
      if (reader.kind === 'concat') {
        const before = reader.inputs.slice(0, reader.inputs.indexOf(at));
        first += before.reduce((sum, input) => sum + (shapes.get(input)?.[0] ?? 0), 0);
      }
      isFixed ||=
        reader.kind === 'relu' ||
        reader.kind === 'leaky-relu' ||
        reader.kind === 'clip' ||
        MOVES.includes(reader.kind);
      // Joined values keep thresholds of their own.
      const moves = MOVES.includes(reader.kind) || reader.kind === 'concat';
      if (!moves && !FOLDS.includes(reader.kind))
        return { kind: 'sums', why: `the host makes a ${reader.kind} of the results` };
      if (moves && reader.kind !== 'flatten') moved ??= reader.kind;
      at = reader.id;
    }
  };

  const comparisons = comparisonsBehind();

  function comparisonsBehind(): ReadonlyMap<string, number> {
    const makers = new Map<string, { readonly roots: readonly string[]; readonly bits: number }>();
    for (const node of graph.nodes) {
      if (node.kind === 'quantize') makers.set(node.id, { roots: rootsOf(node.input), bits: node.bits });
      if (!isMac(node)) continue;
      // Where no quantizer makes the codes, one of the chip's own does. Clipped codes are codes.
      const maker = madeBy(node.input);
      if (maker !== null && maker.kind !== 'quantize')
        makers.set(maker.id, { roots: rootsOf(node.input), bits: chipBits });
    }
    const charged = new Map<string, number>();
    for (const { root, bits } of [...makers.values()].flatMap(({ roots, bits }) =>
      roots.map((root) => ({ root, bits })),
    )) {
      let above = nodes.get(root);
      while (above !== undefined && !isMac(above)) above = nodes.get(inputsOf(above)[0] ?? '');
      if (above === undefined) continue;
      const elements = (shapes.get(root) ?? []).reduce((product, size) => product * size, 1);
      charged.set(above.id, (charged.get(above.id) ?? 0) + elements * (2 ** bits - 1));
    }
    return charged;
  }

  const padsAtHost = (node: MacModelNode): boolean => {
    const maker = madeBy(node.input);
    return (
      node.kind === 'conv' &&
      node.padding.some((side) => side > 0) &&
      maker?.kind === 'quantize' &&
      maker.zeroPoint !== 0
    );
  };

  return {
    padsAtHost,
    resultBits(id) {
      const end = resultsEnd(id);
      return end.kind === 'codes' && end.bits <= chipBits ? end.bits : chip.limits.accumulatorBits.value;
    },
    comparisons: (id) => comparisons.get(id) ?? 0,
    activationBits: ({ input }) => codeBits(input),
    link(id, next) {
      const blocked = (why: string): LayerLink => ({ kind: 'blocked', why });
      const end = resultsEnd(id);
      if (end.kind === 'sums') return blocked(end.why);
      if (end.bits > chipBits) return blocked(`codes of ${end.bits} bits are made by the host`);
      if (end.moved !== null) return blocked(`the host makes a ${end.moved} of the results`);
      let codes = readers.get(end.id) ?? [];
      while (codes.length === 1 && codes[0].kind === 'flatten') codes = readers.get(codes[0].id) ?? [];
      if (codes.length > 1) return blocked('a shortcut reads the results too');
      const reader = codes.at(0);
      if (reader === undefined) return blocked('the results leave the network');
      if (!isMac(reader)) return blocked(`the host makes a ${reader.kind} of the results`);
      if (padsAtHost(reader)) return blocked('the host pads the results');
      return reader.id === next
        ? { kind: 'direct' }
        : blocked(`${next ?? 'nothing'} is computed before ${reader.id}, which reads the results`);
    },
  };
}
