import { fail, runReportSchema, type BitSerialArray, type Chip, type RunReport } from '@tally/core';
import { readBytes } from '../io/read.ts';
import { executeRun } from '../run/run.ts';

/** A network to run on every entry-counting chip. */
export interface ComparedNetwork {
  readonly network: string;
  readonly data: string;
  readonly tech: string;
  readonly point: string;
  readonly images: number | null;
  readonly threads: number;
}

/**
 * The report that `tally run --json` wrote.
 *
 * @throws TallyError `file-missing`, `run-report-malformed`
 */
export function readRunReport(path: string): RunReport {
  const text = new TextDecoder().decode(readBytes(path, 'run report'));
  let document: unknown = null;
  try {
    document = JSON.parse(text);
  } catch {
    // Refused below, as any other document that is no run report.
  }
  const parsed = runReportSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  return fail(
    'run-report-malformed',
    path,
    'is not the report of a run',
    'name the file that `tally run ... --json FILE` wrote, with this version',
  );
}

/** Runs a network on every entry-counting chip, one after the other; by name of the chip. */
export async function runOnChips(
  chips: readonly { readonly argument: string; readonly chip: Chip | BitSerialArray }[],
  { network, data, tech, point, images, threads }: ComparedNetwork,
): Promise<ReadonlyMap<string, RunReport>> {
  const runs = new Map<string, RunReport>();
  for (const { argument, chip } of chips) {
    if (chip.kind !== 'tally-chip') continue;
    const { report } = await executeRun({
      network,
      data,
      labels: null,
      chip: argument,
      tech,
      point,
      images,
      threads,
      outputs: { json: null, html: null },
    });
    runs.set(chip.name, report);
  }
  return runs;
}
