import { INPUT_ID } from '../../network/network.ts';
import type { OnnxNode } from '../onnx/graph.ts';

const LONGEST = 80;

/** Operators that a module of a framework stands for: `/layer1/relu/Relu` is the module `layer1.relu`. */
const MODULES: ReadonlySet<string> = new Set([
  'AveragePool',
  'BatchNormalization',
  'Clip',
  'Conv',
  'Dropout',
  'Flatten',
  'Gemm',
  'GlobalAveragePool',
  'GlobalMaxPool',
  'HardSigmoid',
  'LeakyRelu',
  'MatMul',
  'MaxPool',
  'Relu',
  'Resize',
  'Upsample',
]);

/** Characters of an id: what `--bits` and paths can name without quotes. */
function cleaned(text: string): string {
  return text
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^[._-]+|[._-]+$/g, '')
    .slice(0, LONGEST);
}

const WEIGHT = /[._/](?:weight|kernel|gamma|W)(?:_quantized)?(?::0)?$/;

/** `layer1.0.conv1` of `layer1.0.conv1.weight`; null for names that say nothing (`41`, `onnx::Conv_193`). */
function fromWeight(origin: string): string | null {
  const end = origin.search(WEIGHT);
  const name = origin.slice(0, Math.max(end, 0));
  if (!/[A-Za-z]/.test(name) || name.startsWith('onnx::')) return null;
  return cleaned(name.replaceAll('/', '.'));
}

/** `layer1.0.relu` of `/layer1/layer1.0/relu/Relu`, `conv_12` of `Conv_12`; null when the file gives no name. */
function fromNode({ name, operator }: OnnxNode): string | null {
  if (name === '' || name.startsWith('#')) return null;
  const parts = name.split('/').filter((part) => part !== '');
  const [last = '', ...before] = [...parts].reverse();
  const outer = before.reverse().filter((part, i, all) => !(all[i + 1] ?? '').startsWith(`${part}.`));
  const isModule =
    MODULES.has(operator) && last === operator && /[A-Za-z]/.test(outer.at(-1)?.split('.').at(-1) ?? '');
  const own = last.startsWith(operator) ? last.toLowerCase() : last;
  return cleaned((isModule ? outer : [...outer, own]).join('.'));
}

/** Ids of model nodes: from the ONNX names, readable, unique. */
export class Names {
  readonly #taken = new Set<string>([INPUT_ID]);
  /** Next number to try, by name. */
  readonly #counts = new Map<string, number>();

  /** `wanted`, or `wanted_2`, `wanted_3` ... when it is taken. */
  unique(wanted: string): string {
    const base = wanted === '' ? 'node' : wanted;
    let count = this.#counts.get(base) ?? 1;
    let id = base;
    for (; this.#taken.has(id); id = `${base}_${count}`) count++;
    this.#counts.set(base, count);
    this.#taken.add(id);
    return id;
  }

  /** Id for what `node` becomes. @param weight name of its weight (or gamma) initializer, if it has one. */
  of(node: OnnxNode, weight: string | null = null): string {
    const stated = (weight === null ? null : fromWeight(weight)) ?? fromNode(node);
    return this.unique(stated === null || stated === '' ? node.operator.toLowerCase() : stated);
  }
}
