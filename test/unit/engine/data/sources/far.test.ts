import { describe, expect, it } from 'vitest';
import type { ResolvedSource } from '../../../../../engine/data/sources/resolved-source.ts';
import { failureOf, importSource } from '../../../../kit/data/snapshots.ts';
import { type FarRequest, farEnd, firstTimes } from '../../../../kit/remotes/far-end.ts';

type HttpSource = Extract<ResolvedSource, { kind: 'http' }>;

const json = (body: unknown, headers: Record<string, string> = {}) => ({
  status: 200,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});
const http = (url: string, more: Partial<HttpSource> = {}): ResolvedSource => ({
  kind: 'http',
  name: 'far',
  hidden: [],
  url,
  settings: {},
  records: null,
  ...more,
});
const records = (paging: NonNullable<HttpSource['records']>['paging'], at = 'items') => ({
  at,
  paging,
  most: null,
});

/** Seven records, three a page. */
const all = Array.from({ length: 7 }, (_, i) => ({ id: i, name: `n${i}` }));

describe('an address', () => {
  it('gives a file, whatever its name says, after what passes was waited out', async () => {
    const far = await farEnd(() => ({ status: 200, body: 'a,b\n1,x\n' }));
    far.fault = firstTimes(1, () => true, { status: 503, headers: { 'retry-after': '0' } });
    const { cells } = await importSource(http(`${far.origin}/download?id=7`));
    expect(cells).toEqual([[1, 'x']]);
    expect(far.seen).toHaveLength(2);
  });

  it('gives credentials to its own host alone when it sends on', async () => {
    const elsewhere = await farEnd(() => ({ status: 200, body: 'a\n1\n' }));
    const far = await farEnd(() => ({ status: 302, headers: { location: `${elsewhere.origin}/file.csv` } }));
    const settings = {
      address: far.origin,
      token: 'token-4711',
      parameter: 'key',
      parameterValue: 'value-4711',
    };
    const { cells } = await importSource(
      http(`${far.origin}/rows`, { settings, hidden: ['token-4711', 'value-4711'] }),
    );
    expect(cells).toEqual([[1]]);
    const [asked] = far.requests;
    expect(asked?.headers.authorization).toBe('Bearer token-4711');
    expect(asked?.url.searchParams.get('key')).toBe('value-4711');
    const [other] = elsewhere.requests;
    expect(other?.headers.authorization).toBeUndefined();
    expect(other?.url.search).toBe('');
  });

  it('may hold a % that stands for itself', async () => {
    const far = await farEnd(() => ({ status: 200, body: 'a\n1\n' }));
    const { cells } = await importSource(http(`${far.origin}/up-100%.csv`));
    expect(cells).toEqual([[1]]);
  });

  it.each(['file:///etc/passwd', 'http://[no-host', 'javascript:1'])(
    'is not left for %s',
    async (location) => {
      const far = await farEnd(({ url }) =>
        url.pathname === '/next'
          ? { ...json([{ a: 1 }]), headers: { link: `<${location}>; rel="next"` } }
          : { status: 302, headers: { location } },
      );
      for (const source of [
        http(`${far.origin}/file`),
        http(`${far.origin}/list`, { records: records(null, '') }),
        http(`${far.origin}/next`, { records: records({ by: 'link' }, '') }),
      ]) {
        const { code, message } = await failureOf(importSource(source));
        expect(code).toBe('sources/refused');
        expect(message).toContain(location);
      }
    },
  );

  it('says that it refuses the credentials, without them', async () => {
    const far = await farEnd(() => ({ status: 401, body: 'token-4711 is wrong' }));
    const settings = { address: far.origin, token: 'token-4711' };
    const { code, message } = await failureOf(
      importSource(http(`${far.origin}/x`, { settings, hidden: ['token-4711'] })),
    );
    expect(code).toBe('sources/unauthorized');
    expect(message).not.toContain('token-4711');
  });
});

describe('records in pages', () => {
  const page = (start: number, size: number) => all.slice(start, start + size);
  const numberOf = ({ url }: FarRequest, name: string) => Number(url.searchParams.get(name));

  it('come by number until a page is empty', async () => {
    const far = await farEnd((request) => json({ items: page((numberOf(request, 'page') - 1) * 3, 3) }));
    const { cells, header } = await importSource(
      http(`${far.origin}/rows`, { records: records({ by: 'page', parameter: 'page', first: 1 }) }),
    );
    expect(header).toEqual(['id:integer', 'name:string']);
    expect(cells).toHaveLength(7);
    expect(far.seen).toHaveLength(4);
  });

  it('come by offset until a page is not full', async () => {
    const far = await farEnd((request) =>
      json({ items: page(numberOf(request, 'offset'), numberOf(request, 'limit')) }),
    );
    const paging = { by: 'offset', parameter: 'offset', sizeParameter: 'limit', size: 3 } as const;
    const { cells } = await importSource(http(`${far.origin}/rows?kind=a`, { records: records(paging) }));
    expect(cells.map(([id]) => id)).toEqual(all.map(({ id }) => id));
    expect(far.requests.every(({ url }) => url.searchParams.get('kind') === 'a')).toBe(true);
  });

  it('come by cursor, by address in the answer and by Link header', async () => {
    const start = (request: FarRequest) => numberOf(request, 'cursor');
    const next = (request: FarRequest) => (start(request) + 3 < 7 ? start(request) + 3 : null);
    const far = await farEnd((request) => {
      const items = page(start(request), 3);
      const following = next(request);
      const path = following === null ? null : `${request.url.pathname}?cursor=${following}`;
      if (request.url.pathname === '/link')
        return json(items, path === null ? {} : { link: `<${path}>; rel="next", <x>; rel="last"` });
      return json({ data: { items }, next: request.url.pathname === '/address' ? path : following });
    });
    const cursor = { by: 'cursor', parameter: 'cursor', at: 'next' } as const;
    for (const path of ['/cursor', '/address']) {
      const { rows } = await importSource(
        http(far.origin + path, { records: records(cursor, 'data.items') }),
      );
      expect(rows).toBe(7);
    }
    const { rows } = await importSource(http(`${far.origin}/link`, { records: records({ by: 'link' }, '') }));
    expect(rows).toBe(7);
  });

  it('end where pages repeat, and say where lists are when there is none', async () => {
    const far = await farEnd(() => json({ items: page(0, 3) }));
    const paging = { by: 'page', parameter: 'p', first: 0 } as const;
    const { rows, warnings } = await importSource(http(`${far.origin}/same`, { records: records(paging) }));
    expect(rows).toBe(3);
    expect(warnings[0]).toContain('is the same as the one before');
    const { message } = await failureOf(
      importSource(http(`${far.origin}/same`, { records: records(null, 'rows') })),
    );
    expect(message).toContain('lists are at "items"');
  });
});
