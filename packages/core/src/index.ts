/**
 * Tally's core: integer networks, their exact execution, entry counting, the chip and energy
 * models, and the report. Pure: no file system, no DOM; runs in Node and in the browser.
 *
 * @module
 */

// What can be wrong, and how it is said.
export { fail, renderIssue, TallyError, throwIfAny, type Issue } from './diagnostics/index.ts';

// Labels: where a number comes from.
export * from './units/index.ts';

// Integer networks: what runs on the chip.
export {
  codeRange,
  decodeNetwork,
  elementCount,
  encodeNetwork,
  hashNetwork,
  hostWork,
  INPUT_ID,
  inferTypes,
  inputsOf,
  isCodeFormat,
  isMacNode,
  listMacLayers,
  NETWORK_FORMAT_VERSION,
  valueRange,
  verify,
  windowOutput,
  type AddNode,
  type AffineNode,
  type AveragePoolNode,
  type ConcatNode,
  type CodeFormat,
  type CodeRange,
  type CodesType,
  type CodeSystem,
  type ConvNode,
  type FlattenNode,
  type FullyConnectedNode,
  type GlobalAveragePoolNode,
  type HostNode,
  type HostOperations,
  type IntegersType,
  type JsonValue,
  type MacLayer,
  type MacNode,
  type MaxPoolNode,
  type Network,
  type NetworkFile,
  type NetworkNode,
  type PadNode,
  type Provenance,
  type ReluNode,
  type Shape,
  type SliceNode,
  type UpsampleNode,
  type TensorType,
  type ThresholdNode,
  type Triple,
  type Weights,
  type Window,
} from './network/index.ts';

// Running networks, bit for bit.
export * from './execute/index.ts';

// The same, fast: WebAssembly SIMD.
export {
  chooseBuild,
  createKernelExecutor,
  exactBuilds,
  loadKernelExecutor,
  type KernelBuild,
  type KernelExecutor,
  type KernelOptions,
  type KernelRun,
} from './kernels/index.ts';

// ONNX graphs: built here, run elsewhere (training steps, cross-checks).
export { OnnxGraphBuilder, type Attribute, type ElementType } from './onnx/index.ts';

// Chips: geometry, formats, timing, what a layer makes them do.
export {
  ACTIONS,
  actionCounts,
  bitSerialWork,
  checkClock,
  checkLayer,
  chipFormats,
  chipSchema,
  DATAFLOWS,
  digitPlan,
  findDataflow,
  layerTiming,
  MACRO_SCHEMES,
  macroSpec,
  macroStorage,
  maxClockMHz,
  operatingPoint,
  parseBitSerialArray,
  parseChip,
  partialSumBounds,
  type Accesses,
  type ActionCounts,
  type BitSerialArray,
  type BitSerialWork,
  type Chip,
  type ChipFormat,
  type Choice,
  type DataDependentCounts,
  type Dataflow,
  type DataflowProblem,
  type DigitPlan,
  type LayerTiming,
  type MacroOptions,
  type MacroScheme,
  type MacroSpec,
  type MacroStorage,
  type OperatingPoint,
  type PartialSumBounds,
  type PublishedFigures,
  type Quantity,
  type SwitchingCounts,
  type Traffic,
  type VectorCost,
} from './chip/index.ts';

// The macro, clock by clock.
export * from './macro/index.ts';
export {
  DATAFLOW_SCHEDULES,
  findSchedule,
  fusedThresholds,
  scheduleLayer,
  type LayerRun,
  type LayerSchedule,
  type MacroStep,
} from './macro/schedule/index.ts';
export {
  ALWAYS_READY,
  LayerClock,
  simulateLayer,
  simulateNetwork,
  traceLayer,
  type Handshakes,
  type HostValue,
  type LayerSimulation,
  type LoadedElements,
  type MacroEngine,
  type NetworkSimulation,
  type NetworkSimulationOptions,
  type SimulationOptions,
  type TracedClock,
} from './macro/run/index.ts';

// Technology: energies and areas, as data.
export * from './energy/index.ts';

// Methods of computing the same work, side by side.
export * from './compare/index.ts';

// Counting schemes: which products are classes, what is searched, what is multiplied.
export {
  classCounts,
  COUNTING_SCHEMES,
  countLayer,
  countVector,
  dotByCounting,
  findScheme,
  operandRange,
  pairHistogram,
  pairTotals,
  schemeCost,
  totalMatches,
  weightLevelCounts,
  type ClassCount,
  type CountingClass,
  type CountingScheme,
  type OperandFormats,
  type OperandRange,
  type PairHistogram,
  type PairTotals,
  type ReferenceCount,
  type SchemeCost,
  type VectorCount,
} from './counting/index.ts';

// Chips, technology tables and systems that come with Tally.
export * from './presets/index.ts';

// Mapping: where data live and in which order they move; its index is its public face.
export * from './mapping/index.ts';

// Mappings of other tools, read and written; counts as tables.
export * from './interchange/index.ts';

// The whole way: run, count, price, compare.
export * from './pipeline.ts';

// Mapping a network: searches, their results together, a saved mapping evaluated.
export {
  evaluateMapping,
  finishSearch,
  macrosWithin,
  mappingPrices,
  mappingTasks,
  modelInputs,
  networkInputs,
  requireMacros,
  sampleMappings,
  systemArea,
  type LayerActivity,
  type LayerLink,
  type LayerToMap,
  type MappingInputs,
  type MappingSampleOptions,
  type MappingSearchOptions,
  type MappingTasks,
  type ModelInputs,
  type NetworkInputs,
  type PricedSystem,
} from './pipeline/mapping/index.ts';

// Results: what a run and a comparison with a publication say.
export * from './report/index.ts';

// Trained models and their file format; training as ONNX graphs.
export type {
  FloatTensor,
  Model,
  ModelAddNode,
  ModelAveragePoolNode,
  ModelBatchNormNode,
  ModelConvNode,
  ModelFlattenNode,
  ModelFullyConnectedNode,
  ModelGlobalAveragePoolNode,
  ModelGraph,
  ModelMaxPoolNode,
  ModelNode,
  ModelQuantizeNode,
  ModelReluNode,
  WeightQuantizer,
} from './model/model.ts';
export { hasQuantizers } from './model/has-quantizers.ts';
export { decodeContainer, encodeContainer, type Container } from './model/container.ts';
export { decodeModel, encodeModel, MODEL_MAGIC, MODEL_VERSION, parameterNamesOf } from './model/file.ts';
export {
  augmentImage,
  mixImages,
  evalGraph,
  inferenceGraph,
  graphNames,
  initialModel,
  initialStep,
  isTrainable,
  learningRate,
  parameterSpecs,
  probeGraph,
  probeName,
  quantizedGraph,
  quantizedValues,
  refuseQuantized,
  Random,
  resnet8,
  statisticsGraph,
  unquantized,
  trainStepGraph,
  valueGraph,
  valueName,
  valueShapes,
  weightShapesOf,
  withQuantizers,
  type Architecture,
  type Augmentation,
  type EmittedGraph,
  type LayerPrecision,
  type ParameterRole,
  type ParameterSpec,
  type Precision,
  type Schedule,
  type SgdOptions,
  type Distillation,
  type StepOptions,
} from './train/index.ts';

// Models in inference mode, exact sums and float64, as ONNX graphs.
export { float64Graph, float64Names, type Float64GraphOptions } from './inference/index.ts';

// Post-training calibration: steps, statistics and corrections without training.
export * from './calibrate/index.ts';

// Block reconstruction: learned rounding and steps against the float network, block by block.
export {
  ADAM,
  adamCorrections,
  blockForwardGraph,
  blockGraph,
  blockNames,
  blockStepGraph,
  cropStride,
  defaultRegularizer,
  hardRounded,
  initialRounding,
  partition,
  readHalves,
  regularizerAt,
  toHalf,
  undecidedShare,
  validOutputs,
  writeHalves,
  type Block,
  type BlockStep,
  type BlockStepOptions,
  type InitialRounding,
  type Learned,
  type LearnedGroup,
  type RegularizerSchedule,
  type Stretch,
} from './reconstruct/index.ts';

// From a trained model to integers.
export {
  explainLowering,
  interpretModel,
  lower,
  roundHalfToEven,
  weightCodes,
  type Interpretation,
  type LoweredPlace,
  type RealValue,
  type Lowering,
} from './quantize/index.ts';

// Pictures made ready for a network.
export {
  applyTransform,
  applyView,
  centerCrop,
  NORMALIZATIONS,
  normalizationTable,
  normalize,
  parseTransform,
  parseTransformText,
  randomView,
  resizeShortSide,
  shortSideSize,
  toPlanar,
  TRANSFORMS,
  transformShape,
  transformText,
  type ImageSize,
  type Interpolation,
  type Normalization,
  type RgbImage,
  type Transform,
  type TransformedImage,
  type View,
} from './preprocess/index.ts';

// Networks from elsewhere.
export {
  checkSupported,
  createFloatExecutor,
  decodeOnnx,
  findOperator,
  importOnnx,
  onnxOperators,
  simplify,
  type DecodeOptions,
  type FindOperator,
  type FloatExecutor,
  type ImportedNetwork,
  type ImportOptions,
  type ImportRemark,
  type OnnxAttribute,
  type OnnxElementType,
  type OnnxGraph,
  type OnnxLimits,
  type OnnxModel,
  type OnnxNode,
  type OnnxOperator,
  type OnnxTensor,
  type OnnxTensorData,
  type OnnxValueInfo,
  type Placement,
  type SimplifiedGraph,
  type SimplifyOptions,
  type ValueType,
} from './frontend/index.ts';

// Models and networks as files for others: ONNX, QONNX, QDQ.
export {
  EXPORT_FORMATS,
  exportModel,
  exportNetwork,
  type ExportFormat,
  type NetworkExportOptions,
} from './export/index.ts';

// The macro as SystemVerilog.
export { coreObservables, generateCore, type CoreObservable, type RtlFile } from './rtl/index.ts';

// What is proven of it.
export {
  PROOF_UNITS,
  proofJobs,
  smallMacro,
  type ProofJob,
  type ProofMethod,
  type ProofNature,
  type ProofOptions,
  type ProofProperty,
  type ProofUnit,
  type TextEdit,
} from './rtl/formal/index.ts';

// The macro behind AXI, as SystemVerilog.
export {
  AXIS_BITS,
  commandPacket,
  constantRegisters,
  CONTROL_BITS as AXI_CONTROL,
  ERROR_BITS as AXI_ERRORS,
  generateTop,
  packRow,
  packWeights,
  REGISTERS as AXI_REGISTERS,
  STATUS_BITS as AXI_STATUS,
  storePacket,
  topGeometry,
  type Beat,
  type CommandValues,
  type RegisterName as AxiRegister,
  type TopGeometry,
  type TopOptions,
} from './rtl/axi/index.ts';
