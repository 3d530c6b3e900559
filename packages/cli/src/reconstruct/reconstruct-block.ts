import {
  adamCorrections,
  blockNames,
  blockStepGraph,
  hardRounded,
  initialRounding,
  learningRate,
  regularizerAt,
  undecidedShare,
  weightShapesOf,
  type BlockStepOptions,
  type FloatTensor,
  type Learned,
  type LearnedGroup,
  type ModelGraph,
  type RegularizerSchedule,
  type WeightQuantizer,
} from '@tally/core';
import { Tensor } from 'onnxruntime-node';
import { fromTensor, openSession, outputOf, scalarOf, toTensor } from '../train/session.ts';
import { Sampler, samplePlan, type BlockData } from './sampler.ts';

/** How one block is trained. */
export interface BlockTraining extends Omit<BlockStepOptions, 'batch'> {
  readonly iterations: number;
  readonly batch: number;
  /** Side of crops, see {@link samplePlan}. */
  readonly crop: number;
  readonly rates: Readonly<Record<LearnedGroup, number>>;
  readonly regularizer: RegularizerSchedule;
  readonly seed: number;
  readonly threads: number;
}

/** What reconstruction did to a block. */
export interface ReconstructedBlock {
  /** The block's parameters that changed, by name; weights are exactly step * code. */
  readonly parameters: ReadonlyMap<string, FloatTensor>;
  /** Share of weights whose rounding was not decided at the end. */
  readonly undecided: number;
}

const scalar = (value: number): Tensor => new Tensor('float32', Float32Array.of(value), []);

/** Parameters of a model, or a programming error. */
function parameterOf(parameters: ReadonlyMap<string, FloatTensor>, name: string): FloatTensor {
  const tensor = parameters.get(name);
  if (tensor === undefined) throw new Error(`no parameter '${name}'`);
  return tensor;
}

function quantizers(block: ModelGraph): ReadonlyMap<string, WeightQuantizer> {
  return new Map(
    block.nodes.flatMap((node) =>
      (node.kind === 'conv' || node.kind === 'fully-connected') && node.weightQuantizer !== null
        ? [[node.weight, node.weightQuantizer]]
        : [],
    ),
  );
}

/**
 * Learns the rounding of a block's weights, its activation steps and, if asked, its batch norms and biases, so that its
 * output is the float network's (BRECQ with QDrop), then rounds the weights for good.
 *
 * @param block on whole feature maps.
 * @param onStep steps done and the step's objective; squared error: sum over channels, mean over pixels.
 */
export async function reconstructBlock(
  block: ModelGraph,
  parameters: ReadonlyMap<string, FloatTensor>,
  data: BlockData,
  options: BlockTraining,
  onStep: (done: number, loss: number) => void = () => undefined,
): Promise<ReconstructedBlock> {
  const plan = samplePlan(block, options.batch, options.crop);
  const cropped = { ...block, input: { ...block.input, shape: plan.input } };
  const emitted = blockStepGraph(cropped, weightShapesOf(block, parameters), {
    batch: plan.batch,
    rounding: options.rounding,
    affine: options.affine,
    drop: options.drop,
    objective: options.objective,
  });
  const sampler = new Sampler(data, block, plan, emitted, options.seed);
  const byWeight = options.rounding ? quantizers(block) : new Map<string, WeightQuantizer>();
  const constants: Record<string, Tensor> = Object.fromEntries(
    emitted.constants.map((name) => [blockNames.parameter(name), toTensor(parameterOf(parameters, name))]),
  );
  const floors = new Map<string, FloatTensor>();
  let state: Record<string, Tensor> = {};
  for (const { name, group } of emitted.learned) {
    let start = parameterOf(parameters, name);
    const quantizer = byWeight.get(name);
    if (group === 'rounding' && quantizer !== undefined) {
      const { floor, logits } = initialRounding(
        start,
        parameterOf(parameters, quantizer.step),
        quantizer.format,
      );
      floors.set(name, floor);
      constants[blockNames.floor(name)] = toTensor(floor);
      start = logits;
    }
    const zeros = (): Tensor => toTensor({ shape: start.shape, data: new Float32Array(start.data.length) });
    state[blockNames.state(name)] = toTensor(start);
    state[blockNames.first(name)] = zeros();
    state[blockNames.second(name)] = zeros();
  }
  const groups = [...new Set(emitted.learned.map(({ group }) => group))];
  const session = await openSession(emitted.bytes, options.threads);
  try {
    for (let step = 0; step < options.iterations; step++) {
      const outputs = await session.run({
        ...constants,
        ...state,
        ...sampler.feeds(step),
        ...schedule(options, groups, step),
      });
      state = Object.fromEntries(
        Object.keys(state).map((name) => [name, outputOf(outputs, blockNames.next(name))]),
      );
      onStep(step + 1, scalarOf(outputs, blockNames.loss));
    }
  } finally {
    await session.release();
  }
  return finished(emitted.learned, state, floors, byWeight, parameters);
}

/** The scalars of a step: learning rates, Adam's corrections, the regulariser. */
function schedule(
  { rates, regularizer, iterations }: BlockTraining,
  groups: readonly LearnedGroup[],
  step: number,
): Record<string, Tensor> {
  const corrections = adamCorrections(step + 1);
  const { weight, beta } = regularizerAt(regularizer, step, iterations);
  const rate = (group: LearnedGroup): number =>
    // Rounding keeps its rate to the end, as in BRECQ: the regulariser decides late.
    group === 'rounding'
      ? rates.rounding
      : learningRate({ peak: rates[group], warmupSteps: 0, totalSteps: iterations }, step);
  return {
    ...Object.fromEntries(groups.map((group) => [blockNames.rate(group), scalar(rate(group))])),
    [blockNames.firstCorrection]: scalar(corrections.first),
    [blockNames.secondCorrection]: scalar(corrections.second),
    ...(groups.includes('rounding') && {
      [blockNames.regularization]: scalar(weight),
      [blockNames.beta]: scalar(beta),
    }),
  };
}

function finished(
  learned: readonly Learned[],
  state: Readonly<Record<string, Tensor>>,
  floors: ReadonlyMap<string, FloatTensor>,
  byWeight: ReadonlyMap<string, WeightQuantizer>,
  parameters: ReadonlyMap<string, FloatTensor>,
): ReconstructedBlock {
  const changed = new Map<string, FloatTensor>();
  let undecided = 0;
  let weights = 0;
  for (const { name } of learned) {
    const value = fromTensor(state[blockNames.state(name)]);
    const floor = floors.get(name);
    const quantizer = byWeight.get(name);
    if (floor === undefined || quantizer === undefined) {
      changed.set(name, value);
      continue;
    }
    undecided += undecidedShare(value) * value.data.length;
    weights += value.data.length;
    changed.set(name, hardRounded(floor, value, parameterOf(parameters, quantizer.step), quantizer.format));
  }
  return { parameters: changed, undecided: weights === 0 ? 0 : undecided / weights };
}
