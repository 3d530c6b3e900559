/** Block diagram of `tally_top` (hw/macro/doc/block-diagram.svg): boxes on a grid and arrows between their edges. */

interface Box {
  readonly at: readonly [x: number, y: number, width: number, height: number];
  readonly lines: readonly string[];
  readonly kind: 'store' | 'logic' | 'frame';
}

const FILL = { store: '#dbe9f6', logic: '#fdf3dc', frame: 'none' } as const;

const BOXES: readonly Box[] = [
  { at: [10, 10, 900, 520], lines: ['tally_top'], kind: 'frame' },
  { at: [270, 110, 625, 330], lines: ['tally_core'], kind: 'frame' },
  { at: [30, 45, 205, 50], lines: ['registers', 'AXI4-Lite: control, counters'], kind: 'logic' },
  { at: [30, 125, 205, 50], lines: ['stream parser', 's_axis: rows, commands'], kind: 'logic' },
  {
    at: [62, 215, 173, 70],
    lines: ['row buffers (SRAM)', 'weights, activations,', 'thresholds'],
    kind: 'store',
  },
  { at: [30, 325, 205, 50], lines: ['fetch', 'judges commands, reads rows'], kind: 'logic' },
  {
    at: [290, 140, 180, 70],
    lines: ['controller', 'pend, run, phase', 'search driver: key of slot'],
    kind: 'logic',
  },
  { at: [290, 250, 180, 60], lines: ['weight CAM', 'W rows x N entries'], kind: 'store' },
  { at: [290, 350, 180, 60], lines: ['activation CAM or MUX', 'A rows x N entries'], kind: 'store' },
  { at: [510, 250, 165, 70], lines: ['match lines', 'popcount trees', 'positive, negative'], kind: 'logic' },
  { at: [510, 360, 165, 70], lines: ['counters, class', 'multiplier,', 'vector sum'], kind: 'logic' },
  { at: [715, 360, 165, 70], lines: ['partial sums,', 'accumulators', 'P of each'], kind: 'store' },
  { at: [715, 250, 165, 70], lines: ['threshold unit', 'T sets of thresholds'], kind: 'logic' },
  { at: [715, 150, 165, 50], lines: ['output register', 'sum or code'], kind: 'logic' },
  { at: [30, 450, 205, 50], lines: ['partial sums return', 's_axis_psum, FIFO'], kind: 'logic' },
  { at: [715, 40, 165, 50], lines: ['result FIFO', 'm_axis'], kind: 'logic' },
];

/** From and to, with the corner between them where the arrow turns. */
const ARROWS: readonly (readonly (readonly [number, number])[])[] = [
  [
    [148, 175],
    [148, 215],
  ],
  [
    [148, 285],
    [148, 325],
  ],
  [
    [46, 175],
    [46, 325],
  ],
  [
    [235, 350],
    [252, 350],
    [252, 175],
    [290, 175],
  ],
  [
    [252, 280],
    [290, 280],
  ],
  [
    [252, 350],
    [252, 380],
    [290, 380],
  ],
  [
    [380, 210],
    [380, 250],
  ],
  [
    [380, 310],
    [380, 350],
  ],
  [
    [470, 280],
    [510, 280],
  ],
  [
    [470, 380],
    [490, 380],
    [490, 300],
    [510, 300],
  ],
  [
    [592, 320],
    [592, 360],
  ],
  [
    [675, 395],
    [715, 395],
  ],
  [
    [235, 475],
    [797, 475],
    [797, 430],
  ],
  [
    [797, 360],
    [797, 320],
  ],
  [
    [797, 250],
    [797, 200],
  ],
  [
    [797, 150],
    [797, 90],
  ],
];

function box({ at: [x, y, width, height], lines, kind }: Box): string {
  const dash = kind === 'frame' ? ' stroke-dasharray="6 4"' : '';
  const rect = `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="4" fill="${FILL[kind]}" stroke="#444"${dash}/>`;
  const texts = lines.map((line, index) => {
    const weight = index === 0 ? ' font-weight="bold"' : '';
    if (kind === 'frame') return `<text x="${x + 10}" y="${y + 20}"${weight}>${line}</text>`;
    const top = y + height / 2 + 5 - ((lines.length - 1) * 17) / 2;
    return `<text x="${x + width / 2}" y="${top + index * 17}" text-anchor="middle"${weight}>${line}</text>`;
  });
  return [rect, ...texts].join('\n');
}

function arrow(points: (typeof ARROWS)[number]): string {
  return `<polyline points="${points.map((point) => point.join(',')).join(' ')}" fill="none" stroke="#444" marker-end="url(#head)"/>`;
}

/** The diagram as SVG; the same text every time. */
export function blockDiagram(): string {
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 920 540" width="920" height="540" font-family="sans-serif" font-size="13">',
    '<title>Block diagram of tally_top</title>',
    '<defs><marker id="head" markerWidth="9" markerHeight="8" refX="8" refY="4" orient="auto"><path d="M0,0 L9,4 L0,8 z" fill="#444"/></marker></defs>',
    '<rect width="920" height="540" fill="#fff"/>',
    ...BOXES.map(box),
    ...ARROWS.map(arrow),
    '</svg>',
    '',
  ].join('\n');
}
