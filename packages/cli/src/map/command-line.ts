import type { MapRequest } from './run.ts';

/** The command that repeats a mapping. Threads and outputs change no result and are left out, but for the page that mappings are drawn for. */
export function commandOf(request: MapRequest): string {
  const { point, budget, sample, replay } = request;
  const search: readonly (readonly [string, string | number | null])[] =
    replay === null
      ? [
          ['--objective', request.objective],
          ['--dataflow', request.dataflow],
          ['--budget', budget === null ? null : (budget.evaluations ?? `${budget.seconds}s`)],
          ['--no-keep', request.keep ? null : ''],
          ['--no-compare', request.compare ? null : ''],
        ]
      : [['--replay', replay]];
  const options: readonly (readonly [string, string | number | null])[] = [
    ['--chip', request.chip],
    ['--system', request.system],
    ['--tech', request.tech],
    ...(typeof point === 'string'
      ? [['--point', point] as const]
      : [['--voltage', point.voltageV] as const, ['--clock', point.clockMHz ?? null] as const]),
    ['--batch', request.batch],
    ['--run', request.run],
    ['--max-area', request.maxAreaMm2],
    ...search,
    ['--html', sample === null ? null : 'map.html'],
    ['--html-samples', sample?.samples ?? null],
    ['--seed', sample?.seed ?? null],
  ];
  return [
    'tally map',
    request.network,
    ...options.flatMap(([name, value]) =>
      value === null ? [] : value === '' ? [name] : [name, String(value)],
    ),
  ].join(' ');
}
