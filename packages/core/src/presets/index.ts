export { CHIP_PRESETS, TECH_PRESETS, chipPreset, techPreset } from './presets.ts';
