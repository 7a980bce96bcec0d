import { describe, expect, it } from 'vitest';
import { planDrift } from '../../../../engine/monitoring/drift-plan.ts';
import { type Column, DriftRequest, type DriftRequestInput } from '../../../../local-api/contract/index.ts';

const columns = (...names: string[]): Column[] =>
  names.map((text) => {
    const [name = '', type = ''] = text.split(':');
    return { name, type: type as Column['type'], nullable: false };
  });
const request = (more: Partial<DriftRequestInput> = {}) =>
  DriftRequest.parse({ referenceVersionId: 'a', currentVersionId: 'b', ...more });

const reference = columns(
  'at:datetime',
  'n:integer',
  'x:float',
  's:string',
  'b:boolean',
  'only:string',
  'turned:string',
);
const current = columns(
  'n:float',
  'x:float',
  's:string',
  'b:boolean',
  'at:datetime',
  'new:float',
  'turned:integer',
);

describe('planDrift', () => {
  it('compares what both versions have and says why not of the rest', () => {
    const plan = planDrift(reference, current, request());
    expect(plan.columns.map(({ name, type, kind }) => [name, type, kind])).toEqual([
      ['n', 'float', 'number'],
      ['x', 'float', 'number'],
      ['s', 'string', 'category'],
      ['b', 'boolean', 'category'],
    ]);
    expect(plan.skipped).toEqual([
      { name: 'at', reason: 'time moves by nature; name the column to compare it all the same' },
      { name: 'only', reason: 'only in the reference' },
      { name: 'turned', reason: 'string in the reference, integer in the current data' },
      { name: 'new', reason: 'only in the current data' },
    ]);
  });

  it('compares only the columns asked for, times too', () => {
    const plan = planDrift(reference, current, request({ columns: ['at', 'x'] }));
    expect(plan.columns.map((column) => column.name)).toEqual(['at', 'x']);
    expect(plan.skipped).toEqual([]);
  });

  it('lists every fault of a request', () => {
    const faulty = request({
      columns: ['x', 'nope'],
      methods: { s: 'ks', x: 'chi2', 'a/b': 'psi' },
      thresholds: { nope: 0.1 },
      columnThresholds: { gone: 1 },
    });
    expect(() => planDrift(reference, current, faulty)).toThrowError(
      expect.objectContaining({
        code: 'request/invalid',
        problems: [
          { path: '/columns/1', message: 'Neither version has a column "nope"' },
          {
            path: '/methods/s',
            message: 'The method ks does not fit the string column "s"',
            expected: expect.stringMatching(/^psi, kl, .*chi2.*, fisher$/),
          },
          {
            path: '/methods/x',
            message: 'The method chi2 does not fit the float column "x"',
            expected: expect.stringMatching(/^ks, .*wasserstein.*, nannyml-hellinger$/),
          },
          { path: '/methods/a~1b', message: 'Neither version has a column "a/b"' },
          { path: '/columnThresholds/gone', message: 'Neither version has a column "gone"' },
          {
            path: '/thresholds/nope',
            message: 'There is no method "nope"',
            expected: expect.stringMatching(/^ks, .*, embedding-mmd$/),
          },
        ],
      }),
    );
  });

  it('refuses versions without a common column', () => {
    expect(() => planDrift(columns('a:float'), columns('b:float'), request())).toThrowError(
      expect.objectContaining({ code: 'drift-reports/no-common-columns' }),
    );
  });
});
