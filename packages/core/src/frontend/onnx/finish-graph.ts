import type { OnnxNode } from './graph.ts';
import type { SimplifiedGraph, ValueType } from './simplified.ts';
import type { OnnxTensor } from './tensor.ts';

/** A graph whose nodes are simplified, before what nobody needs is removed. */
export interface UnfinishedGraph extends SimplifiedGraph {
  /** Outputs of removed nodes: the value that each of them stands for. */
  readonly aliases: ReadonlyMap<string, string>;
}

/** Nodes, constants and types under construction. */
interface Draft {
  nodes: OnnxNode[];
  readonly constants: Map<string, OnnxTensor>;
  readonly types: Map<string, ValueType>;
}

/** Makes every graph output a value again where its node was removed: by renaming, or by an Identity. */
function restoreOutputs(graph: UnfinishedGraph, draft: Draft): void {
  const makers = new Set(draft.nodes.flatMap((node) => node.outputs));
  const renamed = new Map<string, string>();
  const taken = new Set(graph.outputs);
  for (const output of graph.outputs) {
    const value = graph.aliases.get(output);
    if (value === undefined) continue;
    draft.types.set(output, draft.types.get(value)!);
    const constant = draft.constants.get(value);
    if (constant !== undefined) {
      draft.constants.set(output, constant);
    } else if (makers.has(value) && !taken.has(value) && !renamed.has(value)) {
      renamed.set(value, output);
    } else {
      draft.nodes.push({
        name: output,
        domain: '',
        operator: 'Identity',
        inputs: [renamed.get(value) ?? value],
        outputs: [output],
        attributes: new Map(),
      });
    }
  }
  if (renamed.size === 0) return;
  const rename = (name: string): string => renamed.get(name) ?? name;
  draft.nodes = draft.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
  }));
}

function only<V>(map: ReadonlyMap<string, V>, names: ReadonlySet<string>): ReadonlyMap<string, V> {
  return new Map([...map].filter(([name]) => names.has(name)));
}

/** Gives the outputs their names back and removes nodes, constants and types that no output depends on. */
export function finishGraph(graph: UnfinishedGraph): SimplifiedGraph {
  const draft: Draft = {
    nodes: [...graph.nodes],
    constants: new Map(graph.constants),
    types: new Map(graph.types),
  };
  restoreOutputs(graph, draft);
  const live = new Set(graph.outputs);
  const kept: OnnxNode[] = [];
  for (const node of draft.nodes.toReversed()) {
    if (!node.outputs.some((name) => live.has(name))) continue;
    kept.push(node);
    for (const name of node.inputs) if (name !== '') live.add(name);
  }
  const nodes = kept.reverse();
  const { name, opsets, inputs, outputs } = graph;
  const known = new Set([...live, ...inputs, ...nodes.flatMap((node) => node.outputs)]);
  return {
    name,
    opsets,
    inputs,
    outputs,
    nodes,
    constants: only(draft.constants, live),
    types: only(draft.types, known),
  };
}
