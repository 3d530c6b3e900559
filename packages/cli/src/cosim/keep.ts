import { mkdtempSync, readFileSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fail } from '@tally/core';
import { checkFolder, writeFolderAtomically } from '../io/folder.ts';
import { checkOutputs } from '../io/outputs.ts';
import type { SourceFile } from './build-model.ts';
import type { CosimulationReport } from './report.ts';
import type { VcdFiles } from './vcd-window.ts';

/** Where a co-simulation writes. */
export interface CosimulationOutputs {
  /** File of the report; `-`: standard output; null: none. */
  readonly json: string | null;
  /** Folder for the circuit, the report and the waveforms of a difference; null: the waveforms alone are kept. */
  readonly keep: string | null;
  /** Replace a folder that an earlier run kept. */
  readonly force: boolean;
}

/** The report, in every folder of `--keep`: so that no other folder is replaced. */
const MARKER = 'cosimulation.json';

/**
 * Refuses, before any work is done, outputs that cannot be written.
 *
 * @throws TallyError of `checkOutputs` and `checkFolder`; `outputs-collide`
 */
export function checkCosimulationOutputs(
  { json, keep, force }: CosimulationOutputs,
  inputs: readonly string[],
): void {
  const file = json === '-' ? null : json;
  if (file !== null) checkOutputs([file], inputs);
  if (keep === null) return;
  checkFolder(keep, { force, marker: MARKER });
  if (file !== null && resolve(file) === resolve(keep)) {
    fail(
      'outputs-collide',
      file,
      'is the folder of --keep too, each output needs a place of its own',
      'name different places',
    );
  }
}

/**
 * Puts what a co-simulation made where it stays: all of it into the folder of `--keep`, at once; without it the waveforms
 * of a difference into a new folder among the system's temporary ones.
 *
 * @param files the circuit, as it was compared
 * @returns the report with the waveforms where they are now
 * @throws TallyError of `writeFolderAtomically`
 */
export function keepCosimulation(
  report: CosimulationReport,
  files: readonly SourceFile[],
  { keep, force }: CosimulationOutputs,
): CosimulationReport {
  const { disagreement } = report;
  const vcd = disagreement?.vcd ?? null;
  if (keep === null) {
    if (vcd === null) return report;
    const folder = mkdtempSync(join(tmpdir(), 'tally-cosim-waves-'));
    const moved = movedTo(report, folder);
    for (const path of [vcd.circuit, vcd.simulator]) renameSync(path, join(folder, basename(path)));
    return moved;
  }
  const kept = movedTo(report, keep);
  const waves = vcd === null ? [] : [vcd.circuit, vcd.simulator];
  writeFolderAtomically(
    keep,
    [
      { path: MARKER, text: `${JSON.stringify(kept, null, 2)}\n` },
      ...files.map(({ path, text }) => ({ path: join('rtl', path), text })),
      ...waves.map((path) => ({ path: basename(path), text: readFileSync(path, 'utf8') })),
    ],
    { force, marker: MARKER },
  );
  return kept;
}

/** The report with its waveforms in another folder. */
function movedTo(report: CosimulationReport, folder: string): CosimulationReport {
  const { disagreement } = report;
  if (disagreement === null) return report;
  const { circuit, simulator, ...window } = disagreement.vcd;
  const vcd: VcdFiles = {
    circuit: join(folder, basename(circuit)),
    simulator: join(folder, basename(simulator)),
    ...window,
  };
  return { ...report, disagreement: { ...disagreement, vcd } };
}
