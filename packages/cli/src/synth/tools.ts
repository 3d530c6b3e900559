import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fail, throwIfAny, type Issue } from '@tally/core';

/** Programs that synthesis runs: how each says its version, and its Debian package. */
const TOOLS = {
  yosys: { version: ['-V'], debian: 'yosys' },
  sta: { version: ['-version'], debian: 'opensta' },
  iverilog: { version: ['-V'], debian: 'iverilog' },
} as const;

export type SynthesisTool = keyof typeof TOOLS;

/** A program that ran. */
export interface ToolRun {
  readonly tool: string;
  readonly version: string;
  readonly seconds: number;
  /** Largest resident memory of the program and its children together, as sampled; null where /proc is not there. */
  readonly peakMiB: number | null;
}

/** Milliseconds between two looks at a program's memory. */
const SAMPLE_MS = 50;

function versionOf(tool: SynthesisTool): string | null {
  const { status, stdout } = spawnSync(tool, TOOLS[tool].version, { encoding: 'utf8' });
  return status === 0 ? (stdout.split('\n')[0]?.trim() ?? '') : null;
}

/** Those of the programs that are not there. */
export function missingSynthesisTools(tools: readonly SynthesisTool[]): readonly string[] {
  return tools.filter((tool) => versionOf(tool) === null).map((tool) => TOOLS[tool].debian);
}

/**
 * Refuses, before any work is done, programs that are not there.
 *
 * @returns the version that each states
 * @throws TallyError `tool-missing` for each with the command that installs it
 */
export function requireTools(tools: readonly SynthesisTool[]): ReadonlyMap<string, string> {
  const issues: Issue[] = [];
  const versions = new Map<string, string>();
  for (const tool of tools) {
    const version = versionOf(tool);
    if (version === null) {
      issues.push({
        code: 'tool-missing',
        path: tool,
        message: `the program ${tool} was not found, synthesis needs it`,
        remedy: `apt-get install ${TOOLS[tool].debian}, or put it on the PATH`,
      });
    } else versions.set(tool, version);
  }
  throwIfAny(issues);
  return versions;
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
 * @throws TallyError `tool-failed` with the lines that matter; the whole output is kept in a file that it names
 */
export async function runMeasured(
  call: ToolCall,
): Promise<{ readonly output: string; readonly run: ToolRun }> {
  const { tool, args, folder, version, errors } = call;
  const started = performance.now();
  const { status, output, peakMiB } = await finished(tool, args, folder);
  const run = { tool, version, seconds: (performance.now() - started) / 1000, peakMiB };
  if (status === 0 && !errors.test(output)) return { output, run };
  const log = join(tmpdir(), `tally-synth-${basename(tool)}-${randomUUID().slice(0, 8)}.log`);
  writeFileSync(log, output);
  const lines = output.split('\n').filter((line) => errors.test(line));
  return fail(
    'tool-failed',
    tool,
    `ended with ${lines.slice(0, 4).join(' | ') || (status === null ? 'a signal' : `status ${status}`)}`,
    `read the whole output in ${log}`,
  );
}

function finished(
  tool: string,
  args: readonly string[],
  folder: string,
): Promise<{ readonly status: number | null; readonly output: string; readonly peakMiB: number | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(tool, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let peak: number | null = null;
    const sample = (): void => {
      const now = child.pid === undefined ? null : residentMiB(child.pid);
      if (now !== null) peak = Math.max(peak ?? 0, now);
    };
    const timer = setInterval(sample, SAMPLE_MS);
    sample();
    // Who interrupts the command ends the program too.
    const stop = (): void => void child.kill();
    process.once('exit', stop);
    const ended = (): void => {
      clearInterval(timer);
      process.off('exit', stop);
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', (error) => {
      ended();
      reject(error);
    });
    child.on('close', (status) => {
      ended();
      resolve({ status, output, peakMiB: peak });
    });
  });
}

/** Resident memory of a process and its children; null where it cannot be read. */
function residentMiB(pid: number): number | null {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    const below = children === '' ? [] : children.split(' ').map((child) => residentMiB(Number(child)) ?? 0);
    return Number(kilobytes ?? 0) / 1024 + below.reduce((sum, one) => sum + one, 0);
  } catch {
    return null;
  }
}
