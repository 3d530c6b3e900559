/** Rules of the mapping page beside those of every page: loop nests, alternatives. */
export const MAPPING_STYLE = `
details.card { margin: 0 0 10px; padding: 10px 18px; border-top: 1px solid var(--line); font-size: 14px; }
details.card > summary { color: var(--ink); font-weight: 550; }
details.card[open] > summary { margin-bottom: 8px; }
.card + .charts, .charts + .card { margin-top: 14px; }
.alternatives td, .alternatives thead th + th { padding-left: 6px; padding-right: 6px; }
.alternatives small { display: inline-block; min-width: 46px; color: var(--soft); font-weight: 400; }
 .alternatives thead b { font-weight: 550; color: var(--ink); white-space: nowrap; }
.alternatives th:first-child { position: sticky; left: 0; background: var(--card); padding-right: 8px; }
.none { color: var(--soft); }
.proof { margin: 10px 0; max-width: 92ch; }
details.nest > summary { font-weight: 400; } .nest summary b { font-weight: 600; } .nest summary .shape { color: var(--soft); margin: 0 10px; font-size: 13px; }
.nest summary code { display: block; margin: 2px 0 0 16px; color: var(--soft); font-size: 12px; }
.tier { --tier: var(--c4); border: 1px solid color-mix(in srgb, var(--tier) 40%, var(--card)); border-left: 5px solid var(--tier); border-radius: 8px; padding: 8px 12px; margin: 8px 0 4px; background: color-mix(in srgb, var(--tier) 6%, var(--card)); }
.tier.buffers { --tier: var(--c5); } .tier.macros { --tier: var(--c1); }
.tier .head { margin: 0; font-size: 13px; color: var(--soft); } .tier .head b { color: var(--ink); margin-right: 6px; }
.loops { list-style: none; margin: 6px 0; padding: 0; font: 13px/1.65 ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace; }
.loops li { display: grid; grid-template-columns: minmax(0, 340px) minmax(0, 1fr); gap: 16px; align-items: baseline; }
.loops li:nth-child(2) > span:first-child { padding-left: 2ch; } .loops li:nth-child(3) > span:first-child { padding-left: 4ch; } .loops li:nth-child(4) > span:first-child { padding-left: 6ch; }
.loops li:nth-child(5) > span:first-child { padding-left: 8ch; } .loops li:nth-child(6) > span:first-child { padding-left: 10ch; } .loops li:nth-child(n+7) > span:first-child { padding-left: 12ch; }
.loops .none { display: block; }
.loops b { color: color-mix(in srgb, var(--tier) 75%, var(--ink)); font-weight: 600; }
.stays { font: 12px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; color: var(--soft); }
.stays i { display: inline-block; width: 8px; height: 8px; border-radius: 2px; margin: 0 5px 0 8px; } .stays i:first-child { margin-left: 0; }
.step { margin: 2px 0 0; font-size: 12.5px; color: var(--soft); }
.uses { list-style: none; margin: 6px 0; padding: 0; font-size: 12.5px; }
.uses li { display: grid; grid-template-columns: 130px 180px minmax(0, 1fr); gap: 12px; align-items: center; padding: 2px 0; }
.uses .fill { display: flex; height: 10px; border-radius: 3px; overflow: hidden; background: color-mix(in srgb, var(--ink) 9%, var(--card)); }
.uses .fill span { display: block; height: 100%; } .uses .text { color: var(--soft); } .uses li > .text:first-child { grid-column: 1 / -1; }
@media screen and (max-width: 820px) { .uses li { grid-template-columns: 1fr; gap: 2px; padding: 4px 0; } .tier { padding: 8px 8px; } .loops li, .stays { display: block; font-size: 12px; } .stays { padding-left: 6px; font-size: 11px; } .loops li:nth-child(n) > span:first-child { padding-left: 0; } .loops li { border-left: 2px solid color-mix(in srgb, var(--tier) 35%, var(--card)); padding-left: 8px; } .loops .none { border: 0; padding: 0; } }
@media print { details.card:not([open]) { display: block; } .tier { break-inside: avoid; } }
`.trim();
