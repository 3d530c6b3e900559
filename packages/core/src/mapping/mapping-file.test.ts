import { describe, expect, it } from 'vitest';
import { renderIssue, TallyError } from '../diagnostics/index.ts';
import { chipPreset, systemPreset } from '../presets/index.ts';
import { checkNetworkMapping } from './check-network-mapping.ts';
import { contentHash } from './content-hash.ts';
import { EXAMPLE_MACHINE, EXAMPLE_MAPPING, EXAMPLE_PROBLEM } from './example.test-support.ts';
import type { NetworkMapping } from './mapping.ts';
import { parseMapping } from './mapping-schema.ts';

const hash = (digit: string) => digit.repeat(64);
const target = {
  network: { name: 'net', hash: hash('a') },
  system: { name: 'sys', hash: hash('b') },
  chip: { name: 'chip', hash: hash('c') },
};
const file: NetworkMapping = {
  kind: 'tally-mapping',
  formatVersion: 1,
  ...target,
  batch: 1,
  layers: [{ id: 'conv', mapping: EXAMPLE_MAPPING, keeps: { input: true, results: false } }],
};
const check = (changed: Partial<NetworkMapping>, problems = [EXAMPLE_PROBLEM]) =>
  checkNetworkMapping({ ...file, ...changed }, target, problems, EXAMPLE_MACHINE, 'map.json').map(
    renderIssue,
  );

describe('parseMapping', () => {
  it('takes what JSON keeps of it', () => {
    expect(parseMapping(JSON.parse(JSON.stringify(file)), 'map.json')).toEqual(file);
  });

  it('refuses a loop that does not exist, a size that is none, a field that is not of the format', () => {
    const layers = [
      {
        id: 'conv',
        mapping: {
          ...EXAMPLE_MAPPING,
          order: ['kernel'],
          tile: { ...EXAMPLE_MAPPING.tile, rows: '2' },
          split: { outputs: 1, pixels: 0 },
          halo: true,
        },
      },
    ];
    let issues: readonly string[] = [];
    try {
      parseMapping({ ...file, layers }, 'map.json');
    } catch (error) {
      if (error instanceof TallyError) issues = error.issues.map(({ path, message }) => `${path} ${message}`);
    }
    expect(issues).toEqual([
      "map.json: layers.0.mapping.order.0 is \"kernel\", must be one of 'batch', 'group', 'outputs', 'rows', 'columns', 'channels'",
      'map.json: layers.0.mapping.tile.rows is "2", must be number',
      'map.json: layers.0.mapping.split.pixels is 0, must be at least 1',
      'map.json: layers.0.mapping.halo is not a field of this format',
    ]);
  });
});

describe('checkNetworkMapping', () => {
  it('accepts the file that was made for these', () => {
    expect(check({})).toEqual([]);
  });

  it('refuses a file of another network, system or chip', () => {
    const other = { name: 'other', hash: hash('f') };
    expect(check({ network: other, system: other, chip: other })).toEqual(
      (['network', 'system', 'chip'] as const).map(
        (what) =>
          `map.json: ${what}.hash: is ${other.hash} ('other'), but the ${what} '${target[what].name}' has ${target[what].hash} ` +
          `[mapping-of-another-${what}] — use the ${what} that the mapping was made for, or map anew`,
      ),
    );
  });

  it('refuses an edited mapping with the place and the rule', () => {
    const mapping = { ...EXAMPLE_MAPPING, tile: { ...EXAMPLE_MAPPING.tile, channels: 129 } };
    expect(check({ layers: [{ id: 'conv', mapping }] })).toEqual([
      'map.json: layers.0.mapping.tile.channels: is 129; the layer has 128 channels per group [tile-out-of-range] — use a whole number from 1 to 128',
    ]);
  });

  it('refuses layers that are missing, unknown, twice, or of another batch', () => {
    expect(check({ layers: [] })).toEqual([
      "map.json: layers: has no mapping of layer 'conv' [layer-not-mapped] — map every layer that has MACs",
    ]);
    expect(
      check({ layers: [...file.layers, { id: 'relu', mapping: EXAMPLE_MAPPING }, ...file.layers] }),
    ).toEqual([
      "map.json: layers.1.id: the network has no layer 'relu' with MACs [unknown-layer] — use one of conv",
      "map.json: layers.2.id: layer 'conv' has a mapping already [layer-mapped-twice] — keep one mapping per layer",
    ]);
    // Once, however many layers there are.
    const two = [EXAMPLE_PROBLEM, { ...EXAMPLE_PROBLEM, id: 'conv2' }];
    const layers = [file.layers[0], { ...file.layers[0], id: 'conv2' }];
    expect(check({ batch: 2, layers }, two)).toEqual([
      'map.json: batch: is 2, but the network is to be run for 1 image [batch-differs] — run the batch that the mapping was made for, or map anew',
    ]);
  });
});

describe('contentHash', () => {
  it('does not depend on the order of keys, but on every value', () => {
    expect(contentHash({ a: 1, b: [2, { c: null, d: 'x' }] })).toBe(
      contentHash({ b: [2, { d: 'x', c: null }], a: 1 }),
    );
    expect(contentHash({ a: 1, b: [2, 3] })).not.toBe(contentHash({ a: 1, b: [3, 2] }));
    expect(contentHash({ a: 1 })).not.toBe(contentHash({ a: '1' }));
  });

  it('SHA-256 of the canonical JSON {"a":1}', () => {
    // printf '{"a":1}' | sha256sum
    expect(contentHash({ a: 1 })).toBe('015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862');
  });

  it('tells systems and chips apart', () => {
    const all = [systemPreset('zhu2020'), systemPreset('zhu2020-x16'), chipPreset('zhu2020')].map(
      contentHash,
    );
    expect(new Set(all).size).toBe(3);
  });
});
