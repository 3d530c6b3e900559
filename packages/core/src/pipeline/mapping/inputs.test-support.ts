import { contentHash, type System } from '../../mapping/index.ts';
import { hashNetwork } from '../../network/index.ts';
import type { TechTable } from '../../energy/index.ts';
import { chipPreset } from '../../presets/index.ts';
import { randomNetwork } from '../../testing/index.ts';
import { networkInputs, type MappingInputs } from './inputs.ts';

const chip = chipPreset('zhu2020');
const network = randomNetwork(3);

/** A small network on a system of the published chip, at its point of peak efficiency. */
export function smallInputs(tech: TechTable, system: System): MappingInputs {
  return networkInputs(
    { chip, tech, system, voltageV: 1.01, clockMHz: 40 },
    {
      toolVersion: '0.0.0',
      network,
      target: {
        network: { name: network.name, hash: hashNetwork(network) },
        chip: { name: chip.name, hash: contentHash(chip) },
        system: { name: system.name, hash: 'any' },
      },
      batch: 1,
      run: null,
    },
  );
}
