/** Models in inference mode as ONNX graphs in which the arithmetic does not decide. */
export { float64Graph, float64Names, type Float64GraphOptions } from './float64-graph.ts';
