/** The style sheet of the report: light and dark by the reader's system, black on white in print. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --bg: #f7f7f5; --card: #ffffff; --ink: #16191d; --soft: #565d66; --line: #e3e4e0; --grid: #d9dbd6;
  --accent: #1f6f8b; --quiet: #b9c0c4; --zero: #c9cdc6;
  --c1: #1f6f8b; --c2: #e07a3f; --c3: #5a9e6f; --c4: #8a64b0; --c5: #d3a521; --c6: #c2528b; --c7: #6e7f8d; --c8: #a3aab0;
  --published: #1d5fa8; --literature: #1c7a6c; --synthesised: #6a4fa3; --reconstructed: #94650a; --calibrated: #b3412a; --counted: #35702f; --not-run: #6b7078;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #121417; --card: #1a1d21; --ink: #e8eaec; --soft: #a0a8b0; --line: #2c3137; --grid: #363c43;
    --accent: #5cb5d1; --quiet: #4b545c; --zero: #4a5048;
    --c1: #5cb5d1; --c2: #f09a63; --c3: #83c797; --c4: #b596d8; --c5: #e6c455; --c6: #e286b4; --c7: #9aaab8; --c8: #6d757d;
    --published: #82b4f0; --literature: #6ecbbb; --synthesised: #b8a3e6; --reconstructed: #e0b04e; --calibrated: #f08d76; --counted: #8cc984; --not-run: #a0a6ad;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--ink); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums; }
main, header, footer { max-width: 1120px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 48px; }
.eyebrow { margin: 0 0 6px; font-size: 13px; letter-spacing: .08em; text-transform: uppercase; color: var(--accent); font-weight: 600; }
h1 { margin: 0; font-size: 34px; line-height: 1.2; letter-spacing: -.015em; }
h1 .on { color: var(--soft); font-weight: 400; }
.facts { margin: 10px 0 28px; color: var(--soft); }
.facts span:not(:last-child)::after { content: "·"; margin: 0 5px 0 9px; }
h2 { margin: 52px 0 16px; font-size: 22px; letter-spacing: -.01em; }
h2 + p { margin-top: -8px; color: var(--soft); max-width: 72ch; }
h3 { margin: 0; font-size: 16px; }
.tiles { display: grid; grid-template-columns: repeat(3, 1fr); gap: 14px; margin: 0; }
.tile, figure, .card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
.tile { padding: 18px 20px; }
.tile dt { color: var(--soft); font-size: 14px; }
.tile dd { margin: 2px 0 0; }
.tile .value { font-size: 36px; line-height: 1.15; font-weight: 650; letter-spacing: -.02em; }
.tile .unit { font-size: 17px; color: var(--soft); margin-left: 5px; }
.tile p { margin: 2px 0 10px; color: var(--soft); font-size: 13px; }
.badge { display: inline-block; font-size: 11.5px; line-height: 1; font-weight: 600; padding: 4px 8px; border-radius: 99px; white-space: nowrap; color: var(--tone); border: 1px solid color-mix(in srgb, var(--tone) 45%, transparent); background: color-mix(in srgb, var(--tone) 9%, transparent); }
.published { --tone: var(--published); } .literature { --tone: var(--literature); } .synthesised { --tone: var(--synthesised); } .reconstructed { --tone: var(--reconstructed); }
.calibrated { --tone: var(--calibrated); } .counted { --tone: var(--counted); } .not-run { --tone: var(--not-run); }
.charts { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 14px; }
figure { display: flex; flex-direction: column; margin: 0; padding: 18px 20px 12px; min-width: 0; } figure > .plot { flex: 1; }
figure.wide { grid-column: 1 / -1; }
figcaption p { margin: 4px 0 12px; color: var(--soft); font-size: 13.5px; line-height: 1.5; max-width: 72ch; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 0 0 8px; padding: 0; font-size: 12.5px; color: var(--soft); }
.swatch { display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin-right: 6px; vertical-align: -1px; }
.plot svg { display: block; width: 100%; height: auto; }
.plot [aria-label$="grid"] { color: var(--grid); stroke-opacity: 1; }
details { border-top: 1px solid var(--line); margin-top: 10px; padding-top: 8px; font-size: 13px; }
summary { cursor: pointer; color: var(--soft); }
summary:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 3px; }
.scroll { overflow-x: auto; }
.card { padding: 6px 18px; }
table { border-collapse: collapse; font-size: 13px; width: 100%; }
th, td { text-align: left; padding: 7px 11px 7px 0; border-bottom: 1px solid var(--line); vertical-align: top; font-weight: 400; }
thead th { color: var(--soft); font-size: 12px; vertical-align: bottom; }
tbody th { font-weight: 550; min-width: 24ch; }
table.layers th { white-space: nowrap; min-width: 0; }
tfoot th, tfoot td { font-weight: 650; border-bottom: 0; border-top: 2px solid var(--line); }
tbody:last-child tr:last-child > * { border-bottom: 0; }
.keep { white-space: nowrap; } .number { text-align: right; white-space: nowrap; }
thead th.number { white-space: normal; }
.how { color: var(--soft); min-width: 40ch; }
.notes { padding: 10px 18px 10px 36px; margin: 0; }
.labels { display: grid; grid-template-columns: repeat(2, 1fr); gap: 6px 24px; font-size: 13px; color: var(--soft); }
.labels div { display: flex; gap: 10px; align-items: baseline; } .labels dt { flex: 0 0 104px; } .labels dd { margin: 0; }
.provenance { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 6px 24px; margin: 0; padding: 12px 0; font-size: 13.5px; }
.provenance dt { color: var(--soft); } .provenance dd { margin: 0; overflow-wrap: anywhere; }
code { font-family: ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace; font-size: .92em; }
footer { padding-top: 32px; padding-bottom: 48px; color: var(--soft); font-size: 13px; }
@media screen and (max-width: 820px) { .tiles { grid-template-columns: repeat(2, 1fr); } .charts, .labels { grid-template-columns: minmax(0, 1fr); } h1 { font-size: 27px; } }
@media screen and (max-width: 700px) { .plot { overflow-x: auto; } .plot svg { min-width: 440px; } .wide .plot svg { min-width: 840px; } }
@media screen and (max-width: 480px) { .tiles { grid-template-columns: 1fr; } main, header, footer { padding-left: 14px; padding-right: 14px; } }
@media print {
  :root { color-scheme: light; --bg: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #ccc; --grid: #ddd; --accent: #1f6f8b; --quiet: #b9c0c4; --zero: #c9cdc6; --c1: #1f6f8b; --c2: #e07a3f; --c3: #5a9e6f; --c4: #8a64b0; --c5: #d3a521; --c6: #c2528b; --c7: #6e7f8d; --c8: #a3aab0; --published: #1d5fa8; --literature: #1c7a6c; --synthesised: #6a4fa3; --reconstructed: #94650a; --calibrated: #b3412a; --counted: #35702f; --not-run: #6b7078; }
  body { font-size: 11px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main, header, footer { max-width: none; padding: 0; }
  h2 { margin: 22px 0 8px; font-size: 16px; break-after: avoid; } h2 + p { margin-top: 0; break-after: avoid; }
  header { padding-top: 0; } h1 { font-size: 24px; } .facts { margin: 4px 0 12px; }
  .tile { padding: 10px 12px; } .tile .value { font-size: 24px; } .tile p { margin-bottom: 4px; }
  figcaption p, .legend, .provenance, .labels, .tile p, .facts, footer { font-size: 10px; }
  figure { padding: 10px 12px; } figure, .tile, tr { break-inside: avoid; }
  details:not([open]) { display: none; }
  .scroll { overflow: visible; } .card { padding: 4px 10px; }
  table { font-size: 8.5px; } th, td { padding: 4px 6px 4px 0; } thead th { font-size: 8px; } .badge { font-size: 8px; padding: 3px 5px; }
  .how { min-width: 0; } tbody th { min-width: 0; } table.layers { font-size: 7px; } table.layers thead th { font-size: 6.5px; white-space: normal; }
}
`.trim();
