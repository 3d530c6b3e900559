import { escapeHtml } from './escape.ts';
import { PAGE_STYLE } from './page-style.ts';

/** A whole page; every text is escaped here but `main`, which is markup. */
export interface HtmlDocument {
  /** Of the window. */
  readonly title: string;
  /** What kind of page this is, above the heading. */
  readonly eyebrow: string;
  /** `heading on what`. */
  readonly heading: { readonly what: string; readonly on: string };
  /** A line of them under the heading. */
  readonly facts: readonly string[];
  readonly main: string;
  readonly footer: string;
  /** Rules beside those of every page. */
  readonly style?: string;
}

/** A page without any external request. */
export function renderDocument({
  title,
  eyebrow,
  heading,
  facts,
  main,
  footer,
  style,
}: HtmlDocument): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} – Tally</title>
<style>
${PAGE_STYLE}${style === undefined ? '' : `\n${style}`}
</style>
</head>
<body>
<header>
<p class="eyebrow">${escapeHtml(eyebrow)}</p>
<h1>${escapeHtml(heading.what)} <span class="on">on ${escapeHtml(heading.on)}</span></h1>
<p class="facts">${facts.map((fact) => `<span>${escapeHtml(fact)}</span>`).join(' ')}</p>
</header>
<main>
${main}
</main>
<footer>${escapeHtml(footer)}</footer>
</body>
</html>
`;
}

/** A section of a page: heading, sentence below it, markup; nothing where there is no content. */
export function renderSection(title: string, content: string, lead?: string): string {
  if (content === '') return '';
  return `<section><h2>${title}</h2>${lead === undefined ? '' : `<p>${lead}</p>`}\n${content}</section>`;
}

/** Notes as a list; nothing where there are none. */
export function renderNotes(notes: readonly string[]): string {
  if (notes.length === 0) return '';
  return `<div class="card"><ul class="notes">${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ul></div>`;
}

/** Names and values below each other; a value may be shown as code. */
export function renderProvenance(
  rows: readonly { readonly name: string; readonly value: string; readonly code?: boolean }[],
): string {
  const list = rows.map(({ name, value, code }) => {
    const text = escapeHtml(value);
    return `<dt>${escapeHtml(name)}</dt><dd>${code === true ? `<code>${text}</code>` : text}</dd>`;
  });
  return `<div class="card"><dl class="provenance">${list.join('')}</dl></div>`;
}
