import { TallyError } from '../../diagnostics/index.ts';
import { checkSupported, type FindOperator } from './check-supported.ts';
import { decodeOnnx } from './decode.ts';
import type { ExternalReader } from './external-data.ts';
import type { SimplifiedGraph } from './simplified.ts';
import { simplify } from './simplify.ts';

/** What became of a file. A failure is a defect of ours, whatever the file holds. */
export type Outcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'failure'; readonly what: string };

/** A stage after simplification (import, lowering) that a fuzzed file must survive too. */
export type LaterStage = (graph: SimplifiedGraph) => void;

const LONGEST_TEXT = 20_000;

/** Why a refusal is not good enough, null when it is. */
function refusalProblem(error: TallyError): string | null {
  for (const { code, path, message, remedy } of error.issues) {
    if (path === '') return `the refusal ${code} has no place`;
    if (message === '' || remedy === '') return `the refusal ${code} has no message or no remedy`;
    const controlAt = `${path}${message}`.search(/\p{Cc}/u);
    if (controlAt >= 0) return `the refusal ${code} at ${JSON.stringify(path)} prints a control character`;
    if (path.length + message.length > LONGEST_TEXT)
      return `the refusal ${code} is ${message.length} characters long`;
  }
  return error.issues.length === 0 ? 'a refusal without an issue' : null;
}

/** Takes a file through decoding, the support check, simplification and the later stages. */
export function examine(
  bytes: Uint8Array,
  operator: FindOperator,
  options: { readonly readExternal?: ExternalReader; readonly stages?: readonly LaterStage[] } = {},
): Outcome {
  const { readExternal, stages = [] } = options;
  try {
    const model = decodeOnnx(bytes, readExternal === undefined ? {} : { readExternal });
    const unsupported = checkSupported(model, operator);
    const graph = simplify(model, { operator });
    if (unsupported.length > 0)
      return { kind: 'failure', what: `simplify accepts what is not supported: ${unsupported[0].message}` };
    for (const stage of stages) stage(graph);
    return { kind: 'accepted' };
  } catch (error) {
    if (!(error instanceof TallyError)) return { kind: 'failure', what: describe(error) };
    const problem = refusalProblem(error);
    return problem === null
      ? { kind: 'refused', code: error.issues[0].code }
      : { kind: 'failure', what: problem };
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [, ...stack] = (error.stack ?? '').split('\n');
  return `${error.name}: ${error.message} (${stack
    .slice(0, 4)
    .map((line) => line.trim())
    .join(' ')})`;
}
