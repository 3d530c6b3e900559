import { grouped } from '../terminal/number.ts';
import type { Style } from '../terminal/style.ts';
import { renderFields, renderTable } from '../terminal/table.ts';
import type { CalibrationResult } from './execute.ts';
import type { AssignmentRecord } from './report.ts';

const share = (value: number): string => value.toPrecision(3);

const microjoules = (value: number | null): string => (value === null ? '' : value.toPrecision(4));

function assignmentFields({
  budget,
  cycles,
  energyUj,
  divergence,
}: AssignmentRecord): (readonly [string, string])[] {
  const most = (of: typeof budget.of, text: string): string =>
    budget.of === of ? ` of at most ${text}` : '';
  return [
    ['cycles', `${grouped(Math.round(cycles))}${most('cycles', grouped(Math.floor(budget.most)))} per image`],
    ...(energyUj === null
      ? []
      : [
          [
            'energy',
            `${microjoules(energyUj)}${most('energyUj', microjoules(budget.most))} µJ per image`,
          ] as const,
        ]),
    ['divergence', `${share(divergence)} nats, sum of the layers\u2019 own`],
  ];
}

/** What was chosen, as text: a row per layer, and what `--auto-bits` found. */
export function renderCalibration(result: CalibrationResult, style: Style): string {
  const { layers, assignment, remarks } = result;
  const assigned = new Map(assignment?.layers.map((row) => [row.layer, row]));
  const table = renderTable(
    [
      { heading: 'layer', align: 'left' },
      { heading: 'precision', align: 'left' },
      { heading: 'weight error', unit: 'of mean square', align: 'right' },
      { heading: 'output error', unit: 'of variance', align: 'right' },
      ...(assignment === null
        ? []
        : ([
            { heading: 'sensitivity', unit: 'nats', align: 'right' },
            { heading: 'cycles', unit: 'per image', align: 'right' },
            ...(assignment.energyUj === null
              ? []
              : ([{ heading: 'energy', unit: 'µJ per image', align: 'right' }] as const)),
          ] as const)),
    ],
    layers.map(({ layer, precision, weightError, outputError }) => {
      const row = assigned.get(layer);
      const option = row?.options.find((other) => other.precision === row.chosen);
      return [
        layer,
        precision,
        share(weightError),
        outputError === null ? '' : share(outputError.after),
        ...(assignment === null
          ? []
          : [
              option === undefined ? '' : share(option.divergence),
              option === undefined ? '' : grouped(option.cycles),
              ...(assignment.energyUj === null ? [] : [microjoules(option?.energyUj ?? null)]),
            ]),
      ];
    }),
    { style },
  );
  const fields = assignment === null ? [] : assignmentFields(assignment);
  return [
    table,
    ...(fields.length === 0 ? [] : [renderFields(fields, style)]),
    ...remarks.map((remark) => `  ${style('dim', 'note')}  ${remark}`),
  ].join('\n\n');
}
