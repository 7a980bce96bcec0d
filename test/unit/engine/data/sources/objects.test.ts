import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ResolvedSource } from '../../../../../engine/data/sources/resolved-source.ts';
import { failureOf, importSource } from '../../../../kit/data/snapshots.ts';
import { farAzure } from '../../../../kit/remotes/far-azure.ts';
import type { FarEnd } from '../../../../kit/remotes/far-end.ts';
import { firstTimes } from '../../../../kit/remotes/far-end.ts';
import { farGcs, gcsToken } from '../../../../kit/remotes/far-gcs.ts';
import { farS3 } from '../../../../kit/remotes/far-s3.ts';

type Far = {
  end: FarEnd;
  settings: Record<string, unknown>;
  put(key: string, text: string): void;
  /** Settings that it refuses, or the answer that it gives to them. */
  wrong: { settings: Record<string, unknown>; fault: FarEnd['fault'] };
};

/** Pages of lists as the real ones have them. */
const PAGE = 1000;
const refused = {
  status: 403,
  body: '<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message></Error>',
};

const stores: Record<string, () => Promise<Far>> = {
  async s3() {
    const end = await farS3();
    const settings = {
      bucket: 'models',
      accessKeyId: 'key',
      secretAccessKey: 'secret-4711',
      endpoint: end.origin,
    };
    return {
      end,
      settings,
      put(key, text) {
        const bytes = Buffer.from(text);
        end.objects.set(key, { bytes, etag: `"${digestOf(text)}"`, sha256: undefined });
      },
      wrong: { settings, fault: () => refused },
    };
  },
  async gcs() {
    const end = Object.assign(await farGcs(), { pageSize: PAGE });
    const settings = { bucket: 'models', accessToken: gcsToken, endpoint: end.origin };
    let generation = 1;
    return {
      end,
      settings,
      put(key, text) {
        generation += 1;
        end.objects.set(key, { bytes: Buffer.from(text), generation, metadata: undefined });
      },
      wrong: { settings: { ...settings, accessToken: 'secret-4711' }, fault: null },
    };
  },
  async 'azure-blob'() {
    const end = Object.assign(await farAzure(), { pageSize: PAGE });
    const settings = {
      account: 'team',
      container: 'models',
      sas: 'sv=1&sig=secret-4711',
      endpoint: end.origin,
    };
    return {
      end,
      settings,
      put(key, text) {
        end.blobs.set(key, { bytes: Buffer.from(text), etag: `"0x${digestOf(text)}"`, sha256: undefined });
      },
      wrong: { settings: { ...settings, sas: 'sv=secret-4711' }, fault: null },
    };
  },
};

function digestOf(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

describe.each(Object.keys(stores))('objects of a bucket of %s', (storeKind) => {
  const open = async (): Promise<Far> => {
    const far = await stores[storeKind]?.();
    if (far === undefined) throw new Error('no such store');
    return far;
  };
  const source = (settings: Far['settings'], what: { key?: string; prefix?: string }): ResolvedSource => ({
    kind: 'object',
    name: 'far',
    hidden: ['secret-4711'],
    storeKind,
    settings,
    key: what.key ?? null,
    prefix: what.prefix ?? null,
  });

  it('are one table below a prefix, in the order of their keys', async () => {
    const { put, settings } = await open();
    put('in/2024/b.csv', 'a,b\n3,z\n');
    put('in/2024/a & "c".csv', 'a,b\n1,x\n2,y\n');
    put('in/2024/_SUCCESS', 'x');
    put('other.csv', 'q\n1\n');
    const { cells } = await importSource(source(settings, { prefix: 'in/' }), { fileColumn: true });
    expect(cells).toEqual([
      [1, 'x', 'in/2024/a & "c".csv'],
      [2, 'y', 'in/2024/a & "c".csv'],
      [3, 'z', 'in/2024/b.csv'],
    ]);
    expect((await importSource(source(settings, { key: 'other.csv' }))).cells).toEqual([[1]]);
    const none = await failureOf(importSource(source(settings, { key: 'none.csv' })));
    expect(none.code).toBe('datasets/source-not-found');
  });

  it('are listed page by page, and those that a pattern names are fetched', async () => {
    const { put, settings, end } = await open();
    for (let i = 0; i < PAGE + 5; i++) put(`in/part-${String(i).padStart(4, '0')}.log`, 'x');
    for (const name of ['in/z-1.csv', 'in/z-2.csv', 'in/deep/z-3.csv', 'in/z-4.csv.old']) put(name, 'a\n1\n');
    expect((await importSource(source(settings, { prefix: 'in/z-*.csv' }))).rows).toBe(2);
    const lists = end.requests.filter(({ url }) => url.searchParams.get('prefix') === 'in/z-');
    expect(lists).toHaveLength(1);
    expect((await importSource(source(settings, { prefix: 'in/**.csv' }))).rows).toBe(3);
    const pages = end.requests.filter(({ url }) => url.searchParams.get('prefix') === 'in/');
    expect(pages).toHaveLength(2);
  });

  it('of several kinds are refused, with the way out', async () => {
    const { put, settings } = await open();
    put('in/a.csv', 'a\n1\n');
    put('in/b.json', '[{"a":1}]');
    const { message } = await failureOf(importSource(source(settings, { prefix: 'in/' })));
    expect(message).toContain('several kinds of files: 1 csv, 1 json');
  });

  it('come in pieces after a far end that was not ready for a moment', async () => {
    const { put, settings, end } = await open();
    const line = `${'x'.repeat(99_999)}\n`;
    put('big.csv', `a\n${line.repeat(170)}`);
    const busy = { status: 503, headers: { 'retry-after': '0' } };
    end.fault = firstTimes(2, ({ headers }) => (headers.range ?? headers['x-ms-range']) !== undefined, busy);
    expect((await importSource(source(settings, { key: 'big.csv' }))).rows).toBe(170);
    const pieces = end.requests.map(({ headers }) => String(headers.range ?? headers['x-ms-range'] ?? ''));
    const second = 16 * 1024 ** 2;
    expect(pieces.filter((range) => range.startsWith('bytes=0-')).length).toBeGreaterThanOrEqual(1);
    expect(pieces).toContain(`bytes=${second}-${2 + 170 * 100_000 - 1}`);
  });

  it('that are replaced while they are fetched are refused', async () => {
    const { put, settings, end } = await open();
    for (const replaced of ['a\n9\n', `a\n9${' '.repeat(9)}\n`]) {
      put('in/a.csv', 'a\n1\n');
      end.fault = ({ headers }) => {
        if ((headers.range ?? headers['x-ms-range']) !== undefined) put('in/a.csv', replaced);
        return null;
      };
      for (const what of [{ key: 'in/a.csv' }, { prefix: 'in/' }]) {
        put('in/a.csv', 'a\n1\n');
        const { code, message } = await failureOf(importSource(source(settings, what)));
        expect([code, message]).toEqual([
          'sources/refused',
          expect.stringContaining('changed by somebody else'),
        ]);
      }
    }
  });

  it('are refused with the reason where the credentials are wrong, without them', async () => {
    const { put, end, wrong } = await open();
    put('a.csv', 'a\n1\n');
    end.fault = wrong.fault;
    const { code, message } = await failureOf(importSource(source(wrong.settings, { prefix: 'a' })));
    expect(code).toBe('sources/unauthorized');
    expect(message).not.toContain('secret-4711');
  });
});
