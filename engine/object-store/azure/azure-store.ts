import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AssayError } from '../../errors.ts';
import type { HttpAnswer, HttpRequest, RemoteContext } from '../../http/index.ts';
import type { ObjectStore, OpenStore, PutOptions } from '../object-store.ts';
import { xmlParts, xmlText, xmlTexts } from '../xml.ts';
import type { AzureLocation } from './azure-location.ts';
import { sharedKey } from './shared-key.ts';

const apiVersion = '2021-12-02';
const digestHeader = 'x-ms-meta-sha256';
/** Answers whose code is in a header. */
const told = [400, 403, 404, 409, 412];
const missing = 'BlobNotFound';
const maxBlocks = 50_000;
const Begun = z.object({ blockBytes: z.int().min(1), done: z.int().min(0) });

type BlobRequest = Omit<HttpRequest, 'url' | 'expect'> & {
  /** The container where it is left out. */
  key?: string;
  query?: Readonly<Record<string, string>>;
  /** Error codes that are answers. */
  accept?: readonly string[];
};
type Send = (request: BlobRequest) => Promise<HttpAnswer>;

/** Block blobs, signed with the key of the account or by a shared access signature. */
export function azureStore(config: AzureLocation): OpenStore {
  if (config.accountKey === undefined && config.sas === undefined)
    throw new AssayError('targets/bad-config', 'Give the account key or a SAS token.', {
      problems: [{ path: '/secrets/accountKey', message: 'this or "sas" is needed' }],
    });
  return (context) => openStore(config, context);
}

function openStore(config: AzureLocation, { http, nowMs }: RemoteContext): ObjectStore {
  const { account, accountKey, container, sas } = config;
  const base = `${(config.endpoint ?? `https://${account}.blob.core.windows.net`).replace(/\/+$/, '')}/${container}`;
  const address = (key: string) => `${base}/${key}`;

  const send: Send = async ({ key, query = {}, accept = [], ...request }) => {
    const path = key === undefined ? '' : `/${key.split('/').map(encodeURIComponent).join('/')}`;
    const url = new URL(`${base}${path}`);
    // Percent signs alone: a plus stands for itself at some services.
    url.search = Object.entries(query)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join('&');
    const body = typeof request.body === 'string' ? Buffer.from(request.body, 'utf8') : request.body;
    const headers: Record<string, string> = {
      ...request.headers,
      'x-ms-version': apiVersion,
      'x-ms-date': new Date(nowMs()).toUTCString(),
    };
    if (accountKey !== undefined) {
      const signed = { method: request.method, url, headers, length: body?.byteLength ?? 0 };
      headers.authorization = sharedKey(signed, account, accountKey);
    } else {
      url.search = [url.search.slice(1), sas?.replace(/^\?/, '')].filter(Boolean).join('&');
    }
    const answer = await http.request({
      ...request,
      url,
      headers,
      expect: told,
      ...(body === undefined ? {} : { body }),
    });
    if (answer.status < 300) return answer;
    const code = answer.headers['x-ms-error-code'] ?? xmlText(answer.text(), 'Code') ?? String(answer.status);
    if (accept.includes(code)) return answer;
    throw failureOf(answer, code, config, key === undefined ? base : address(key));
  };

  const head: ObjectStore['head'] = async (key) => {
    const answer = await send({ method: 'HEAD', key, accept: [missing, '404'] });
    if (answer.status === 404) return null;
    return {
      sizeBytes: Number(answer.headers['content-length'] ?? 0),
      digest: answer.headers[digestHeader] ?? null,
      state: answer.headers.etag ?? '',
    };
  };

  return {
    address,
    head,
    async get(key, maxBytes) {
      const answer = await send({
        method: 'GET',
        key,
        accept: [missing],
        // Errors have a body, too.
        maxAnswerBytes: Math.max(maxBytes, 64 * 1024),
      });
      return answer.status === 404 ? null : { bytes: answer.body, state: answer.headers.etag ?? '' };
    },
    async put(key, bytes, options) {
      try {
        const blockBytes = Math.max(
          Math.round(config.partMb * 1024 ** 2),
          Math.ceil(bytes.byteLength / maxBlocks),
        );
        if (bytes.byteLength > blockBytes) await putBlocks(send, key, bytes, { ...options, blockBytes });
        else await putWhole(send, key, bytes, options);
      } catch (thrown) {
        // A try whose answer was lost makes the next one fail its condition.
        const mayBeOurs = thrown instanceof AssayError && thrown.code === 'targets/conflict';
        if (!mayBeOurs || (await head(key))?.digest !== options.digest) throw thrown;
      }
      options.save(null, bytes.byteLength);
    },
    async remove(key) {
      await send({ method: 'DELETE', key, accept: [missing] });
    },
    async list(prefix) {
      const names: string[] = [];
      let marker = '';
      do {
        const query = {
          restype: 'container',
          comp: 'list',
          delimiter: '/',
          prefix,
          ...(marker === '' ? {} : { marker }),
        };
        const xml = (await send({ method: 'GET', query })).text();
        const entries = [...xmlParts(xml, 'BlobPrefix'), ...xmlParts(xml, 'Blob')];
        names.push(
          ...entries.flatMap((entry) => xmlTexts(entry, 'Name')).map((name) => name.slice(prefix.length)),
        );
        marker = xmlText(xml, 'NextMarker') ?? '';
      } while (marker !== '');
      return names;
    },
    async range(key, start, length, state = null) {
      const answer = await send({
        method: 'GET',
        key,
        headers: {
          'x-ms-range': `bytes=${start}-${start + length - 1}`,
          ...(state === null ? {} : { 'if-match': state }),
        },
        accept: [missing],
        maxAnswerBytes: Math.max(length, 64 * 1024),
      });
      return answer.status === 404 ? null : answer.body;
    },
    async *listAll(prefix) {
      let marker = '';
      do {
        const query = { restype: 'container', comp: 'list', prefix, ...(marker === '' ? {} : { marker }) };
        const xml: string = (await send({ method: 'GET', query })).text();
        for (const part of xmlParts(xml, 'Blob')) {
          const key = xmlText(part, 'Name') ?? '';
          if (key === '') continue;
          const etag = xmlText(part, 'Etag');
          // The list leaves out the quotes that belong to it.
          const state = etag === null || etag.startsWith('"') ? etag : `"${etag}"`;
          yield { key, sizeBytes: Number(xmlText(part, 'Content-Length') ?? 0), state };
        }
        marker = xmlText(xml, 'NextMarker') ?? '';
      } while (marker !== '');
    },
    origin: new URL(base),
    probe: () => send({ method: 'GET', query: { restype: 'container', comp: 'list', maxresults: '1' } }),
  };
}

function conditions(over: string | null): Record<string, string> {
  return over === null ? { 'if-none-match': '*' } : { 'if-match': over };
}

/** So that the store refuses bytes that were changed on their way. */
function md5Of(bytes: Uint8Array): Record<string, string> {
  return { 'content-md5': createHash('md5').update(bytes).digest('base64') };
}

async function putWhole(
  send: Send,
  key: string,
  body: Uint8Array,
  { digest, over }: PutOptions,
): Promise<void> {
  await send({
    method: 'PUT',
    key,
    headers: { 'x-ms-blob-type': 'BlockBlob', [digestHeader]: digest, ...md5Of(body), ...conditions(over) },
    body,
    file: true,
  });
}

/** Blocks that are there stay for a week without the blob: an upload goes on after them, or anew when they are gone. */
async function putBlocks(
  send: Send,
  key: string,
  bytes: Uint8Array,
  options: PutOptions & { blockBytes: number },
): Promise<void> {
  const { digest, over, save } = options;
  const parsed = Begun.safeParse(options.begun);
  const begun = parsed.success ? parsed.data : { blockBytes: options.blockBytes, done: 0 };
  const { blockBytes } = begun;
  const ids: string[] = [];
  for (let at = 0; at < bytes.byteLength; at += blockBytes) {
    const name = `${digest.slice(-16)}-${String(ids.length).padStart(6, '0')}`;
    const id = Buffer.from(name, 'utf8').toString('base64');
    ids.push(id);
    if (ids.length <= begun.done) continue;
    const body = bytes.subarray(at, at + blockBytes);
    await send({
      method: 'PUT',
      key,
      query: { comp: 'block', blockid: id },
      headers: md5Of(body),
      body,
      file: true,
    });
    save({ blockBytes, done: ids.length }, Math.min(bytes.byteLength, at + blockBytes));
  }
  const answer = await send({
    method: 'PUT',
    key,
    query: { comp: 'blocklist' },
    headers: { 'content-type': 'application/xml', [digestHeader]: digest, ...conditions(over) },
    body: `<?xml version="1.0" encoding="utf-8"?><BlockList>${ids.map((id) => `<Latest>${id}</Latest>`).join('')}</BlockList>`,
    accept: ['InvalidBlockList'],
  });
  if (answer.status < 300) return;
  if (begun.done === 0) throw new AssayError('targets/refused', `The store lost the blocks of ${key}.`);
  await putBlocks(send, key, bytes, { ...options, begun: null });
}

function failureOf(
  answer: HttpAnswer,
  code: string,
  { container }: AzureLocation,
  where: string,
): AssayError {
  const words = xmlText(answer.text(), 'Message')?.split('\n')[0] ?? '';
  const said = `${where}: ${code}${words === '' ? '' : `: ${words}`} (${answer.status})`;
  if (code === 'ContainerNotFound')
    return new AssayError('targets/refused', `There is no container "${container}".`, {
      hint: 'Make it there, or correct its name.',
    });
  if (code === 'BlobAlreadyExists' || code === 'ConditionNotMet')
    return new AssayError('targets/conflict', `${where} was changed by somebody else meanwhile (${code}).`);
  if (code === 'Md5Mismatch') return new AssayError('targets/damaged', said);
  if (code === 'AuthenticationFailed' && /date|time/i.test(answer.text()))
    return new AssayError('targets/unauthorized', said, {
      hint: 'Enter the key or the SAS token again, and check the clock of this machine.',
    });
  return new AssayError(answer.status === 403 ? 'targets/unauthorized' : 'targets/refused', said);
}
