import { modelInputs, type MappingInputs, type NamedHash, type PricedSystem } from '@tally/core';
import { inFile } from '../io/read.ts';
import { readModelFile } from '../io/model-file.ts';
import { VERSION } from '../version.ts';

/** What {@link shapeInputs} reads and names. */
export interface ShapeSource {
  readonly path: string;
  readonly batch: number;
  readonly chip: NamedHash;
  readonly system: NamedHash;
}

/**
 * The shapes of an ONNX file, float or quantized, ready to be mapped; the file's checksum stands for the network.
 *
 * @throws TallyError what importing refuses
 */
export async function shapeInputs(
  priced: PricedSystem,
  { path, batch, chip, system }: ShapeSource,
): Promise<MappingInputs> {
  const { model, sha256 } = await readModelFile(path, null);
  return inFile(path, () =>
    modelInputs(priced, {
      toolVersion: VERSION,
      model,
      target: { network: { name: model.graph.name, hash: sha256 }, chip, system },
      batch,
    }),
  );
}
