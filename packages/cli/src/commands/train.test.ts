import { describe, expect, it } from 'vitest';
import { parseBits, trainCommand } from './train.ts';

async function run(...args: string[]): Promise<void> {
  const command = trainCommand().exitOverride();
  command.configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  await command.parseAsync(['--out', 'x.model', '--data', '/nonexistent', ...args], { from: 'user' });
}

describe('tally train', () => {
  it('reads widths of single layers', () => {
    expect(parseBits('conv1=W8A8, fc=W4:twos-complement,block1.conv2=A3')).toEqual({
      conv1: { weights: 8, activations: 8 },
      fc: { weights: 4, codes: 'twos-complement' },
      'block1.conv2': { activations: 3 },
    });
  });

  it('refuses options that say nothing sensible', async () => {
    expect(() => parseBits('conv1')).toThrow(
      "--bits: cannot read 'conv1' [option-malformed] — write LAYER=W<bits>A<bits>[:sign-magnitude|:twos-complement], comma-separated, e.g. conv1=W8A8,fc=W8:twos-complement",
    );
    expect(() => parseBits('conv1=')).toThrow('option-malformed');
    await expect(run('--epochs', '0')).rejects.toThrow(
      "--epochs: is '0', must be a positive integer [option-out-of-range] — give --epochs a positive integer",
    );
    await expect(run('--lr', 'fast')).rejects.toThrow("--lr: is 'fast', must be a number above 0");
    await expect(run('--codes', 'twos-complement')).rejects.toThrow(
      '--codes: needs a low-bit precision to change [option-conflict]',
    );
    await expect(run('--precision', 'w9')).rejects.toThrow(
      /Allowed choices are fp32, as-is, w3a2, w3a3, w3a3-twos/,
    );
    await expect(run('--precision', 'as-is')).rejects.toThrow(
      '--precision: is as-is, which goes on with a parent [option-conflict] — name the parent with --init',
    );
    const asIs = ['--precision', 'as-is', '--init', 'parent.model'];
    for (const option of [
      ['--weights', '4'],
      ['--activations', '4'],
      ['--bits', 'fc=W4'],
      ['--per-channel'],
    ]) {
      await expect(run(...asIs, ...option)).rejects.toThrow(
        `${option[0]}: says what new quantizers are like, and --precision as-is keeps those of --init [option-conflict] — leave one of the two out`,
      );
    }
    await expect(run('--per-channel')).rejects.toThrow('--per-channel: needs a low-bit precision to change');
    for (const option of [['--distillation-share', '1'], ['--temperature', '2'], ['--mirror-teacher']]) {
      await expect(run(...option)).rejects.toThrow(
        `${option[0]}: says how a teacher is imitated, and there is none [option-conflict] — name one with --teacher`,
      );
    }
    await expect(run()).rejects.toThrow('[file-missing]');
  });

  it('teaches', () => {
    const help = trainCommand().helpInformation().replaceAll(/\s+/g, ' ');
    for (const text of ['--precision', '--resume', 'learned step size quantization', 'fashion-mnist']) {
      expect(help).toContain(text);
    }
  });
});
