import { elements, type Emitter, type Value } from './emitter.ts';
import type { Applied } from './operator.ts';
import { operators, type OperatorAttributes, type OperatorName } from './registry.ts';

interface Recorded {
  readonly applied: Applied;
  readonly inputs: readonly Value[];
}

/**
 * Reverse-mode differentiation by recording: `apply` emits an operator and remembers its backward
 * rule, `gradients` emits the rules in reverse order and adds up what flows into one value.
 */
export class Tape {
  readonly emitter: Emitter;
  readonly #recorded: Recorded[] = [];
  readonly #differentiable = new Set<string>();

  constructor(emitter: Emitter) {
    this.emitter = emitter;
  }

  /** Declares that gradients with respect to `value` will be asked for. @returns the value. */
  variable(value: Value): Value {
    this.#differentiable.add(value.name);
    return value;
  }

  /** Emits an operator's forward computation. */
  apply<Name extends OperatorName>(
    name: Name,
    inputs: readonly Value[],
    attributes: OperatorAttributes[Name],
  ): Applied {
    const applied = operators[name].apply(this.emitter, inputs, attributes);
    if (inputs.some((input) => this.#differentiable.has(input.name))) {
      this.#differentiable.add(applied.output.name);
      this.#recorded.push({ applied, inputs });
    }
    return applied;
  }

  /**
   * Emits the backward computation from a scalar.
   *
   * @returns dLoss/dValue of every variable and intermediate value that the loss depends on, by value name.
   */
  gradients(loss: Value): ReadonlyMap<string, Value> {
    if (elements(loss.shape) !== 1) throw new Error(`the loss is a scalar, got [${loss.shape.join(',')}]`);
    const gradients = new Map<string, Value>([[loss.name, this.emitter.constant(loss.shape, [1])]]);
    for (const { applied, inputs } of [...this.#recorded].reverse()) {
      const outputGradient = gradients.get(applied.output.name);
      if (outputGradient === undefined) continue;
      const wanted = inputs.map((input) => this.#differentiable.has(input.name));
      const inputGradients = applied.gradients(outputGradient, wanted);
      inputs.forEach((input, index) => {
        if (!wanted[index]) return;
        const gradient = inputGradients.at(index) ?? null;
        if (gradient === null) {
          throw new Error(`no gradient of '${applied.output.name}' with respect to '${input.name}'`);
        }
        const soFar = gradients.get(input.name);
        gradients.set(input.name, soFar === undefined ? gradient : this.emitter.add(soFar, gradient));
      });
    }
    return gradients;
  }
}
