import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { programFailed } from '../programs/failed.ts';
import { runProgram } from '../programs/run.ts';
import { inFolder } from '../programs/work-folder.ts';
import { harnessHeader } from './harness-header.ts';
import type { HarnessLayout } from './harness-layout.ts';
import { AXI_HARNESS } from './axi-harness-source.ts';
import { HARNESS, HARNESS_SUPPORT } from './harness-source.ts';
import { BUILDING, modelCache, pruneModelCache } from './model-cache.ts';
import { toolVersions } from './toolchain.ts';

/** A file of generated SystemVerilog. */
export interface SourceFile {
  /** Path in the folder of the circuit. */
  readonly path: string;
  readonly text: string;
}

/** What a circuit's model is built from. */
export interface ModelSource {
  readonly files: readonly SourceFile[];
  readonly layout: HarnessLayout;
  /** Able to write VCD; slower. */
  readonly trace: boolean;
}

/**
 * Verilator's options: start values 0, as the simulator's; no randomness, no assertions. Code that runs once is not
 * optimised: compiling it would take most of the time.
 */
const VERILATOR = [
  '--cc',
  '--exe',
  '--build',
  '-j',
  '2',
  '-O3',
  '--x-assign',
  'fast',
  '--x-initial',
  'fast',
  '--noassert',
  '-Wno-fatal',
  '-CFLAGS',
  '-std=c++17',
  '-MAKEFLAGS',
  'OPT_FAST=-O1 OPT_SLOW=-O0 OPT_GLOBAL=-O1',
];

/**
 * Builds the model of a circuit with its harness, or finds the one built before from the same sources by the same
 * tools. It appears in the cache whole or not at all.
 *
 * @returns path of the program
 * @throws TallyError `tool-missing`; `work-folder-not-writable` where the cache cannot be used; `tool-failed` with what the tool said and where its whole output is
 */
export async function buildModel(source: ModelSource, cache = modelCache()): Promise<string> {
  const texts = modelFiles(source);
  const options = [...VERILATOR, ...visibility(source.layout), source.trace];
  const hash = createHash('sha256').update(JSON.stringify([toolVersions(), options, texts]));
  const folder = join(cache, hash.digest('hex').slice(0, 32));
  const program = join(folder, 'cosim');
  if (existsSync(program)) return program;
  pruneModelCache(cache);
  const remedy = 'set XDG_CACHE_HOME to a folder that you can write, with free space';
  return inFolder(`${folder}.${randomUUID().slice(0, 8)}${BUILDING}`, remedy, async (work) => {
    for (const { path, text } of texts) {
      mkdirSync(dirname(join(work, path)), { recursive: true });
      writeFileSync(join(work, path), text);
    }
    await verilate(source, work);
    mkdirSync(join(work, 'keep'));
    renameSync(join(work, 'build', 'cosim'), join(work, 'keep', 'cosim'));
    if (!existsSync(program)) renameSync(join(work, 'keep'), folder);
    return program;
  });
}

/** Where the core is inside a larger top, its pins are read by name: everything stays visible. */
function visibility({ core }: HarnessLayout): readonly string[] {
  return core === null ? [] : ['--public-flat-rw'];
}

function modelFiles({ files, layout, trace }: ModelSource): readonly SourceFile[] {
  return [
    ...files.map(({ path, text }) => ({ path: join('rtl', path), text })),
    { path: 'layout.h', text: harnessHeader(layout) },
    { path: 'support.h', text: HARNESS_SUPPORT },
    {
      path: 'harness.cpp',
      text: `${trace ? '#define TALLY_TRACE\n' : ''}${layout.core === null ? HARNESS : AXI_HARNESS}`,
    },
  ];
}

async function verilate({ files, layout, trace }: ModelSource, work: string): Promise<void> {
  const args = [
    ...VERILATOR,
    ...visibility(layout),
    ...(trace ? ['--trace', '--trace-underscore'] : []),
    '-CFLAGS',
    `-I${work}`,
    '--Mdir',
    'build',
    '--top-module',
    layout.top,
    '--prefix',
    `V${layout.top}`,
    '-o',
    'cosim',
    ...files.map(({ path }) => join('rtl', path)),
    join(work, 'harness.cpp'),
  ];
  const run = await runProgram('verilator', args, work);
  if (run.status === 0) return;
  programFailed(
    'verilator',
    run,
    /%Error|error:|undefined reference|Killed/,
    `building the model of ${layout.top} failed:`,
  );
}
