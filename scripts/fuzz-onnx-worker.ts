import { readFileSync } from 'node:fs';
import { importOnnx } from '../packages/core/src/frontend/import/import.ts';
import { examine, type LaterStage } from '../packages/core/src/frontend/onnx/examine.test-support.ts';
import { fuzzCase, makeSeed } from '../packages/core/src/frontend/onnx/fuzz-case.test-support.ts';
import { findOperator } from '../packages/core/src/frontend/onnx/registry.ts';
import type { FromWorker, ToWorker } from './fuzz-onnx-messages.ts';

/** Processor time of this process so far: other processes on the machine do not count. */
function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Runs the cases that its parent names, telling before each which one it is about to run. */
function main({ files, seed, first, last, imports }: ToWorker): void {
  const send = (message: FromWorker): void => {
    process.send?.(message);
  };
  const seeds = files.map((file) => makeSeed(file, readFileSync(file)));
  const stages: LaterStage[] = imports
    ? [(graph) => void importOnnx(graph, { name: 'fuzzed', normalization: null })]
    : [];
  const run = (index: number): void => {
    if (index >= last) {
      send({ kind: 'done' });
      process.disconnect();
      return;
    }
    send({ kind: 'start', index });
    const started = cpuMilliseconds();
    const { from, bytes } = fuzzCase(seeds, seed, index);
    const outcome = examine(bytes, findOperator, { readExternal: from.readExternal, stages });
    const cpuMs = cpuMilliseconds() - started;
    send({ kind: 'end', index, outcome, cpuMs, rssKib: process.resourceUsage().maxRSS });
    setImmediate(run, index + 1);
  };
  run(first);
}

process.on('message', (message) => main(message as ToWorker));
