import { describe, expect, it } from 'vitest';
import { resnet8 } from '../train/index.ts';
import { parseBitsRules, precisionFromRules, precisionText } from './bits.ts';

const { graph } = resnet8();
const layers = (text: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(precisionFromRules(graph, parseBitsRules(text, '--bits'), '--bits').overrides ?? {}).map(
      ([id, precision]) => [
        id,
        precisionText({ weights: 0, activations: 0, codes: 'sign-magnitude', ...precision }),
      ],
    ),
  );

describe('bit rules', () => {
  it('are read', () => {
    expect(parseBitsRules('conv1=8, fc=W4:twos-complement,block1.*=A3,*=W3A2', '--bits')).toEqual([
      { pattern: 'conv1', precision: { weights: 8, activations: 8 } },
      { pattern: 'fc', precision: { weights: 4, codes: 'twos-complement' } },
      { pattern: 'block1.*', precision: { activations: 3 } },
      { pattern: '*', precision: { weights: 3, activations: 2 } },
    ]);
    expect(parseBitsRules('a=:sign-magnitude', '--bits')).toEqual([
      { pattern: 'a', precision: { codes: 'sign-magnitude' } },
    ]);
  });

  it.each(['conv1', 'conv1=', '=W3', 'conv1=X3', 'conv1=W3A', 'conv1=3:unsigned', ''])(
    'refuse %j',
    (text) => {
      expect(() => parseBitsRules(text, '--bits')).toThrow(
        `--bits: cannot read '${text}' [option-malformed] — write LAYER=BITS, comma-separated, where BITS is 8, W3A3, W3 or A3`,
      );
    },
  );

  it('give the first match for each of weights, activations and codes', () => {
    const found = layers('block2.conv1=W6,block2.*=W4A5,*=W3A2:twos-complement');
    expect(found['block2.conv1']).toBe('W6A5:twos-complement');
    expect(found['block2.shortcut']).toBe('W4A5:twos-complement');
    expect(found['block1.conv1']).toBe('W3A2:twos-complement');
    // A later rule does not change what an earlier one said.
    expect(layers('*=W3A2,block1.conv1=8')['block1.conv1']).toBe('W3A2');
  });

  it('leave the first and last layer at 8 bits unless they are named', () => {
    expect(layers('*=W3A3')).toMatchObject({ conv1: 'W8A8', fc: 'W8A8', 'block1.conv1': 'W3A3' });
    expect(layers('fc=W4,*=W3A3')).toMatchObject({ conv1: 'W8A8', fc: 'W4A8' });
    expect(layers('block1.conv1=W4')).toMatchObject({ 'block1.conv1': 'W4A8', 'block1.conv2': 'W8A8' });
  });

  it('refuse every pattern that matches nothing', () => {
    const make = (): unknown => layers('conv9=8,block7.*=W3,*=W3A3');
    expect(make).toThrow(
      "--bits: 'conv9' matches no conv or fully connected layer of the network 'resnet8' [layer-unknown] — use one of conv1, block1.conv1,",
    );
    expect(make).toThrow("'block7.*' matches no conv");
    // A dot is a dot.
    expect(() => layers('block1xconv1=8')).toThrow('layer-unknown');
  });
});
