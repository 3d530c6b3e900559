export { fail, renderIssue, TallyError, throwIfAny, type Issue } from './issue.ts';
