import type { FigureLabel } from '@tally/core';

/** What each label means, in one sentence, for tooltips and the legend of labels. */
export const LABEL_MEANING: Readonly<Record<FigureLabel, string>> = {
  counted:
    'An exact count over the network and the images, given the operand formats and scheme of the chip where digits or classes are counted.',
  published: 'Quoted from the publication of the chip.',
  literature: 'From another cited source.',
  synthesised: 'Computed by synthesis, timing and power tools from our circuit and a cell library.',
  reconstructed: 'Our inference; the publication does not state it. Overridable.',
  calibrated: 'Fitted so that a published figure comes out. It predicts nothing about that figure.',
  'not-run': 'The tool has not produced this figure.',
};

/** A label as a badge. */
export function badge(label: FigureLabel): string {
  return `<span class="badge ${label}" title="${LABEL_MEANING[label]}">${label}</span>`;
}
