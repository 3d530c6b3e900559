export {
  createKernelExecutor,
  loadKernelExecutor,
  type KernelExecutor,
  type KernelOptions,
  type KernelRun,
} from './executor.ts';
export { chooseBuild, exactBuilds, type KernelBuild } from './wasm/build.ts';
