import {
  alwaysFf,
  assign,
  input,
  net,
  next,
  not,
  output,
  ref,
  when,
  xor,
  and,
  type Module,
} from '../ast/index.ts';
import { clk, defineModule } from './module.ts';

const write = ref('write');
const data = ref('data');
const stored = ref('stored_q');
const storage = [net(stored), alwaysFf(clk, when(write, [next(stored, data)]))];

/** A search line finds its own value. */
const equals = (search: ReturnType<typeof ref>) => not(xor(stored, search));

/** One stored bit with one search line. */
export function camCell(): Module {
  const search = ref('search');
  const match = ref('match');
  return defineModule({
    name: 'tally_cam_cell',
    about: [
      'CAM cell, single rail: one stored bit, compared with one search line. Leaf: a hard cell takes its place.',
    ],
    ports: [clk, write, data, search].map(input).concat(output(match)),
    items: [...storage, assign(match, equals(search))],
  });
}

/** One stored bit with a search line per rail. */
export function dualCamCell(): Module {
  const [searchPos, searchNeg] = [ref('search_pos'), ref('search_neg')];
  const [matchPos, matchNeg] = [ref('match_pos'), ref('match_neg')];
  return defineModule({
    name: 'tally_cam_cell_dual',
    about: [
      'CAM cell, dual rail: one stored bit, compared with a search line per rail. Leaf: a hard cell takes its place.',
    ],
    ports: [...[clk, write, data, searchPos, searchNeg].map(input), output(matchPos), output(matchNeg)],
    items: [...storage, assign(matchPos, equals(searchPos)), assign(matchNeg, equals(searchNeg))],
  });
}

/** One stored bit that a select line puts on a column. */
export function muxCell(): Module {
  const select = ref('select');
  const out = ref('out');
  return defineModule({
    name: 'tally_mux_cell',
    about: ['MUX cell: one stored bit, handed out when selected. Leaf: a hard cell takes its place.'],
    ports: [clk, write, data, select].map(input).concat(output(out)),
    items: [...storage, assign(out, and(stored, select))],
  });
}
