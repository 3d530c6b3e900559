import { fail, TallyError } from '../diagnostics/index.ts';
import { inputsOf, type Model } from '../model/model.ts';
import { valueRange } from '../network/integers.ts';
import type { Network } from '../network/network.ts';
import { inferTypes } from '../network/verify.ts';
import { Lowerer } from './lowerer.ts';
import { compare, divide, exactly, rational, round, subtract, toNumber, type Rational } from './rational.ts';

/** Where a model's value is in the network. */
export interface LoweredPlace {
  /** Id of the network's value. */
  readonly id: string;
  /** Real value = scale * (integer - zeroPoint), up to the error bound. */
  readonly scale: number;
  /** Of codes: where real 0 lies among them, a multiple of 1/2; 0 of everything else. */
  readonly zeroPoint: number;
  /**
   * Bound on |scale * (integer - zeroPoint) - real value|, where the real value is computed in real arithmetic from
   * the network's own codes (every quantizer output before it taken as it is).
   */
  readonly errorBound: number;
}

/** A lowered network, and how it relates to its model. */
export interface Lowering {
  readonly network: Network;
  /** The fixed-point format of the residual streams; null when the network has none. */
  readonly stream: {
    /** Real value = integer * 2^-fractionBits. */
    readonly fractionBits: number;
    /** Two's complement width that holds every proven bound. */
    readonly bits: number;
    /** Fraction bits of what an average pool sums where they are fewer, by the pool's id. */
    readonly pooled: ReadonlyMap<string, number>;
    /** By batch norm that reads values in this fixed point: their ids. It is exact on what others read. */
    readonly normalized: ReadonlyMap<string, readonly string[]>;
  } | null;
  /** By model node id; values that exist only inside a fused threshold are left out. */
  readonly places: ReadonlyMap<string, LoweredPlace>;
}

/**
 * Fraction bits below the smallest activation step, where int32 holds them; the stream's rounding is then 2^-21 of a
 * step. Each bit halves how often it takes a value across a rounding edge of the next quantizer: at 12 bits the codes
 * of a 3-bit ResNet-20 changed the class of one image in a hundred.
 */
const BITS_BELOW_STEP = 20;

/** An output bias is rounded to accumulator units up to this size: an error of 2^-8 in a logit. */
const LARGEST_OUTPUT_UNIT = rational(1n, 128n);

function wantedFractionBits(model: Model): number {
  let smallest = 1;
  for (const node of model.graph.nodes) {
    if (node.kind !== 'quantize') continue;
    const step = model.parameters.get(node.step)?.data[0];
    if (step !== undefined && step > 0) smallest = Math.min(smallest, step);
  }
  return Math.min(40, Math.ceil(-Math.log2(smallest)) + BITS_BELOW_STEP);
}

function largest(values: readonly Rational[]): Rational {
  return values.reduce((a, b) => (compare(a, b) >= 0 ? a : b));
}

/** The network value of the model's output: logits of one scale; a bias goes into the accumulators or a last affine node. */
function lowerOutput(lowerer: Lowerer, model: Model): string {
  const { output, nodes } = model.graph;
  const value = lowerer.values.get(output);
  if (value === undefined)
    fail(
      'unknown-output',
      'model.output',
      `names '${output}', and no node has that id`,
      'name the node whose value is the result',
    );
  const index = nodes.findIndex((node) => node.id === output);
  const path = `model.nodes.${index}(${output})`;
  const isRead = nodes.some((node) => inputsOf(node).includes(output));
  const { streams } = lowerer;
  const isLayer = nodes[index].kind === 'fully-connected' || nodes[index].kind === 'conv';
  if (value.kind !== 'integers' || !isLayer) return streams.stream(value, path);
  const scale = largest(value.maps.map((map) => map.scale));
  const oneScale = value.maps.every((map) => compare(map.scale, scale) === 0);
  const biases = value.maps.map((map) => divide(subtract(rational(0n), map.mean), scale));
  if (oneScale && biases.every((bias) => bias.numerator === 0n)) return value.id;
  const rounded = biases.map(round);
  const isExact = biases.every((bias, i) => compare(bias, rational(rounded[i])) === 0);
  const fits = rounded.every((bias) => BigInt.asIntN(32, bias) === bias);
  const fine = isExact || compare(scale, LARGEST_OUTPUT_UNIT) <= 0;
  if (!oneScale || isRead || !fine || !fits) return streams.stream(value, path);
  streams.builder.setBias(value.id, Int32Array.from(rounded, Number), path);
  streams.errors.set(
    value.id,
    Math.max(...rounded.map((bias, i) => Math.abs(toNumber(subtract(biases[i], rational(bias)))))),
  );
  lowerer.values.set(output, { ...value, maps: value.maps.map((map) => ({ ...map, mean: exactly(0) })) });
  return value.id;
}

function lowerAt(model: Model, fractionBits: number): Lowering {
  const { graph } = model;
  const lowerer = new Lowerer(model, fractionBits);
  for (const [index, node] of graph.nodes.entries()) {
    const path = `model.nodes.${index}(${node.id})`;
    if (lowerer.values.has(node.id))
      fail('duplicate-id', `${path}.id`, `'${node.id}' is used before`, 'give the node a unique name');
    lowerer.lower(node, path);
  }
  const network = lowerer.streams.builder.finish(graph.name, lowerOutput(lowerer, model));
  const types = inferTypes(network);
  const places = new Map<string, LoweredPlace>();
  let streamBits = 0;
  for (const { id } of graph.nodes) {
    const place = lowerer.scaleOf(id);
    if (place === null || !types.has(place.id)) continue;
    const scale = toNumber(place.scale);
    const errorBound = scale * lowerer.streams.error(place.id);
    places.set(id, { id: place.id, scale, zeroPoint: place.zeroPoint, errorBound });
    if (scale !== 2 ** -fractionBits) continue;
    const { min, max } = valueRange(types.get(place.id)!);
    streamBits = Math.max(streamBits, Math.ceil(Math.log2(Math.max(-min, max + 1, 1))) + 1);
  }
  const stream = network.nodes.some((node) => node.kind === 'affine')
    ? {
        fractionBits,
        bits: streamBits,
        pooled: lowerer.pooledFractionBits(),
        normalized: lowerer.normalizedStreams,
      }
    : null;
  return { network, stream, places };
}

function isOverflow(error: unknown): boolean {
  return (
    error instanceof TallyError &&
    error.issues.every((issue) => issue.code === 'integer-overflow' || issue.code === 'stream-overflow')
  );
}

/** Null where integers would be too large. */
function attempt(model: Model, fractionBits: number): Lowering | null {
  try {
    return lowerAt(model, fractionBits);
  } catch (error) {
    if (isOverflow(error)) return null;
    throw error;
  }
}

/**
 * Turns a fully quantized model into an integer network.
 *
 * Each convolution keeps its low-bit weight codes (batch norm is never folded into them). Batch norm,
 * ReLU and the next quantizer become integer thresholds per channel, decided in exact rational
 * arithmetic on the float32 parameters, ties as `Round` half to even: on these paths the network
 * computes exactly the codes of the fake-quantized model in real arithmetic. What a residual addition
 * reads becomes fixed point of one scale, 2^-fractionBits, chosen 20 bits below the smallest
 * activation step and coarser where the proven bounds ask for it; each affine node states its error.
 * Average pooling sums, its divisor is part of the scale; where the sum would leave int32, it is of values rounded to
 * fewer fraction bits. The output's bias is rounded to accumulator
 * units where these are at most 2^-7 or where it is a whole number of them, otherwise added in a last affine
 * node.
 *
 * Codes with a zero point z: what it adds to an accumulator, z times the sum of the weights, is taken out
 * exactly in the thresholds that follow; zero padding becomes a pad node of codes z (a half z has no such
 * code and is refused). ReLU, clips, max pools, pads, slices, upsamplings and flattens run behind the quantizer that reads
 * them, with the same codes; leaky ReLUs before a quantizer move its boundaries below 0, exactly, and in a residual
 * path are one rounding below 0; quantizers, batch norms and pools run on each part of a concatenation before it.
 * Batch norms in a row are one where either is the square root of a fraction, exactly; else through a stream.
 *
 * @throws TallyError, naming node, reason and remedy, for whatever cannot be lowered.
 */
export function explainLowering(model: Model): Lowering {
  const wanted = wantedFractionBits(model);
  const least = wanted - BITS_BELOW_STEP;
  let best = attempt(model, wanted);
  if (best !== null) return best;
  // What fits with some fraction bits fits with fewer.
  let [fits, tooMany] = [least - 1, wanted];
  while (tooMany - fits > 1) {
    const fractionBits = Math.ceil((fits + tooMany) / 2);
    const made = attempt(model, fractionBits);
    if (made === null) tooMany = fractionBits;
    else [fits, best] = [fractionBits, made];
  }
  return best ?? lowerAt(model, least);
}

/** The network of {@link explainLowering}. */
export function lower(model: Model): Network {
  return explainLowering(model).network;
}
