import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TallyError } from '../../../diagnostics/index.ts';
import { decodeOnnx } from '../decode.ts';
import { decodeTensorFile } from '../decode-tensor.ts';
import type { OnnxModel } from '../graph.ts';
import { inferOutputs } from '../infer.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { findOperator } from '../registry.ts';
import type { ValueType } from '../simplified.ts';
import type { OnnxTensor } from '../tensor.ts';
import { findShapeRule } from './table.ts';

const FOLDER = process.env['TALLY_ONNX_TESTDATA'] ?? '/usr/share/libonnx-testdata/data';

/** Cases that the rules refuse or answer otherwise, on purpose. */
const EXPECTED = new Map([
  ['test_batchnorm_epsilon_training_mode', 'training mode'],
  ['test_batchnorm_example_training_mode', 'training mode'],
  ['test_cast_FLOAT_to_BFLOAT16', 'the data store bfloat16 as uint16'],
  ['test_castlike_FLOAT_to_BFLOAT16_expanded', 'the data store bfloat16 as uint16'],
]);

function textOf({ type, shape }: ValueType): string {
  return `${type} [${shape.join(', ')}]`;
}

/** Shapes of the outputs, inferred node by node; inputs count as constants, values are computed where they can be. */
function inferModel(
  model: OnnxModel,
  inputs: ReadonlyMap<string, OnnxTensor>,
): ReadonlyMap<string, ValueType> {
  const constants = new Map([...model.graph.initializers, ...inputs]);
  const types = new Map<string, ValueType>(constants);
  for (const node of model.graph.nodes) {
    const opset = model.opsets.get(node.domain) ?? 1;
    const known = node.inputs.map((name) => constants.get(name) ?? null);
    const context = {
      node,
      opset,
      inputs: node.inputs.map((name) => types.get(name) ?? null),
      constants: known,
    };
    for (const [index, type] of inferOutputs(context, node.name, DEFAULT_LIMITS).entries())
      if (type !== null) types.set(node.outputs[index], type);
    const operator = findOperator(node.domain, node.operator, opset);
    if (operator === undefined || model.graph.nodes.length === 1) continue;
    if (node.inputs.some((name, index) => name !== '' && known[index] === null)) continue;
    for (const [index, value] of operator.evaluate(known, context).entries())
      if (value !== null) constants.set(node.outputs[index], value);
  }
  return types;
}

/** 'fits', why the case is not read ('other'), or what differs. */
function runCase(folder: string): string {
  let model: OnnxModel;
  try {
    model = decodeOnnx(readFileSync(join(folder, 'model.onnx')));
  } catch (error) {
    if (error instanceof TallyError) return 'other';
    throw error;
  }
  if (model.graph.nodes.some((node) => findShapeRule(node.domain, node.operator) === undefined))
    return 'other';
  const read = (name: string): OnnxTensor =>
    decodeTensorFile(readFileSync(join(folder, 'test_data_set_0', name))).tensor;
  try {
    const inputs = model.graph.inputs.map(({ name }, index) => [name, read(`input_${index}.pb`)] as const);
    const types = inferModel(model, new Map(inputs));
    const differing = model.graph.outputs.flatMap(({ name }, index) => {
      const [inferred, stored] = [textOf(types.get(name)!), textOf(read(`output_${index}.pb`))];
      return inferred === stored ? [] : [`${inferred} instead of ${stored}`];
    });
    return differing.length === 0 ? 'fits' : differing.join('; ');
  } catch (error) {
    if (error instanceof TallyError) return error.message;
    throw error;
  }
}

describe.skipIf(!existsSync(FOLDER))(
  "shape rules on ONNX's conformance data (skipped without libonnx-testdata: apt-get install libonnx-testdata, or set TALLY_ONNX_TESTDATA)",
  () => {
    it('say the shapes of the stored outputs', () => {
      const folders = readdirSync(FOLDER).flatMap((suite) =>
        readdirSync(join(FOLDER, suite)).map((name) => ({ name, folder: join(FOLDER, suite, name) })),
      );
      const results = folders
        .filter(({ folder }) => existsSync(join(folder, 'model.onnx')))
        .map(({ name, folder }) => ({ name, result: runCase(folder) }));
      const wrong = results.filter(
        ({ name, result }) => result !== 'fits' && result !== 'other' && !EXPECTED.has(name),
      );
      expect(wrong).toEqual([]);
      expect(results.filter(({ result }) => result === 'fits').length).toBeGreaterThanOrEqual(570);
    });
  },
);
