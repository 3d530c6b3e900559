import type { ModelGraph, ModelNode } from '../../model/model.ts';

/** A graph and the shapes of its conv and fully connected weights. */
export interface Architecture {
  readonly graph: ModelGraph;
  readonly weightShapes: ReadonlyMap<string, readonly number[]>;
}

/** Batch norm epsilon, as in PyTorch. */
const EPSILON = 1e-5;

/**
 * ResNet-8, the residual network of MLPerf Tiny (Banbury et al. 2021): a 3x3 convolution, three basic
 * blocks of two 3x3 convolutions (16, 32, 64 channels; the later two halve the image and have 1x1
 * convolutions with batch norm as shortcuts), global average pooling and a fully connected layer.
 * With one input channel and ten classes 77,754 trainable parameters.
 *
 * @param input shape `[channels, height, width]`, 8-bit codes, value = code / 255.
 */
export function resnet8(input: readonly [number, number, number] = [1, 28, 28], classes = 10): Architecture {
  const nodes: ModelNode[] = [];
  const weightShapes = new Map<string, readonly number[]>();
  const conv = (
    id: string,
    from: string,
    inChannels: number,
    outChannels: number,
    size: number,
    stride: number,
  ): string => {
    const weight = `${id}.weight`;
    weightShapes.set(weight, [outChannels, inChannels, size, size]);
    const pad = (size - 1) / 2;
    nodes.push({
      kind: 'conv',
      id,
      input: from,
      weight,
      bias: null,
      kernel: [size, size],
      stride: [stride, stride],
      padding: [pad, pad, pad, pad],
      dilation: [1, 1],
      groups: 1,
      weightQuantizer: null,
    });
    const bn = id.includes('conv') ? id.replace('conv', 'bn') : `${id}.bn`;
    nodes.push({
      kind: 'batch-norm',
      id: bn,
      input: id,
      gamma: `${bn}.gamma`,
      beta: `${bn}.beta`,
      mean: `${bn}.mean`,
      variance: `${bn}.variance`,
      epsilon: EPSILON,
    });
    return bn;
  };
  const relu = (id: string, from: string): string => {
    nodes.push({ kind: 'relu', id, input: from });
    return id;
  };

  const [channels] = input;
  let stream = relu('relu1', conv('conv1', 'input', channels, 16, 3, 1));
  let width = 16;
  for (const [index, outWidth] of [16, 32, 64].entries()) {
    const block = `block${index + 1}`;
    const stride = index === 0 ? 1 : 2;
    const inner = relu(`${block}.relu1`, conv(`${block}.conv1`, stream, width, outWidth, 3, stride));
    const branch = conv(`${block}.conv2`, inner, outWidth, outWidth, 3, 1);
    const shortcut =
      stride === 1 && width === outWidth
        ? stream
        : conv(`${block}.shortcut`, stream, width, outWidth, 1, stride);
    nodes.push({ kind: 'add', id: `${block}.add`, inputs: [branch, shortcut] });
    stream = relu(`${block}.relu2`, `${block}.add`);
    width = outWidth;
  }
  nodes.push({ kind: 'global-average-pool', id: 'pool', input: stream });
  nodes.push({ kind: 'flatten', id: 'flatten', input: 'pool' });
  weightShapes.set('fc.weight', [classes, width]);
  nodes.push({
    kind: 'fully-connected',
    id: 'fc',
    input: 'flatten',
    weight: 'fc.weight',
    bias: 'fc.bias',
    weightQuantizer: null,
  });
  return {
    graph: {
      kind: 'model-graph',
      name: 'resnet8',
      input: { shape: input, bits: 8, scale: 1 / 255 },
      nodes,
      output: 'fc',
    },
    weightShapes,
  };
}
