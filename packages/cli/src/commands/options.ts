import { Option } from 'commander';
import { CHIP_PRESETS, TECH_PRESETS } from '@tally/core';
import { positiveNumber } from './arguments.ts';

/** What may stand for a chip. */
export const CHIP_NAMES = `name (${CHIP_PRESETS.join(', ')}) or .json file`;

/** `--chip`, by default the published one. */
export function chipOption(): Option {
  return new Option('--chip <chip>', CHIP_NAMES).default('zhu2020');
}

/** `--tech`, by default the table of the published chip. */
export function techOption(): Option {
  return new Option(
    '--tech <table>',
    `energy table: name (${TECH_PRESETS.join(', ')}) or .json file`,
  ).default('zhu2020-65nm');
}

/** `--point`: an operating point of the chip by name; `--voltage` with or without `--clock` stand in its place (see `pointOf`). */
export function pointOption(): Option {
  return new Option(
    '--point <name>',
    'operating point of the chip, e.g. peak-efficiency (default), peak-throughput',
  ).conflicts(['voltage', 'clock']);
}

/** `--voltage`. */
export function voltageOption(): Option {
  return new Option('--voltage <V>', 'supply voltage in volts').argParser(positiveNumber);
}

/** `--clock`. */
export function clockOption(): Option {
  return new Option(
    '--clock <MHz>',
    'clock in megahertz; with --voltage alone the highest that the voltage allows',
  ).argParser(positiveNumber);
}
