import { fail } from '../diagnostics/index.ts';
import type { FloatTensor, Model } from '../model/model.ts';
import { showShape } from '../network/check.ts';
import type { Shape } from '../network/network.ts';

/** Reads a model's parameters for one node; what is missing or unusable is refused by name. */
export class ParameterReader {
  readonly #model: Model;

  constructor(model: Model) {
    this.#model = model;
  }

  #find(name: string, path: string): FloatTensor {
    const tensor = this.#model.parameters.get(name);
    if (tensor === undefined) {
      fail(
        'parameter-missing',
        path,
        `names parameter '${name}', which the model does not have`,
        'save the model with all its parameters',
      );
    }
    return tensor;
  }

  /** The parameter's shape. @throws TallyError `parameter-missing`. */
  shape(name: string, path: string): Shape {
    return this.#find(name, path).shape;
  }

  /**
   * The parameter's values.
   *
   * @param path of the node and field that name it, e.g. `nodes.3(conv1).weight`.
   * @param shapes allowed shapes.
   * @throws TallyError `parameter-missing`, `parameter-shape-mismatch` or `parameter-not-finite`.
   */
  read(name: string, path: string, shapes: readonly Shape[]): Float32Array {
    const tensor = this.#find(name, path);
    const allowed = shapes.some((shape) => shape.join() === tensor.shape.join());
    const size = tensor.shape.reduce((product, extent) => product * extent, 1);
    if (!allowed || tensor.data.length !== size) {
      fail(
        'parameter-shape-mismatch',
        path,
        `'${name}' has shape ${showShape(tensor.shape)} and ${tensor.data.length} values, must be ${shapes.map(showShape).join(' or ')}`,
        'match the parameter to the graph',
      );
    }
    const wrong = tensor.data.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) {
      fail(
        'parameter-not-finite',
        path,
        `'${name}'[${wrong}] is ${tensor.data[wrong]}, must be a finite number`,
        'train again with a smaller learning rate',
      );
    }
    return tensor.data;
  }

  /** As {@link read}; every value must be positive. */
  readPositive(name: string, path: string, shapes: readonly Shape[]): Float32Array {
    const data = this.read(name, path, shapes);
    const wrong = data.findIndex((value) => !(value > 0));
    if (wrong >= 0) {
      fail(
        'step-not-positive',
        path,
        `'${name}'[${wrong}] is ${data[wrong]}, a quantizer step must be above 0`,
        'train again, or set the step to a positive number',
      );
    }
    return data;
  }
}
