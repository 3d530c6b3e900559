import { missingPackages, requirePrograms, type Program } from '../programs/require.ts';
import { programFailed } from '../programs/failed.ts';
import { runProgram } from '../programs/run.ts';

/** Programs that synthesis runs. */
const TOOLS = {
  yosys: { name: 'yosys', version: ['-V'], debian: 'yosys' },
  sta: { name: 'sta', version: ['-version'], debian: 'opensta' },
  iverilog: { name: 'iverilog', version: ['-V'], debian: 'iverilog' },
} as const satisfies Readonly<Record<string, Program>>;

export type SynthesisTool = keyof typeof TOOLS;

/** A program that ran. */
export interface ToolRun {
  readonly tool: string;
  readonly version: string;
  readonly seconds: number;
  /** Largest resident memory of the program and its children together, as sampled; null where /proc is not there. */
  readonly peakMiB: number | null;
}

/** Packages of those of the programs that are not there. */
export function missingSynthesisTools(tools: readonly SynthesisTool[]): readonly string[] {
  return missingPackages(tools.map((tool) => TOOLS[tool]));
}

/**
 * Refuses, before any work is done, programs that are not there.
 *
 * @returns the version that each states
 * @throws TallyError `tool-missing` for each with the command that installs it
 */
export function requireTools(tools: readonly SynthesisTool[]): ReadonlyMap<string, string> {
  return requirePrograms(
    tools.map((tool) => TOOLS[tool]),
    'synthesis needs it',
  );
}

export interface ToolCall {
  readonly tool: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly version: string;
  /** Lines of the output that say what went wrong. */
  readonly errors: RegExp;
}

/**
 * Runs a program to its end.
 *
 * @returns what it wrote, and what it took
 * @throws TallyError `tool-failed` with the lines that matter, also where the program itself saw no failure in them
 */
export async function runMeasured(
  call: ToolCall,
): Promise<{ readonly output: string; readonly run: ToolRun }> {
  const { tool, args, folder, version, errors } = call;
  const run = await runProgram(tool, args, folder);
  if (run.status !== 0 || errors.test(run.output)) programFailed(tool, run, errors);
  const { output, seconds, peakMiB } = run;
  return { output, run: { tool, version, seconds, peakMiB } };
}
