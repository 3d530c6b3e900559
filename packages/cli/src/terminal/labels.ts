import type { FigureLabel } from '@tally/core';
import type { Attribute, Style } from './style.ts';

const tone: Readonly<Record<FigureLabel, Attribute>> = {
  counted: 'green',
  published: 'blue',
  literature: 'cyan',
  synthesised: 'cyan',
  reconstructed: 'yellow',
  calibrated: 'red',
  'not-run': 'dim',
};

/** A label in its colour; the word itself says it where there is no colour. */
export function showLabel(label: FigureLabel, style: Style): string {
  return style(tone[label], label);
}
