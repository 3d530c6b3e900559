import { describe, expect, it } from 'vitest';
import { createReferenceExecutor } from '../execute/index.ts';
import { runOnChip } from '../pipeline.ts';
import { arrayPreset, chipPreset, techPreset } from '../presets/index.ts';
import { comparisonSchema, type ComparedMethod, type ComparisonLevel } from '../report/index.ts';
import { randomImages, randomNetwork } from '../testing/index.ts';
import { compareChips, compareOnChip } from './compare.ts';

const zhu = chipPreset('zhu2020');
const kim = arrayPreset('kim2019');
const tech = techPreset('zhu2020-65nm');
const comparison = compareOnChip(zhu, tech);
const methods = new Map(comparison.methods.map((method) => [method.method, method]));

function energyFj(method: ComparedMethod | undefined, level: ComparisonLevel): number {
  return method?.efficiencies.find((one) => one.level === level)?.energyPerOpFj ?? NaN;
}

describe('compareOnChip', () => {
  it('holds every registered scheme that searches, and the baselines', () => {
    expect(comparison.methods.map(({ method }) => method)).toEqual([
      'ordered-pairs',
      'unordered-pairs',
      'distinct-products',
      'weight-bit-planes',
      'activation-levels',
      'weight-levels',
      'bit-serial',
      'dense-mac',
      'lookup-mac',
    ]);
    expect(comparison.methods.filter(({ own }) => own).map(({ method }) => method)).toEqual([
      'ordered-pairs',
    ]);
  });

  it("prices the chip's own scheme as the reproduction does", () => {
    const own = methods.get('ordered-pairs');
    expect(1e3 / energyFj(own, 'macro')).toBeCloseTo(11.6, 4);
    expect(1e3 / energyFj(own, 'arithmetic')).toBeCloseTo(35.71, 2);
    expect(own?.energyRatio).toEqual({ value: 1, low: 1, high: 1 });
    expect(own?.opsPerCycle).toBeCloseTo(2304 / 92, 9);
    expect(own?.areaMm2).toBeCloseTo(0.0292, 4);
  });

  it('adds up a dense vector by hand', () => {
    // Per product at 1.2 V: 5 bits read x 0.77 fJ, 4 bit products / 32 x 0.3012, 755 full adders / 128 / 2 x 0.02259 pJ;
    // per vector: one addition, 1/3 threshold comparison, 17.96 loaded bits. 256 operations a vector.
    const product = 5 * 0.00077 + (4 / 32) * 0.3012 + (755 / 128 / 2) * 0.02259;
    const vector = 128 * product + 0.1506 + 0.08884 / 3 + 17.959184 * 0.0271;
    expect(energyFj(methods.get('dense-mac'), 'arithmetic')).toBeCloseTo(
      ((vector * 1e3) / 256) * (1.01 / 1.2) ** 2,
      2,
    );
    // One cycle a vector, two more per window of nine.
    expect(methods.get('dense-mac')?.opsPerCycle).toBeCloseTo(2304 / 11, 9);
  });

  it('reads a product of 4 bits per entry from the table of the LUT', () => {
    const { value } = tech.memory.lookupBit!;
    const dense = energyFj(methods.get('dense-mac'), 'arithmetic');
    const lookup = energyFj(methods.get('lookup-mac'), 'arithmetic');
    // Instead of a multiplication: 4 x 0.1034 pJ for 2 operations.
    expect(lookup - dense).toBeCloseTo(((4 * value - (4 / 32) * 0.3012) * 1e3 * (1.01 / 1.2) ** 2) / 2, 6);
  });

  it('charges the same traffic to every method', () => {
    const { readBits, writtenBits } = comparison.traffic;
    const operations = 2 * 128 * 128 * 9 * 14 * 14;
    const buffer = ((readBits * 0.5391 + writtenBits * 0.5141) * (1.01 / 1.2) ** 2 * 1e3) / operations;
    const dram = ((readBits + writtenBits) * 8e3) / operations;
    for (const method of comparison.methods) {
      expect(energyFj(method, 'buffer') - energyFj(method, 'macro')).toBeCloseTo(buffer, 6);
      expect(energyFj(method, 'dram') - energyFj(method, 'macro')).toBeCloseTo(dram, 6);
    }
    const given = compareOnChip(zhu, tech, { traffic: { readBits: 0, writtenBits: 0, dataflow: 'none' } });
    for (const method of given.methods) {
      expect(energyFj(method, 'buffer')).toBeCloseTo(energyFj(method, 'macro'), 9);
    }
    expect(given.traffic).toEqual({ readBits: 0, writtenBits: 0, dataflow: 'none' });
  });

  it('states what each figure refers to, and holds it in its interval', () => {
    for (const { normalisation, efficiencies, energyRatio } of comparison.methods) {
      expect(normalisation).toEqual({
        nodeNm: 65,
        voltageV: 1.01,
        operations: 'W3 x A2',
        weightBits: 3,
        activationBits: 2,
      });
      expect(efficiencies.map(({ level }) => level)).toEqual(['arithmetic', 'macro', 'buffer', 'dram']);
      for (const { topsPerWatt, topsPerWatt1Bit, interval, energyPerOpFj } of efficiencies) {
        expect(topsPerWatt).toBeCloseTo(1e3 / energyPerOpFj, 9);
        expect(topsPerWatt1Bit).toBeCloseTo(6 * topsPerWatt, 9); // 3 x 2 bits
        expect(interval!.low).toBeLessThan(topsPerWatt);
        expect(interval!.high).toBeGreaterThan(topsPerWatt);
      }
      expect(energyRatio.low).toBeLessThanOrEqual(energyRatio.value);
      expect(energyRatio.high).toBeGreaterThanOrEqual(energyRatio.value);
    }
  });

  it('leaves out what a table does not price', () => {
    const unit = compareOnChip(zhu, techPreset('unit'));
    expect(unit.methods.map(({ method }) => method)).not.toContain('lookup-mac');
    expect(unit.methods[0].efficiencies.map(({ level }) => level)).toEqual(['arithmetic', 'macro', 'buffer']);
    expect(unit.methods[0].efficiencies[0].interval).toBeNull();
    // Per vector: 4,608 searched bits, 48 matches, 9 + 1 + 9, 1/3 threshold, 17.96 loaded bits; 256 operations.
    expect(unit.methods[0].efficiencies[0].energyPerOpFj).toBeCloseTo(
      ((4608 + 48 + 19 + 1 / 3 + 17.959184) / 256) * 1e3,
      3,
    );
  });

  it.each(['zhu2020', 'zhu2020-w3a3', 'lsq-w3a3'])(
    'counts as a run of %s does, for its own scheme',
    (name) => {
      const chip = chipPreset(name);
      const network = randomNetwork(3);
      const run = runOnChip({
        network,
        chip,
        tech,
        operatingPoint: { voltageV: 1.01, clockMHz: 40 },
        executor: createReferenceExecutor(network),
        images: randomImages(network, 2, 1),
        count: 2,
        labels: null,
      });
      const compared = compareOnChip(chip, tech, { run });
      const own = compared.methods.find((method) => method.own);
      expect(energyFj(own, 'macro') / ((run.total.energy.totalPj * 1e3) / (2 * run.total.macs))).toBeCloseTo(
        1,
        9,
      );
      expect(own?.opsPerCycle).toBeCloseTo(run.total.opsPerCycle, 9);
      expect(own?.gops).toBeCloseTo(run.total.gops, 9);
      const memory = run.total.dataflows.find(({ dataflow }) => dataflow === chip.dataflow.name);
      expect(compared.traffic.readBits + compared.traffic.writtenBits).toBeCloseTo(
        memory?.memoryBits ?? NaN,
        3,
      );
    },
  );

  it('refuses a run of another chip and a point that the chip lacks', () => {
    const network = randomNetwork(3);
    const run = runOnChip({
      network,
      chip: zhu,
      tech,
      operatingPoint: { voltageV: 1.01, clockMHz: 40 },
      executor: createReferenceExecutor(network),
      images: randomImages(network, 1, 1),
      count: 1,
      labels: null,
    });
    expect(() => compareOnChip(chipPreset('lsq-w3a3'), tech, { run })).toThrow(
      `run of ${network.name}: is of chip zhu2020 with scheme ordered-pairs, not of lsq-w3a3 with distinct-products [run-of-another-chip] — name the chip that the run was made on`,
    );
    expect(() => compareOnChip(zhu, tech, { point: 'nowhere' })).toThrow(
      "chip zhu2020: operating point: has none named 'nowhere' [unknown-operating-point] — use one of peak-throughput, peak-efficiency",
    );
  });
});

describe('compareChips', () => {
  const report = compareChips([zhu, kim], tech, '0.0.0');

  it('fits its schema; counting chips are compared by method, all by what they publish', () => {
    expect(comparisonSchema.parse(report)).toEqual(report);
    expect(report.chips.map(({ chip }) => chip)).toEqual(['zhu2020']);
    expect(
      report.published.map(({ chip, topsPerWatt, normalisation }) => [
        chip,
        topsPerWatt,
        normalisation.operations,
        normalisation.voltageV,
      ]),
    ).toEqual([
      ['zhu2020', 11.6, 'W3 x A2 (read so)', 1.01],
      ['kim2019', 117.3, 'W1 x A1', null],
      ['kim2019', 2.06, 'W16 x A16', null],
    ]);
  });

  it('shows the error of the second chip, whatever it is, and predicts nothing of the chip that the table was fitted to', () => {
    const [own, one, sixteen] = report.published;
    expect(own.predicted).toBeNull();
    expect(one.predicted?.residual).toBeCloseTo(-0.735, 3);
    expect(sixteen.predicted?.residual).toBeCloseTo(-0.686, 3);
  });

  it('computes nothing from published figures', () => {
    const doubled = {
      ...zhu,
      published: {
        ...zhu.published,
        peakTopsPerWatt: { ...zhu.published.peakTopsPerWatt!, value: 99 },
        peakGops: null,
        areaMm2: null,
      },
    };
    const changed = compareChips([doubled, kim], tech, '0.0.0');
    expect(changed.chips).toEqual(report.chips);
    expect(changed.published[0].topsPerWatt).toBe(99);
  });
});
