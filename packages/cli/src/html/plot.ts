import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** A plot, and the words that stand for it where it cannot be seen. */
export interface Figure {
  /** Short name, read first by a screen reader. */
  readonly label: string;
  /** What the plot shows, in a sentence with the main numbers. */
  readonly description: string;
  readonly plot: Plot.PlotOptions;
}

/** Draws a plot as SVG text without a browser; the same options give the same text. */
export function renderPlot({ label, description, plot }: Figure): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const element = Plot.plot({
    marginBottom: 42,
    ...plot,
    document: document,
    ariaLabel: label,
    ariaDescription: description,
    style: {
      background: 'none',
      color: 'inherit',
      fontFamily: 'inherit',
      fontSize: '12px',
      overflow: 'visible',
    },
  });
  element.setAttribute('role', 'img');
  // Legal in an attribute, but not to be told from markup by who reads the bytes.
  return element.outerHTML.replace(/="[^"]*"/g, (attribute: string) =>
    attribute.replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  );
}
