import { expect, test } from 'vitest';
import { lastValues, shortValue } from './waveform.ts';

const vcd = `$timescale 1 ns $end
$scope module top $end
$var wire 1 ! ready $end
$var reg 4 n1 count [3:0] $end
$var wire 2 n2 never $end
$scope module u_inner $end
$var wire 4 n3 count $end
$upscope $end
$upscope $end
$enddefinitions $end
#0
b0011 n1
b1111 n3
0!
#5
b1010 n1
1!
#10
b1x00 n3
`;

test('the last values, of the outermost of a name, in the order asked for', () => {
  expect(lastValues(vcd, ['count', 'ready', 'absent'])).toEqual([
    { signal: 'count', bits: '1010' },
    { signal: 'ready', bits: '1' },
  ]);
  expect(lastValues(vcd, ['never'])).toEqual([{ signal: 'never', bits: 'x' }]);
  expect(lastValues('', ['count'])).toEqual([]);
});

test('hexadecimal where all bits are known', () => {
  expect(shortValue({ signal: 'count', bits: '1010' })).toBe('0xa');
  expect(shortValue({ signal: 'count', bits: '1x00' })).toBe('1x00');
});
