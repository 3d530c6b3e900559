import {
  blockGraph,
  partition,
  valueShapes,
  weightShapesOf,
  type Block,
  type FloatTensor,
  type Model,
} from '@tally/core';
import type { Pixels } from '../calibrate/pixels.ts';
import { readReconstruction, runIdentity, writeReconstruction } from './checkpoint.ts';
import { FeatureCache } from './feature-cache.ts';
import { blockError, forwardBlock } from './forward.ts';
import type { ReconstructOptions } from './options.ts';
import { reconstructBlock, type ReconstructedBlock } from './reconstruct-block.ts';

/** What became of one block. */
export interface BlockReport {
  readonly block: Block;
  /** False: its layers are wide enough to be left as they were. */
  readonly learned: boolean;
  /** Squared error of its output, sum over channels, mean over pixels and up to 100 images; null for the first block. */
  readonly before: number | null;
  readonly after: number | null;
  /** The float network's mean square in the same terms. */
  readonly signal: number | null;
  /** Share of weights whose rounding the regulariser had not decided. */
  readonly undecided: number;
  readonly seconds: number;
}

/** What somebody who waits wants to know. */
export interface ReconstructProgress {
  block?(index: number, blocks: readonly Block[]): void;
  step?(index: number, done: number, of: number, loss: number): void;
  report?(report: BlockReport): void;
}

/** Whether a block has weights to learn: some layer is no wider than the options say. */
function isLearned(model: Model, block: Block, widest: number): boolean {
  return model.graph.nodes.some(
    (node) =>
      (node.kind === 'conv' || node.kind === 'fully-connected') &&
      block.layers.includes(node.id) &&
      node.weightQuantizer !== null &&
      node.weightQuantizer.format.bits <= widest,
  );
}

/** Where a reconstruction is kept while it runs. */
export interface ReconstructionFile {
  readonly path: string;
  /** Continue from what the file holds; otherwise begin anew. */
  readonly resume: boolean;
}

/**
 * Block reconstruction: block after block, learns the rounding of weights and the activation steps of a
 * calibrated model so that each block's output comes near the float network's, on the inputs that the blocks before
 * it really give. The same arguments give the same model on the same kind of CPU, resumed or not.
 *
 * Feature maps of all images are kept in half precision: three times the network's largest block input or output, at
 * most (2.4 GB for 2,000 images of a ResNet-18).
 *
 * @param model fully quantized, with steps; the graph of `parent` with quantizers.
 * @param parent the float network.
 * @param file checkpoint, written after every block; null keeps none.
 * @throws TallyError `checkpoint-of-another-run` and those of a broken checkpoint, when resuming.
 */
export async function reconstruct(
  model: Model,
  parent: Model,
  images: Pixels,
  options: ReconstructOptions,
  progress: ReconstructProgress = {},
  file: ReconstructionFile | null = null,
): Promise<Model> {
  const blocks = partition(model.graph);
  const shapes = valueShapes(model.graph, weightShapesOf(model.graph, model.parameters));
  const identity = runIdentity(model, parent, images, options);
  const kept = file?.resume === true ? await readReconstruction(file.path, identity) : null;
  const changed = new Map<string, FloatTensor>(kept?.parameters);
  const reports: BlockReport[] = [...(kept?.reports ?? [])];
  const parameters = new Map<string, FloatTensor>([...model.parameters, ...changed]);
  const { threads } = options;
  let input: FeatureCache | Pixels = images;
  let floatInput: FeatureCache | Pixels = images;
  for (const [index, block] of blocks.entries()) {
    progress.block?.(index, blocks);
    const began = performance.now();
    const shape = shapes.get(block.input) ?? [];
    const quantized = blockGraph(model.graph, block, shape);
    const float = blockGraph(parent.graph, block, shape);
    const target: FeatureCache = await forwardBlock(float, parent.parameters, floatInput, threads);
    if (index >= reports.length) {
      // The block that reads the images keeps its rounding: its codes are 8-bit, and there is nothing to mix.
      const data =
        input instanceof FeatureCache && floatInput instanceof FeatureCache
          ? { input, floatInput, target }
          : null;
      const measured = async (): Promise<{ readonly error: number; readonly signal: number } | null> =>
        data === null ? null : blockError(quantized, parameters, data.input, target, threads);
      const before = await measured();
      let result: ReconstructedBlock | null = null;
      if (data !== null && isLearned(model, block, options.widest)) {
        const training = { ...options, rounding: true, objective: 'squared-error' } as const;
        result = await reconstructBlock(quantized, parameters, data, training, (done, loss) =>
          progress.step?.(index, done, options.iterations, loss),
        );
        for (const [name, tensor] of result.parameters) {
          parameters.set(name, tensor);
          changed.set(name, tensor);
        }
      }
      const after = result === null ? before : await measured();
      reports.push({
        block,
        learned: result !== null,
        before: before?.error ?? null,
        after: after?.error ?? null,
        signal: before?.signal ?? null,
        undecided: result?.undecided ?? 0,
        seconds: (performance.now() - began) / 1000,
      });
      if (file !== null) writeReconstruction(file.path, { identity, reports, parameters: changed });
      const report = reports.at(-1);
      if (report !== undefined) progress.report?.(report);
    }
    const into: FeatureCache | undefined =
      input instanceof FeatureCache && input.size >= target.size ? input : undefined;
    const output: FeatureCache = await forwardBlock(quantized, parameters, input, threads, into);
    input = output;
    floatInput = target;
  }
  return { graph: model.graph, parameters };
}
