/** Derives what every counting scheme costs per 128 entries, for the operands of a chip preset. */
import { chipFormats, chipPreset, COUNTING_SCHEMES, schemeCost } from '@tally/core';

const chip = chipPreset(process.argv[2] ?? 'zhu2020');
const entries = chip.geometry.entries.value;
const slots = chip.timing.rescaleSlots.value;

for (const scheme of COUNTING_SCHEMES) {
  const { searches, multiplications, reduction } = schemeCost(scheme, chipFormats(chip), entries, slots);
  console.log(
    `${scheme.title.padEnd(46)} ${searches} searches, ${multiplications} multiplications: ${reduction.toFixed(1)} x fewer`,
  );
}
