import { TallyError, type Issue } from '../diagnostics/index.ts';
import { inferNode, inputsOf } from '../network/analyse.ts';
import { Check } from '../network/check.ts';
import { INPUT_ID, type Network, type NetworkNode } from '../network/network.ts';
import type { TensorType } from '../network/tensor-type.ts';

/** A network under construction; the type and bound of every value is known as soon as it is made. */
export class NetworkBuilder {
  readonly #nodes: NetworkNode[] = [];
  readonly #types = new Map<string, TensorType>();
  readonly #input: Network['input'];

  constructor(input: Network['input']) {
    this.#input = input;
    this.#types.set(INPUT_ID, { kind: 'codes', ...input });
  }

  /** `id`, or `id.2`, `id.3` ... when it is taken. */
  freshId(id: string): string {
    if (!this.#types.has(id)) return id;
    for (let suffix = 2; ; suffix++) if (!this.#types.has(`${id}.${suffix}`)) return `${id}.${suffix}`;
  }

  type(id: string): TensorType {
    return this.#types.get(id)!;
  }

  /**
   * Appends a node.
   *
   * @param path where the issues of the node are reported.
   * @returns its id.
   * @throws TallyError with the issues of the node.
   */
  add(node: NetworkNode, path: string): string {
    const [first, ...rest] = inputsOf(node).map((id) => this.type(id));
    const issues: Issue[] = [];
    const type = inferNode(node, [first, ...rest], new Check(path, issues));
    if (type === null || issues.length > 0) throw new TallyError(issues);
    this.#nodes.push(node);
    this.#types.set(node.id, type);
    return node.id;
  }

  /** Gives a conv or fully-connected node a bias; nothing may read the node yet. @throws as {@link add}. */
  setBias(id: string, bias: Int32Array, path: string): void {
    const node = this.#nodes.find((candidate) => candidate.id === id);
    if (node?.kind !== 'conv' && node?.kind !== 'fully-connected') return;
    this.#nodes.splice(this.#nodes.indexOf(node), 1);
    this.#types.delete(id);
    this.add({ ...node, bias }, path);
  }

  /** The network without the nodes that the output does not need. */
  finish(name: string, output: string): Network {
    const needed = new Set([output]);
    for (const node of [...this.#nodes].reverse()) {
      if (needed.has(node.id)) for (const id of inputsOf(node)) needed.add(id);
    }
    const nodes = this.#nodes.filter((node) => needed.has(node.id));
    return { kind: 'network', name, input: this.#input, nodes, output };
  }
}
