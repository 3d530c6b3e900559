import { DISPUTED, type CaseResult } from './conformance.ts';

/** Cases that were not run, grouped by the reason. */
export function refusedLines(results: readonly CaseResult[]): string {
  const byReason = new Map<string, string[]>();
  for (const { name, outcome } of results)
    if (outcome.kind === 'refused') {
      const names = byReason.get(outcome.reason) ?? [];
      names.push(name);
      byReason.set(outcome.reason, names);
    }
  return [...byReason]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([reason, names]) => `${reason}\n${names.map((name) => `    ${name}\n`).join('')}`)
    .join('');
}

/** Counts, and every case that failed. */
export function summary(results: readonly CaseResult[]): string {
  const passed = results.filter(({ outcome }) => outcome.kind === 'passed');
  const loose = results.filter(({ outcome }) => outcome.kind === 'passed' && !outcome.tight);
  const refused = (stage: string): number =>
    results.filter(({ outcome }) => outcome.kind === 'refused' && outcome.stage === stage).length;
  const failed = results.flatMap(({ name, outcome }) =>
    outcome.kind === 'failed' ? [`  ${name}: ${outcome.reason}`] : [],
  );
  const raised = passed.filter(({ raisedFrom }) => raisedFrom !== null).length;
  const worst = Math.max(
    0,
    ...results.map(({ outcome }) => (outcome.kind === 'passed' ? outcome.maxError : 0)),
  );
  return [
    `${results.length} cases`,
    `${passed.length} passed (${raised} of operator sets before 7, whose operators mean the same there)`,
    `  largest |a - b| / (0.01 + |b|) ${worst.toExponential(1)}; beyond 1e-5: ${loose.map(({ name }) => name).join(', ') || 'none'}`,
    `${refused('operator')} not run: an operator is not in the support table`,
    `${refused('file')} not run: the file is refused`,
    `${refused('evaluation')} not run: an attribute or type is refused`,
    `${failed.length} failed (of them ${DISPUTED.size} with values we do not share: bfloat16 cut instead of rounded)`,
    ...failed,
  ].join('\n');
}
