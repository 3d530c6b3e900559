import type { Issue } from '@tally/core';
import type { Style } from './style.ts';

/** Issues as lines: what and where, and below each what to do. */
export function renderIssues(issues: readonly Issue[], style: Style): string {
  return issues
    .map(
      ({ code, path, message, remedy }) =>
        `${style('red', style('bold', 'error'))} ${style('bold', path)}: ${message} ${style('dim', `[${code}]`)}\n  ${style('cyan', 'fix')}   ${remedy}`,
    )
    .join('\n');
}
