/**
 * Copies hw/macro/tb/tally_tb.sv into packages/cli/src/rtl/testbench.gen.ts, so that the installed program needs no file beside
 * its code. The SystemVerilog stays the source; a test compares the two.
 *
 *     node scripts/generate-testbench.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const text = readFileSync(new URL('hw/macro/tb/tally_tb.sv', root), 'utf8');
const lines = text.trimEnd().split('\n');
writeFileSync(
  new URL('packages/cli/src/rtl/testbench.gen.ts', root),
  [
    '// Generated from hw/macro/tb/tally_tb.sv by scripts/generate-testbench.ts. Do not edit.',
    '',
    '/** The self-checking testbench of `tally_top`. */',
    'export const TESTBENCH = [',
    ...lines.map((line) => `  ${JSON.stringify(line)},`),
    "  '',",
    "].join('\\n');",
    '',
  ].join('\n'),
);
