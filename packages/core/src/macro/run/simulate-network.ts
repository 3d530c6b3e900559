import { checkLayer, macroSpec, type Chip } from '../../chip/index.ts';
import { fail, throwIfAny } from '../../diagnostics/index.ts';
import {
  elementCount,
  inferTypes,
  inputsOf,
  INPUT_ID,
  isMacNode,
  listMacLayers,
  type MacLayer,
  type Network,
} from '../../network/index.ts';
import { createMacro, type Macro } from '../machine.ts';
import { fusedThresholds, type LayerRun } from '../schedule/index.ts';
import { emptyValue, type HostValue } from './host-value.ts';
import { hostNode } from './host.ts';
import {
  simulateLayer,
  type LayerSimulation,
  type MacroEngine,
  type SimulationOptions,
} from './simulate-layer.ts';

export interface NetworkSimulationOptions {
  /** A name in `chip/dataflows`; the chip's own when left out. */
  readonly dataflow?: string;
  /** `fast` when left out. */
  readonly engine?: MacroEngine;
  /** Asked before each layer: what takes the trace of its clocks, in order; undefined: nothing does. */
  readonly trace?: (layer: MacLayer, macro: Macro) => SimulationOptions['onRecords'];
  /** Called after each layer. */
  readonly onLayer?: (simulation: LayerSimulation) => void;
}

/** One image through a network: MAC layers on the macro, everything else on a host that takes no cycles. */
export interface NetworkSimulation {
  readonly kind: 'network-simulation';
  readonly macro: Macro;
  /** MAC layers in order of execution; each can be run again from its `schedule`. */
  readonly layers: readonly LayerSimulation[];
  /** Sum over the layers: one after the other, each on an empty macro. */
  readonly cycles: number;
  /** Value of every node by id; a layer whose thresholds the macro computes has none, its threshold node has the codes. */
  readonly values: ReadonlyMap<string, HostValue>;
  /** Value of the network's output, `[classes]`. */
  readonly output: Int32Array;
}

/** What the macro handed out as a value of the network: the host adds the bias of sums. */
function layerValue({ schedule, results }: LayerSimulation, value: HostValue): HostValue {
  const { layer, thresholds } = schedule;
  const bias = thresholds === null ? layer.node.bias : null;
  for (let i = 0; i < results.length; i++) {
    value.data[i] = results[i] + (bias === null ? 0 : bias[Math.floor(i / layer.positions)]);
  }
  return value;
}

function checkImage(network: Network, codes: Uint8Array): void {
  const expected = elementCount(network.input.shape);
  if (codes.length !== expected) {
    fail(
      'image-shape-mismatch',
      'image',
      `has ${codes.length} elements, must have ${expected}`,
      'give one image of the network input shape',
    );
  }
  const limit = 2 ** network.input.bits;
  const wrong = codes.findIndex((code) => code >= limit);
  if (wrong >= 0) {
    fail(
      'image-code-out-of-range',
      `image[${wrong}]`,
      `is ${codes[wrong]}, must be below ${limit} (the network reads ${network.input.bits}-bit codes)`,
      'quantize the image to the input width of the network',
    );
  }
}

/**
 * Runs one image through a network, every clock of the macro.
 *
 * @param codes unsigned input codes of the image, `network.input.shape` row-major
 * @throws TallyError when the network is not legal, the chip cannot hold it (see `checkLayer`) or has no circuit (see
 *   `macroSpec`), `image-shape-mismatch`, `image-code-out-of-range`, or as `scheduleLayer` does
 */
export function simulateNetwork(
  network: Network,
  chip: Chip,
  codes: Uint8Array,
  options: NetworkSimulationOptions = {},
): NetworkSimulation {
  const { dataflow = chip.dataflow.name, engine = 'fast', trace, onLayer } = options;
  const macro = createMacro(macroSpec(chip));
  const types = inferTypes(network);
  const macLayers = new Map(listMacLayers(network).map((layer) => [layer.id, layer]));
  throwIfAny([...macLayers.values()].flatMap((layer) => checkLayer(layer, chip)));
  checkImage(network, codes);
  const fused = fusedThresholds(network, macro.spec);
  const values = new Map<string, HostValue>([[INPUT_ID, { shape: network.input.shape, data: codes }]]);
  const layers: LayerSimulation[] = [];
  for (const node of network.nodes) {
    // Made by the macro together with the layer before it.
    if (values.has(node.id)) continue;
    if (!isMacNode(node)) {
      const operands = inputsOf(node).map((id) => values.get(id)!);
      values.set(node.id, hostNode(node, operands, types.get(node.id)!));
      continue;
    }
    const layer = macLayers.get(node.id)!;
    const input = values.get(node.input)!.data;
    const run: LayerRun = {
      macro,
      layer,
      codes: input instanceof Uint8Array ? input : Uint8Array.from(input),
      dataflow,
      thresholds: fused.get(node.id) ?? null,
    };
    const onRecords = trace?.(layer, macro);
    const simulation = simulateLayer(run, { engine, ...(onRecords === undefined ? {} : { onRecords }) });
    layers.push(simulation);
    const made = run.thresholds?.id ?? node.id;
    values.set(made, layerValue(simulation, emptyValue(types.get(made)!)));
    onLayer?.(simulation);
  }
  return {
    kind: 'network-simulation',
    macro,
    layers,
    cycles: layers.reduce((sum, layer) => sum + layer.cycles, 0),
    values,
    output: Int32Array.from(values.get(network.output)!.data),
  };
}
