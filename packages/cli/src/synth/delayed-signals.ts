/** A timing check with delayed signals (IEEE 1364-2005, 15.3.3): its arguments. */
const CHECK = /\$(?:setuphold|recrem)\s*\(([^;]*)\)\s*;/g;

/** Places of the delayed reference and data signal among the arguments; they follow events 0 and 1. */
const DELAYED = [7, 8] as const;

/**
 * Verilog cells whose timing checks feed delayed copies of pins to the logic, for a simulator that does not (Icarus Verilog
 * 11 leaves them unconnected): each delayed signal is assigned its pin, as limits of 0 would. Other text is unchanged.
 */
export function connectDelayedSignals(verilog: string): string {
  return verilog.replace(/^[ \t]*module\b[\s\S]*?^[ \t]*endmodule\b/gm, (module) => {
    const pins = new Map<string, string>();
    for (const [, list] of module.matchAll(CHECK)) {
      const args = list.split(',').map((argument) => argument.trim());
      DELAYED.forEach((at, event) => {
        const pin = /^(?:posedge\s+|negedge\s+)?(\w+)/.exec(args[event] ?? '')?.[1];
        const delayed = args[at] ?? '';
        if (pin !== undefined && /^\w+$/.test(delayed)) pins.set(delayed, pin);
      });
    }
    const assigns = [...pins].map(([delayed, pin]) => `  assign ${delayed} = ${pin};\n`);
    return module.replace(/^([ \t]*endmodule)$/m, (end) => `${assigns.join('')}${end}`);
  });
}
