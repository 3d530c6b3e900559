export { EXPORT_FORMATS, exportModel, hasQuantizers, type ExportFormat } from './export-model.ts';
export { exportNetwork, type NetworkExportOptions } from './export-network.ts';
