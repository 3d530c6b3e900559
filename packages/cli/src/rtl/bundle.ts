import {
  fail,
  generateTop,
  macroSpec,
  topGeometry,
  type Chip,
  type MacroSpec,
  type OperatingPoint,
  type TopGeometry,
} from '@tally/core';
import type { FolderFile } from '../io/folder.ts';
import { VERSION } from '../version.ts';
import { constraints } from './constraints.ts';
import { readme } from './readme.ts';
import { makeStimulus, type Stimulus } from './stimulus.ts';
import { TESTBENCH } from './testbench.gen.ts';

/** What the user chooses beside the chip. */
export interface RtlRequest {
  readonly banks?: number;
  readonly axisBits: number;
  readonly bufferRows: number;
  /** Operating point that the constraints take the clock from; left out: the fastest. */
  readonly point?: string;
}

/** Everything that `tally rtl` writes, and what it says about it. */
export interface RtlBundle {
  readonly files: readonly FolderFile[];
  readonly spec: MacroSpec;
  readonly geometry: TopGeometry;
  readonly point: OperatingPoint;
  readonly stimulus: Stimulus;
  readonly modules: number;
}

/** File that every folder of `tally rtl` has: what the circuit was generated from. */
export const MANIFEST = 'macro.json';

/** @throws TallyError `unknown-operating-point` */
function chosenPoint(chip: Chip, name: string | undefined): OperatingPoint {
  const points = chip.operatingPoints;
  if (name === undefined) return points.reduce((a, b) => (b.clock.value > a.clock.value ? b : a));
  const point = points.find((one) => one.name === name);
  return (
    point ??
    fail(
      'unknown-operating-point',
      '--point',
      `chip '${chip.name}' has no operating point '${name}'`,
      `use one of ${points.map((one) => one.name).join(', ')}`,
    )
  );
}

/**
 * The circuit of a chip and what is needed to check and to synthesise it. The same chip and request give the same bytes.
 *
 * @throws TallyError what `macroSpec` and `topGeometry` refuse, `unknown-operating-point`
 */
export function makeBundle(chip: Chip, request: RtlRequest): RtlBundle {
  const { axisBits, bufferRows } = request;
  const spec = macroSpec(chip, request.banks === undefined ? {} : { banks: request.banks });
  const geometry = topGeometry(spec, { axisBits, bufferRows });
  const point = chosenPoint(chip, request.point);
  const modules = generateTop(spec, { axisBits, bufferRows });
  const stimulus = makeStimulus(spec, { axisBits, bufferRows });
  const list = modules.map(({ path }) => `rtl/${path}`);
  const manifest = {
    kind: 'tally-rtl',
    generator: `Tally ${VERSION}`,
    spec,
    top: { axisBits, bufferRows },
    operatingPoint: { name: point.name, voltageV: point.voltage.value, clockMHz: point.clock.value },
  };
  const files: FolderFile[] = [
    { path: 'README.md', text: readme({ spec, geometry, point, stimulus, modules: modules.length }) },
    { path: MANIFEST, text: `${JSON.stringify(manifest, null, 2)}\n` },
    { path: 'tally_top.f', text: `${list.join('\n')}\n` },
    { path: 'tally_core.f', text: `${list.slice(0, list.indexOf('rtl/tally_core.sv') + 1).join('\n')}\n` },
    { path: 'constraints/tally_top.sdc', text: constraints(spec.chip, point) },
    { path: 'tb/tally_tb.sv', text: TESTBENCH },
    ...stimulus.files.map(([name, text]) => ({ path: `tb/${name}`, text })),
    ...modules.map(({ path, text }) => ({ path: `rtl/${path}`, text })),
  ];
  return { files, spec, geometry, point, stimulus, modules: modules.length };
}
