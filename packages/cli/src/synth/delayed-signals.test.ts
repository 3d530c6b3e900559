import { expect, test } from 'vitest';
import { connectDelayedSignals } from './delayed-signals.ts';

const FLIP_FLOP = `module dff (Q, CLK, D, R);
  wire delayed_D, delayed_R, delayed_CLK;
  specify
    $setuphold (posedge CLK, posedge D, 0.0, 0.0, notifier,,, delayed_CLK, delayed_D);
    $recrem (posedge R, posedge CLK, 0.0, 0.0, notifier,,, delayed_R, delayed_CLK);
    $width (posedge CLK, 0.0, 0, notifier);
  endspecify
endmodule
`;
const INVERTER = `module inv (Y, A);
  not (Y, A);
  specify
    $setuphold (posedge A, posedge A, 0.0, 0.0, notifier);
  endspecify
endmodule
`;

test('delayed signals get their pins, once each; other cells stay', () => {
  expect(connectDelayedSignals(`${INVERTER}\n${FLIP_FLOP}`)).toBe(
    `${INVERTER}\n${FLIP_FLOP.replace(
      'endmodule',
      '  assign delayed_CLK = CLK;\n  assign delayed_D = D;\n  assign delayed_R = R;\nendmodule',
    )}`,
  );
});
