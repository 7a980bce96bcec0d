import { describe, expect, it } from 'vitest';
import { api, type Endpoint } from '../../../../local-api/contract/index.ts';
import { byPrecedence, expressPath, pathMatcher } from '../../../../local-api/routes/path-template.ts';

const artifact = '/api/v1/runs/{runId}/artifacts/{path+}';

describe('expressPath', () => {
  it('writes params and the rest of a path as Express does', () => {
    expect(expressPath(artifact)).toBe('/api/v1/runs/:runId/artifacts/*path');
  });
});

describe('pathMatcher', () => {
  it('takes one segment for a param and any number for a rest', () => {
    const matches = pathMatcher(artifact);
    expect(matches('/api/v1/runs/a/artifacts/b')).toBe(true);
    expect(matches('/api/v1/runs/a/artifacts/b/c/d.txt')).toBe(true);
    expect(matches('/api/v1/runs/a/b/artifacts/c')).toBe(false);
    expect(matches('/api/v1/runs/a/artifacts/')).toBe(false);
  });

  it('takes a dot for a dot', () => {
    expect(pathMatcher('/a/model.onnx')('/a/modelxonnx')).toBe(false);
  });
});

describe('byPrecedence', () => {
  it('puts fixed names before params and params before a rest', () => {
    const paths = ['/runs/{runId}/a', '/runs/{path+}', '/runs/{runId}', '/runs/count', '/runs'];
    expect(paths.toSorted(byPrecedence)).toEqual([
      '/runs/count',
      '/runs/{runId}/a',
      '/runs/{runId}',
      '/runs/{path+}',
      '/runs',
    ]);
  });
});

describe('the contract', () => {
  it('has no two endpoints with one method and path, and no id twice', () => {
    const endpoints: Endpoint[] = Object.values(api).flatMap((group) => Object.values(group));
    const addresses = endpoints.map(({ method, path }) => `${method} ${path.replace(/\{\w+/g, '{')}`);
    expect(new Set(addresses).size).toBe(addresses.length);
    expect(new Set(endpoints.map(({ id }) => id)).size).toBe(endpoints.length);
  });

  it('declares a schema for exactly the params of each path', () => {
    for (const endpoint of Object.values(api).flatMap((group): Endpoint[] => Object.values(group))) {
      const inPath = [...endpoint.path.matchAll(/\{(\w+)\+?\}/g)].map((match) => match[1]);
      expect(Object.keys(endpoint.params?.shape ?? {}).toSorted(), endpoint.id).toEqual(inPath.toSorted());
    }
  });
});
