import { expect, test } from 'vitest';
import { gitKind } from '../../../../../engine/remotes/git/git-kind.ts';
import { linkOf } from '../../../../../engine/remotes/git/layout.ts';
import {
  aliasTags,
  readRefs,
  slugOf,
  versionTags,
  wantedTag,
} from '../../../../../engine/remotes/git/tags.ts';

const refs = readRefs(
  [
    'aaa\trefs/heads/main',
    't1\trefs/tags/late@v1.9.0',
    'c1\trefs/tags/late@v1.9.0^{}',
    't2\trefs/tags/late@v1.10.0',
    'c2\trefs/tags/late@v1.10.0^{}',
    't3\trefs/tags/late@v1.10.0+2',
    'c3\trefs/tags/late@v1.10.0+2^{}',
    'c9\trefs/tags/late@v2.0.0-rc.1',
    'c9\trefs/tags/later@v9.0.0',
    'c1\trefs/tags/late#champion#9',
    't4\trefs/tags/late#champion#10',
    'c3\trefs/tags/late#champion#10^{}',
  ].join('\n'),
);

test('the commit of an annotated tag stands behind it', () => {
  expect(refs.get('refs/tags/late@v1.10.0')).toEqual({ object: 't2', commit: 'c2' });
  expect(refs.get('refs/tags/late#champion#9')).toEqual({ object: 'c1', commit: 'c1' });
});

test('the highest revision of a version counts, and of no other model', () => {
  expect([...versionTags(refs, 'late').values()].map(({ name }) => name)).toEqual([
    'late@v1.9.0',
    'late@v1.10.0+2',
  ]);
});

test('the alias with the highest number counts, as a number', () => {
  expect(aliasTags(refs, 'late')).toEqual({ commits: new Map([['champion', 'c3']]), next: 11 });
});

test.each([
  [{ alias: null, version: null }, 'late@v1.10.0+2'],
  [{ alias: null, version: '1.9.0' }, 'late@v1.9.0'],
  [{ alias: 'champion', version: null }, 'late@v1.10.0+2'],
  [{ alias: 'nobody', version: null }, undefined],
  [{ alias: null, version: '3.0.0' }, undefined],
])('%o is %s', (wanted, name) => {
  expect(wantedTag(refs, 'late', wanted)?.name).toBe(name);
});

test.each([
  ['Late flights', 'late-flights'],
  ['Été (β) 100% + 1', 'ete-100-1'],
  ['2nd', 'model-2nd'],
  ['β', 'model'],
])('the model %s is named %s', (model, slug) => {
  expect(slugOf(model)).toBe(slug);
});

test.each([
  ['https://github.com/team/models.git', 'https://github.com/team/models/tree/a%40v1.0.0%2B2'],
  ['git@gitlab.com:team/models.git', 'https://gitlab.com/team/models/-/tree/a%40v1.0.0%2B2'],
  ['https://git.example.com/team/models.git', null],
])('%s shows a tag at %s', (url, link) => {
  expect(linkOf(gitKind.configSchema.parse({ url }) as Parameters<typeof linkOf>[0], 'a@v1.0.0+2')).toBe(
    link,
  );
});
