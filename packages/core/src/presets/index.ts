export {
  ARRAY_PRESETS,
  CHIP_PRESETS,
  SYSTEM_PRESETS,
  TECH_PRESETS,
  arrayPreset,
  chipPreset,
  systemPreset,
  techPreset,
} from './presets.ts';
