import type { AccuracyReport, EvaluationArithmetic, EvaluationReport } from '@tally/core';
import { grouped, percent, si, significant } from '../terminal/number.ts';
import type { Style } from '../terminal/style.ts';
import { renderFields } from '../terminal/table.ts';

const share = ({ share: value, interval, correct, images }: AccuracyReport): string =>
  `${percent(value, 2)}  ${grouped(correct)} of ${grouped(images)}, 95 % interval ${percent(interval.low, 2)} to ${percent(interval.high, 2)}`;

/** The arithmetic of a model, as text; nothing for other files. */
function arithmeticText(arithmetic: EvaluationArithmetic | undefined): string {
  if (arithmetic === undefined) return '';
  const { name, residualFractionBits: bits } = arithmetic;
  if (name === 'float32') return ' in float32';
  return bits === null ? ' in float64' : ` in float64, residual additions of multiples of 2^-${bits}`;
}

/** The report as text. @param seconds wall time, printed only. */
export function renderEvaluation(
  report: EvaluationReport,
  speed: { readonly seconds: number; readonly scored: number },
  style: Style,
): string {
  const { network, dataset, run } = report;
  const fields: [string, string][] = [
    ['network', `${network.form}${arithmeticText(network.arithmetic)}, ${network.hash.slice(0, 16)}…`],
    ['data set', `${dataset.name}, ${grouped(dataset.images)} images, ${dataset.identity.slice(0, 16)}…`],
    ['top-1', share(report.top1)],
    ['top-5', share(report.top5)],
  ];
  if (report.skipped.length > 0) {
    fields.push(['left out', `${grouped(report.skipped.length)} pictures that cannot be decoded`]);
  }
  if (run !== null) {
    fields.push([
      'chip',
      `${run.chip.name} at ${significant(run.operatingPoint.voltageV)} V, ${significant(run.operatingPoint.clockMHz)} MHz`,
    ]);
    fields.push([
      'per image',
      `${grouped(Math.round(run.total.cycles))} cycles, ${si(run.total.timeNs * 1e-9, 's')}, ${si(run.total.energy.totalPj * 1e-12, 'J')} in the macro`,
    ]);
  }
  if (speed.scored > 0 && speed.seconds > 0) {
    fields.push([
      'speed',
      `${significant(speed.scored / speed.seconds, 3)} images/s here, decoding included`,
    ]);
  }
  return [style('bold', `${network.name} on ${dataset.name}`), '', renderFields(fields, style)].join('\n');
}
