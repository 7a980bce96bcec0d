import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { registryOrigin, repositoryName } from '../../../../../engine/remotes/oci/names.ts';
import { challengesOf } from '../../../../../engine/remotes/oci/registry-auth.ts';

describe('names of models in repositories', () => {
  test.each([
    ['Late flights', 'late-flights'],
    ['délai_v2.1', 'delai_v2.1'],
    ['a__b---c', 'a__b---c'],
    ['-x-', 'x'],
  ])('%s becomes %s', (model, repository) => {
    expect(repositoryName(model)).toBe(repository);
  });

  test('are components as the specification wants them, whatever the name', () => {
    const unit = fc.constantFrom('a', 'Z', '9', '.', '_', '-', ' ', '@', 'é', '\u0301', '飛', '😀');
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit }), (model) => {
        expect(repositoryName(model)).toMatch(/^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/);
      }),
    );
  });
});

test.each([
  ['ghcr.io', 'https://ghcr.io'],
  ['localhost:5000', 'http://localhost:5000'],
  ['http://registry.example.com', 'http://registry.example.com'],
  ['docker.io', 'https://registry-1.docker.io'],
])('the registry %s is at %s', (registry, origin) => {
  expect(registryOrigin(registry)?.origin).toBe(origin);
});

test('addresses with a path or a user are no registries', () => {
  expect(registryOrigin('ghcr.io/team')).toBeNull();
  expect(registryOrigin('https://ada:secret@ghcr.io')).toBeNull();
});

describe('challenges', () => {
  test('are read with their quoted parameters', () => {
    const header = 'Bearer realm="https://a/token",service="reg",scope="repository:x:pull,push"';
    expect(challengesOf(header)).toEqual([
      {
        scheme: 'bearer',
        params: { realm: 'https://a/token', service: 'reg', scope: 'repository:x:pull,push' },
      },
    ]);
  });

  test('are told apart where several stand in one header', () => {
    expect(challengesOf('Basic realm="a b, c", Bearer realm=https://t').map(({ scheme }) => scheme)).toEqual([
      'basic',
      'bearer',
    ]);
  });
});
