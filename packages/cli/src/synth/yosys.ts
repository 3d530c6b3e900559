import { generateCore, type MacroSpec } from '@tally/core';
import type { FolderFile } from '../io/folder.ts';
import type { Library } from './library.ts';

export const TOP = 'tally_core';
/** Files of a working folder. */
export const FILES = {
  library: 'library.lib',
  script: 'synthesise.ys',
  driver: 'abc.constr',
  netlist: 'netlist.v',
  json: 'netlist.json',
  statistics: 'statistics.txt',
} as const;

/** Femtofarads that each output of a module is taken to drive while its logic is mapped: a few pins. */
const OUTPUT_LOAD_FF = 20;

/** A Yosys script, and the files that it reads. */
export interface YosysJob {
  readonly files: readonly FolderFile[];
  /** Modules that stay apart, so that area and power are known for each. */
  readonly modules: readonly string[];
}

/** Modules that stay apart: all but the cells of the arrays and the threshold unit's small popcount. */
function keptModules(spec: MacroSpec, names: readonly string[]): readonly string[] {
  const popcount = `tally_popcount_${spec.entries / spec.banks}`;
  return names.filter((name) => (/_popcount_/.test(name) ? name === popcount : !/_cell(_dual)?$/.test(name)));
}

/**
 * Everything that Yosys needs to map `tally_core` to a library: flip-flops by `dfflibmap`, logic by ABC under the clock's
 * period with buffers and sizes, constants to tie cells where the library has them, and a check that every cell
 * is the library's. The library itself is expected beside the script.
 *
 * @param periodPs period that each module's logic is mapped for, picoseconds
 */
export function yosysJob(spec: MacroSpec, library: Library, periodPs: number): YosysJob {
  const sources = generateCore(spec);
  const names = sources.map(({ path }) => path.replace(/\.sv$/, ''));
  const modules = keptModules(spec, names);
  const { tieHigh, tieLow } = library;
  const ties = [
    ...(tieHigh === null ? [] : [`-hicell ${tieHigh.cell} ${tieHigh.pin}`]),
    ...(tieLow === null ? [] : [`-locell ${tieLow.cell} ${tieLow.pin}`]),
  ];
  const script = [
    `read_liberty -lib ${FILES.library}`,
    ...sources.map(({ path }) => `read_verilog -sv rtl/${path}`),
    `hierarchy -check -top ${TOP}`,
    `setattr -mod -set keep_hierarchy 1 ${modules.join(' ')}`,
    `synth -flatten -noabc -top ${TOP}`,
    `dfflibmap -liberty ${FILES.library}`,
    `abc -liberty ${FILES.library} -constr ${FILES.driver} -D ${Math.round(periodPs)}`,
    ...(ties.length === 0 ? [] : [`hilomap -singleton ${ties.join(' ')}`]),
    'opt_clean -purge',
    'check -assert -mapped',
    `write_json ${FILES.json}`,
    `write_verilog -noattr -noexpr -nohex -nodec -simple-lhs ${FILES.netlist}`,
    `tee -o ${FILES.statistics} stat -liberty ${FILES.library}`,
    '',
  ];
  return {
    modules,
    files: [
      ...sources.map(({ path, text }) => ({ path: `rtl/${path}`, text })),
      {
        path: FILES.driver,
        text: `set_driving_cell ${library.drivingCell}\nset_load ${OUTPUT_LOAD_FF}\n`,
      },
      { path: FILES.script, text: script.join('\n') },
    ],
  };
}

/** Area that Yosys states for the whole circuit, um2; null where it does not. */
export function statedArea(statistics: string): number | null {
  const found = /Chip area for top module '\\?\w+': ([\d.]+)/.exec(statistics);
  return found === null ? null : Number(found[1]);
}
