import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compareVectors } from '../../../../../engine/monitoring/embeddings/compare-vectors.ts';
import { columnGroups } from '../../../../../engine/monitoring/embeddings/find-vectors.ts';
import { kernelTest } from '../../../../../engine/monitoring/embeddings/maximum-mean-discrepancy.ts';
import { readColumnGroup } from '../../../../../engine/monitoring/embeddings/read-vectors.ts';
import { tellVectorsApart } from '../../../../../engine/monitoring/embeddings/tell-vectors-apart.ts';
import type { Vectors } from '../../../../../engine/monitoring/embeddings/vectors.ts';
import { seededRandom } from '../../../../../engine/statistics/index.ts';
import { frameOf } from '../../../../kit/drift-frames.ts';
import { normals, uniforms } from '../statistics/golden-windows.ts';

const golden: Record<string, number> = JSON.parse(
  readFileSync(new URL('../../../../fixtures/drift/embeddings.json', import.meta.url), 'utf8'),
);

function cloud(rows: number, width: number, draw: (component: number) => number): Vectors {
  return { rows, width, values: Float64Array.from({ length: rows * width }, (_, i) => draw(i % width)) };
}

/** The vectors of make-embeddings.py. */
function goldenClouds(): { reference: Vectors; current: Vectors } {
  const normal = normals(uniforms(13));
  const vectors = (rows: number, shift: number, scale: number) =>
    cloud(rows, 8, (component) => scale * normal() + (component % 3 === 0 ? shift : 0.1));
  return { reference: vectors(400, 0, 1), current: vectors(300, 0.4, 1.1) };
}

describe('the drift of embeddings', () => {
  it('has the scores of Evidently', () => {
    const { reference, current } = goldenClouds();
    const { results } = compareVectors(reference, current, 0);
    for (const { method, score } of results) {
      // Cross-fitting and averaging find more than Evidently's single split and its last step.
      if (method === 'embedding-classifier') expect(score).toBeGreaterThan(golden[method] ?? 1);
      else expect(score, method).toBeCloseTo(golden[method] ?? Number.NaN, 12);
    }
    expect(results).toHaveLength(7);
  });

  it('is found by the kernel where a linear model is blind: the cloud has only grown', () => {
    const random = seededRandom(3, 'growing cloud');
    const x = cloud(300, 16, () => random.normal());
    const y = cloud(300, 16, () => 1.2 * random.normal());
    expect(tellVectorsApart(x, y, 0).area.auc).toBeLessThan(0.55);
    const { pValue, area } = kernelTest(x, y, { seed: 0, permutations: 199 });
    expect(pValue).toBe(1 / 200);
    expect(area.auc).toBeGreaterThan(0.65);
  });

  it('alarms on at most one of twenty pairs of one law, of many components and few rows too', () => {
    const random = seededRandom(4, 'equal clouds');
    const draws = 60;
    let alarms = 0;
    for (let seed = 0; seed < draws; seed++) {
      const draw = () => cloud(60, 48, () => random.normal());
      const [x, y] = [draw(), draw()];
      const least = Math.min(
        tellVectorsApart(x, y, seed).area.pValue,
        kernelTest(x, y, { seed, permutations: 99 }).pValue,
      );
      if (2 * least <= 0.05) alarms += 1;
    }
    // 3 are expected; 8 and more come up in less than one of a hundred such tests.
    expect(alarms).toBeLessThan(8);
  });

  it('gives the same answer for the same seed', () => {
    const { reference, current } = goldenClouds();
    expect(compareVectors(reference, current, 5)).toEqual(compareVectors(reference, current, 5));
  });

  it('finds nothing between vectors that are all the same', () => {
    const same = cloud(40, 4, () => 2);
    const { results, apart, kernel } = compareVectors(same, same, 0);
    expect(apart.auc).toBe(0.5);
    expect(kernel.pValue).toBe(1);
    expect(results.every(({ score }) => Number.isFinite(score))).toBe(true);
  });
});

describe('columns numbered one after the other', () => {
  const number = (name: string) => ({ name, kind: 'number' as const });

  it('are an embedding when they count on without a gap, in whatever order they stand', () => {
    expect(
      columnGroups(['emb_1', 'emb_0', 'emb_2', 'age', 'x1', 'x2', 'y1', 'y3', 'y9'].map(number)),
    ).toEqual([{ name: 'emb', columns: ['emb_0', 'emb_1', 'emb_2'] }]);
    expect(columnGroups(['t0', 't1', 't2'].map((name) => ({ name, kind: 'category' as const })))).toEqual([]);
  });

  it('leave out rows that lack a number, and say how many', () => {
    const frame = frameOf({ a0: [1, 2, Number.NaN, 4], a1: [5, 6, 7, Number.NaN], a2: [9, 10, 11, 12] });
    const { vectors, missing } = readColumnGroup(frame, ['a0', 'a1', 'a2']);
    expect(missing).toBe(0.5);
    expect([...vectors.values]).toEqual([1, 5, 9, 2, 6, 10]);
  });
});
