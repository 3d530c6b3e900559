export { ALWAYS_READY, LayerClock, type Handshakes } from './layer-clock.ts';
export type { HostValue } from './host-value.ts';
export { traceLayer, type TracedClock } from './trace-layer.ts';
