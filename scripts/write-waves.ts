/** Writes the pictures of hw/macro/doc: timing diagrams and the block diagram (`npm run build:waves`). */
import { mkdirSync, writeFileSync } from 'node:fs';
import { blockDiagram } from './block-diagram.ts';
import { waveFiles } from './waves.ts';

const folder = new URL('../hw/macro/doc/', import.meta.url);
mkdirSync(new URL('waves/', folder), { recursive: true });
for (const [file, text] of waveFiles()) writeFileSync(new URL(`waves/${file}`, folder), text);
writeFileSync(new URL('block-diagram.svg', folder), blockDiagram());
