/** What moves between the memories. `partialSums`: the results, finished or not. */
export type Operand = 'weights' | 'activations' | 'partialSums';

export const OPERANDS = ['weights', 'activations', 'partialSums'] as const satisfies readonly Operand[];
