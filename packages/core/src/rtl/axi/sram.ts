import { alwaysFf, array, element, input, net, next, output, ref, when, type Module } from '../ast/index.ts';
import { slotBits } from '../geometry.ts';
import { clk, defineModule } from '../modules/module.ts';

/** Memory of rows with one read and one write port; what a foundry's SRAM macro replaces. */
export function sramModule(rows: number, bits: number): Module {
  const address = slotBits(rows);
  const store = array('words', bits, rows);
  const readEnable = ref('read_enable');
  const readAddress = ref('read_address', address);
  const readData = ref('read_data', bits);
  const writeEnable = ref('write_enable');
  const writeAddress = ref('write_address', address);
  const writeData = ref('write_data', bits);
  return defineModule({
    name: sramName(rows, bits),
    about: [
      `SRAM wrapper: ${rows} rows of ${bits} bits, one read and one write port. Replace the body by foundry macros.`,
      'The read row appears after the clock edge and stays until the next read. A row is never read in the clock',
      'that writes it. Addresses stay below the number of rows.',
    ],
    ports: [
      input(clk),
      input(readEnable),
      input(readAddress),
      output(readData),
      input(writeEnable),
      input(writeAddress),
      input(writeData),
    ],
    items: [
      net(store),
      alwaysFf(
        clk,
        when(writeEnable, [next(element(store, writeAddress), writeData)]),
        when(readEnable, [next(readData, element(store, readAddress))]),
      ),
    ],
  });
}

export const sramName = (rows: number, bits: number): string => `tally_sram_${rows}x${bits}`;
