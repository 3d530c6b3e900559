import { describe, expect, it } from 'vitest';
import { TensorProto_DataLocation } from '../../onnx/onnx_pb.gen.ts';
import { decodeOnnx } from './decode.ts';
import { locationProblem, type ExternalReader } from './external-data.ts';
import { encodeModel, node, refusal, valueInfo } from './model.test-support.ts';

const file = new Uint8Array(Float32Array.of(9, 1, 2, 3).buffer);

function model(entries: Readonly<Record<string, string>>): Uint8Array {
  const externalData = Object.entries(entries).map(([key, value]) => ({ key, value }));
  return encodeModel({
    input: [valueInfo('x', [3])],
    output: [valueInfo('y', [3])],
    initializer: [
      { name: 'w', dims: [3n], dataType: 1, dataLocation: TensorProto_DataLocation.EXTERNAL, externalData },
    ],
    node: [node('Add', ['x', 'w'], ['y'])],
  });
}

function said(entries: Readonly<Record<string, string>>, readExternal?: ExternalReader): string {
  const options = readExternal === undefined ? {} : { readExternal };
  const issues = refusal(() => decodeOnnx(model(entries), options));
  expect(issues).toHaveLength(1);
  expect(issues[0].code).toBe('onnx-external-data');
  expect(issues[0].path).toBe("graph.initializers[0] 'w'.external_data");
  return issues[0].message;
}

describe('external data', () => {
  it('are read from where the tensor says', () => {
    const asked: string[] = [];
    const { graph } = decodeOnnx(model({ location: 'sub/w.bin', offset: '4', length: '12' }), {
      readExternal: (location) => {
        asked.push(location);
        return file;
      },
    });
    expect(asked).toEqual(['sub/w.bin']);
    expect(graph.initializers.get('w')?.data).toEqual(Float32Array.of(1, 2, 3));
  });

  it('are read at any alignment', () => {
    const shifted = new Uint8Array(file.length + 1);
    shifted.set(file, 1);
    const { graph } = decodeOnnx(model({ location: 'w', offset: '1' }), { readExternal: () => shifted });
    expect(graph.initializers.get('w')?.data).toEqual(Float32Array.of(9, 1, 2));
  });

  it('outside of the folder are never asked for', () => {
    const forbidden = [
      ...['../w.bin', 'a/../../w', '..', '/etc/passwd', '//server/w', 'C:/w', 'C:w', 'a\\..\\w'],
      ...['w\0.bin', 'w\n', '', 'a//b', 'a/', 'http://host/w'],
    ];
    for (const location of forbidden) {
      expect(locationProblem(location), location).not.toBeNull();
      const message = said({ location }, () => {
        throw new Error('the reader was asked');
      });
      expect(message).toContain(locationProblem(location));
    }
    for (const location of ['w.bin', 'sub/w.bin', './w', 'a..b/w', '..w', 'weights (1).bin', 'ä/ö'])
      expect(locationProblem(location)).toBeNull();
    expect(said({ location: '../w.bin' })).toBe(
      "location '../w.bin' has '..', which leads out of the model's folder",
    );
  });

  it('that do not fit are refused before they are used', () => {
    const read: ExternalReader = () => file;
    expect(said({ location: 'w', offset: '8' }, read)).toBe(
      "bytes 8 to 20 of 'w' are asked for, which has 16",
    );
    expect(said({ location: 'w', length: '8' }, read)).toBe(
      'length is 8 bytes, but type and shape of the tensor ask for 12',
    );
    expect(said({ location: 'w', offset: '-4' }, read)).toBe(
      'offset or length is no number of bytes: location=w, offset=-4',
    );
    expect(said({ location: 'w' })).toBe("the weights are in 'w', and no reader of external data was given");
    expect(
      said({ location: 'w' }, () => {
        throw new Error('ENOENT');
      }),
    ).toBe("'w' could not be read: ENOENT");
  });
});
