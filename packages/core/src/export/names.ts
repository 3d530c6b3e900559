import { parameterNames } from '../model/file.ts';
import { INPUT_ID } from '../network/network.ts';
import type { ModelGraph } from '../model/model.ts';

/**
 * Names of an exported file: a value is called as the node that makes it, a parameter as in the
 * model, and whatever else the file needs gets a name of its own. ONNX has one name space for all.
 */
export class Names {
  readonly #taken: Set<string>;
  readonly #parameters = new Map<string, string>();

  constructor(graph: ModelGraph) {
    this.#taken = new Set([INPUT_ID, ...graph.nodes.map((node) => node.id)]);
    for (const name of new Set(parameterNames(graph))) this.#parameters.set(name, this.fresh(name));
  }

  /** `wanted`, or with a number behind it where that is taken. */
  fresh(wanted: string): string {
    let name = wanted;
    for (let count = 2; this.#taken.has(name); count++) name = `${wanted}.${count}`;
    this.#taken.add(name);
    return name;
  }

  /** Name of a parameter that the graph names. */
  parameter(name: string): string {
    return this.#parameters.get(name) ?? this.fresh(name);
  }
}
