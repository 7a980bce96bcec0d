import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AssayError } from '../../../../engine/errors.ts';
import { api, ImportRequest, type Problem } from '../../../../local-api/contract/index.ts';
import { validate } from '../../../../local-api/routes/validate.ts';

const nothing = { params: {}, query: new URLSearchParams(), body: undefined };

function problemsOf(run: () => unknown): readonly Problem[] {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof AssayError) {
      expect(thrown.code).toBe('request/invalid');
      return thrown.problems ?? [];
    }
    throw thrown;
  }
  throw new Error('It was accepted.');
}

describe('validate', () => {
  it('fills in defaults and turns query texts into their types', () => {
    const { query } = validate(api.datasets.rows, {
      ...nothing,
      params: { versionId: 'dsv_1' },
      query: new URLSearchParams('limit=7'),
    });
    expect(query).toEqual({ offset: 0, limit: 7 });
  });

  it('reports the faults of params, query and body together', () => {
    const schemas = {
      params: z.object({ id: z.string().min(5) }),
      query: z.object({ limit: z.coerce.number().int().min(1) }),
      body: z.object({ name: z.string(), size: z.int() }),
    };
    const problems = problemsOf(() =>
      validate(schemas, {
        params: { id: 'a' },
        query: new URLSearchParams('limit=0'),
        body: { size: 'big' },
      }),
    );
    expect(problems).toEqual([
      { path: 'id', message: 'must have at least 5 characters' },
      { path: 'limit', message: 'must be at least 1' },
      { path: '/name', message: 'is missing', expected: 'string' },
      { path: '/size', message: 'must be a number', expected: 'number' },
    ]);
  });

  it('names a misspelt query parameter and the one that was meant', () => {
    const problems = problemsOf(() =>
      validate(api.runs.list, { ...nothing, query: new URLSearchParams('fitler=a') }),
    );
    expect(problems).toEqual([
      { path: 'fitler', message: 'is not a field of this request', expected: 'did you mean filter?' },
    ]);
  });

  it('names a misspelt field beside other faults', () => {
    const problems = problemsOf(() => validate(api.experiments.create, { ...nothing, body: { nam: 'x' } }));
    expect(problems.map(({ path }) => path)).toEqual(['/name', '/nam']);
  });

  it('finds misspelt fields deep inside', () => {
    const body = {
      recipe: {
        task: 'classification',
        dataset: 'dsv_1',
        target: { column: 'late' },
        trainer: { kind: 'gbdt', tress: 10 },
      },
    };
    const [problem] = problemsOf(() => validate(api.training.start, { ...nothing, body }));
    expect(problem?.path).toBe('/recipe/trainer/tress');
  });

  it('escapes pointer characters in names', () => {
    const schema = { body: z.object({ tags: z.record(z.string(), z.string()) }) };
    const [problem] = problemsOf(() => validate(schema, { ...nothing, body: { tags: { 'a/b~c': 1 } } }));
    expect(problem?.path).toBe('/tags/a~1b~0c');
  });

  it('tells the possible kinds of a variant', () => {
    const body = { dataset: 'x', source: { kind: 'smple' } };
    const problems = problemsOf(() => validate(api.datasets.import, { ...nothing, body }));
    const kinds = ImportRequest.shape.source.options.map((option) => `"${option.shape.kind.value}"`);
    const expected = kinds.join(' or ');
    expect(expected).toContain('"path" or ');
    expect(problems).toEqual([{ path: '/source/kind', message: `must be ${expected}`, expected }]);
  });

  it('reports the branch of a union that was nearly met', () => {
    const schema = { body: z.object({ target: z.union([z.object({ column: z.string() }), z.string()]) }) };
    const [problem] = problemsOf(() => validate(schema, { ...nothing, body: { target: { column: 3 } } }));
    expect(problem).toEqual({ path: '/target/column', message: 'must be a string', expected: 'string' });
  });

  it('refuses a query parameter that comes twice', () => {
    const problems = problemsOf(() =>
      validate(api.runs.list, { ...nothing, query: new URLSearchParams('filter=a&filter=b') }),
    );
    expect(problems[0]?.path).toBe('filter');
  });

  it('does not let a body reach the prototype of anything', () => {
    const body: unknown = JSON.parse('{"name":"x","__proto__":{"admin":true},"tags":{"__proto__":"y"}}');
    const problems = problemsOf(() => validate(api.experiments.create, { ...nothing, body }));
    expect(problems.map(({ path }) => path)).toContain('/__proto__');
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
  });

  it('accepts every example of the contract', () => {
    for (const endpoints of Object.values(api)) {
      for (const endpoint of Object.values(endpoints)) {
        if (!('example' in endpoint)) continue;
        const example: { params?: Record<string, string>; query?: Record<string, string>; body?: unknown } =
          endpoint.example;
        const raw = {
          params: example.params ?? {},
          query: new URLSearchParams(example.query),
          body: example.body ?? {},
        };
        expect(() => validate(endpoint, raw), endpoint.id).not.toThrow();
      }
    }
  });
});
