export {
  CHIP_PRESETS,
  SYSTEM_PRESETS,
  TECH_PRESETS,
  chipPreset,
  systemPreset,
  techPreset,
} from './presets.ts';
