import {
  contentHash,
  fail,
  networkInputs,
  SYSTEM_PRESETS,
  type Chip,
  type MappingInputs,
  type PricedSystem,
} from '@tally/core';
import { readRunReport } from '../compare/runs.ts';
import { readNetworkFile } from '../io/network-file.ts';
import { choosePoint, type OperatingPointChoice } from '../io/operating-point.ts';
import { isPath, readChip, readSystem, readTech } from '../io/presets.ts';
import { inFile } from '../io/read.ts';
import { VERSION } from '../version.ts';
import { shapeInputs } from './shapes.ts';

/** What `tally map` reads, by name or path. */
export interface MapInputs {
  readonly network: string;
  readonly chip: string;
  /** Null: the preset with the chip's name. */
  readonly system: string | null;
  readonly tech: string;
  readonly point: OperatingPointChoice;
  readonly batch: number;
  /** Report of `tally run --json`, for the number of matches. */
  readonly run: string | null;
}

/** Files that are read. */
export function inputFiles({ network, chip, system, tech, run }: MapInputs): readonly string[] {
  return [
    network,
    ...[chip, system ?? '', tech].filter((name) => name !== '' && isPath(name)),
    ...(run === null ? [] : [run]),
  ];
}

/** The default: the preset with the chip's name. */
function systemNamedLike(chip: Chip): string {
  if (SYSTEM_PRESETS.includes(chip.name)) return chip.name;
  return fail(
    'no-system-for-chip',
    '--system',
    `is not given: the default is the preset with the name of the chip, and there is none for chip '${chip.name}'`,
    'name a system file for this chip (docs/howto/add-a-system.md)',
  );
}

/**
 * Reads a network (`.tally`, or a `.model` or `.onnx` file of which only the shapes are used), chip, system and table, checked against each other.
 *
 * @throws TallyError for whatever is missing, malformed or does not fit
 */
export async function loadMapInputs(inputs: MapInputs): Promise<MappingInputs> {
  const chip = readChip(inputs.chip);
  const system = readSystem(inputs.system ?? systemNamedLike(chip));
  const tech = readTech(inputs.tech);
  const priced: PricedSystem = { chip, tech, system, ...choosePoint(chip, inputs.point) };
  const chipAndSystem = {
    chip: { name: chip.name, hash: contentHash(chip) },
    system: { name: system.name, hash: contentHash(system) },
  };
  if (!inputs.network.endsWith('.tally')) {
    if (inputs.run !== null) {
      fail(
        'run-without-integers',
        '--run',
        `counts matches of an integer network, but of ${inputs.network} only the shapes are used`,
        'lower the network with `tally quantize` and map the .tally file',
      );
    }
    return await shapeInputs(priced, { path: inputs.network, batch: inputs.batch, ...chipAndSystem });
  }
  const file = readNetworkFile(inputs.network);
  const run = inputs.run === null ? null : readRunReport(inputs.run);
  return inFile(inputs.network, () =>
    networkInputs(priced, {
      toolVersion: VERSION,
      network: file.network,
      target: { network: { name: file.network.name, hash: file.hash }, ...chipAndSystem },
      batch: inputs.batch,
      run,
    }),
  );
}
