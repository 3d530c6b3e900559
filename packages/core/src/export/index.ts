export { EXPORT_FORMATS, exportModel, type ExportFormat } from './export-model.ts';
export { exportNetwork, type NetworkExportOptions } from './export-network.ts';
