import { describe, expect, it } from 'vitest';
import { spread, toCommonBins } from '../../../../../../renderer/features/runs/objects/histogram-bins.ts';

describe('histograms over common bins', () => {
  it('keep their mass, whatever their own edges are', () => {
    const { min, max, shares } = toCommonBins(
      [{ edges: [0, 1, 4], counts: [1, 3] }, { edges: [-4, 4], counts: [8] }, null],
      8,
    );
    expect([min, max]).toEqual([-4, 4]);
    expect(shares[0]).toEqual([0, 0, 0, 0, 0.25, 0.25, 0.25, 0.25]);
    expect(shares[1]).toEqual(new Array(8).fill(1 / 8));
    expect(shares[2]).toEqual(new Array(8).fill(0));
  });

  it('put a bin without width into one place', () => {
    const { shares } = toCommonBins([{ edges: [0, 0, 2], counts: [1, 1] }], 2);
    expect(shares[0]).toEqual([0.75, 0.25]);
  });

  it('are empty for no histograms', () => {
    expect(toCommonBins([null], 4)).toEqual({ min: 0, max: 0, most: 1, shares: [[]] });
  });
});

describe('spread', () => {
  it('takes the first and the last and as many between as fit', () => {
    expect(spread(3, 10)).toEqual([0, 1, 2]);
    expect(spread(101, 3)).toEqual([0, 50, 100]);
  });
});
