export { ALWAYS_READY, LayerClock, type Handshakes } from './layer-clock.ts';
export type { HostValue } from './host-value.ts';
export { traceLayer, type TracedClock } from './trace-layer.ts';
export {
  simulateLayer,
  type LayerSimulation,
  type LoadedElements,
  type MacroEngine,
  type SimulationOptions,
} from './simulate-layer.ts';
export {
  simulateNetwork,
  type NetworkSimulation,
  type NetworkSimulationOptions,
} from './simulate-network.ts';
