import { AssayError } from '../../errors.ts';
import type { HttpAnswer, HttpRequest, RemoteContext } from '../../http/index.ts';
import type { ObjectStore, OpenStore, PutOptions } from '../object-store.ts';
import { xmlParts, xmlText, xmlTexts } from '../xml.ts';
import { putMultipart } from './multipart.ts';
import type { S3Location } from './s3-location.ts';
import { encodeKey, encodeQuery, signV4 } from './sigv4.ts';

const digestHeader = 'x-amz-meta-sha256';
/** Answers whose code is in their body. */
const told = [301, 307, 400, 403, 404, 409, 412, 501];

/** A request of an object, or of the bucket where `key` is left out. */
export type S3Request = Omit<HttpRequest, 'url' | 'expect'> & {
  key?: string;
  query?: Readonly<Record<string, string>>;
  /** Error codes that are answers. */
  accept?: readonly string[];
};
export type S3Client = {
  /** Errors: those of requests, and targets/conflict where a condition did not hold. */
  send(request: S3Request): Promise<HttpAnswer>;
  conditions(over: string | null): Record<string, string>;
};

/** Signature version 4, path or virtual-host style, parts for large objects. */
export function s3Store(config: S3Location): OpenStore {
  return (context) => openStore(config, context);
}

function openStore(config: S3Location, context: RemoteContext): ObjectStore {
  const base = baseOf(config);
  const address = (key: string) => `s3://${config.bucket}/${key}`;
  const urlOf = (key: string, query: Readonly<Record<string, string>>) =>
    new URL(`${base}${encodeKey(key)}${Object.keys(query).length === 0 ? '' : `?${encodeQuery(query)}`}`);

  const signed = (request: HttpRequest): Promise<HttpAnswer> => {
    const url = new URL(request.url);
    const body = typeof request.body === 'string' ? Buffer.from(request.body, 'utf8') : request.body;
    const { accessKeyId, secretAccessKey = '', sessionToken, region } = config;
    const headers = signV4(
      { method: request.method, url, headers: request.headers ?? {}, body: body ?? new Uint8Array() },
      { accessKeyId, secretAccessKey, sessionToken, region },
      context.nowMs(),
    );
    return context.http.request({ ...request, url, headers, ...(body === undefined ? {} : { body }) });
  };

  const send = async ({ key = '', query = {}, accept = [], ...request }: S3Request): Promise<HttpAnswer> => {
    const answer = await signed({ ...request, url: urlOf(key, query), expect: told });
    if (answer.status < 300) return answer;
    const code = xmlText(answer.text(), 'Code') ?? String(answer.status);
    if (accept.includes(code)) return answer;
    throw failureOf(answer, code, config, address(key));
  };

  const client: S3Client = {
    send,
    conditions: (over) =>
      config.conditional ? (over === null ? { 'if-none-match': '*' } : { 'if-match': over }) : {},
  };

  const head: ObjectStore['head'] = async (key) => {
    const answer = await send({ method: 'HEAD', key, accept: ['404'] });
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
        accept: ['NoSuchKey'],
        // Errors have a body, too.
        maxAnswerBytes: Math.max(maxBytes, 64 * 1024),
      });
      return answer.status === 404 ? null : { bytes: answer.body, state: answer.headers.etag ?? '' };
    },
    async put(key, bytes, options) {
      try {
        const partBytes = Math.round(config.partMb * 1024 ** 2);
        const headers = { [digestHeader]: options.digest };
        if (bytes.byteLength > partBytes)
          await putMultipart(client, key, bytes, { ...options, headers, partBytes });
        else await putWhole(client, key, bytes, headers, options);
      } catch (thrown) {
        // A try whose answer was lost makes the next one fail its condition.
        const mayBeOurs = thrown instanceof AssayError && thrown.code === 'targets/conflict';
        if (!mayBeOurs || (await head(key))?.digest !== options.digest) throw thrown;
        options.save(null, bytes.byteLength);
      }
    },
    async remove(key) {
      await send({ method: 'DELETE', key, accept: ['404', 'NoSuchKey'] });
    },
    async list(prefix) {
      const names: string[] = [];
      let token: string | null = null;
      do {
        const query: Record<string, string> = {
          delimiter: '/',
          'list-type': '2',
          prefix,
          ...(token === null ? {} : { 'continuation-token': token }),
        };
        const xml: string = (await send({ method: 'GET', query })).text();
        const folders = xmlParts(xml, 'CommonPrefixes').flatMap((part) => xmlTexts(part, 'Prefix'));
        const keys = xmlParts(xml, 'Contents').flatMap((part) => xmlTexts(part, 'Key'));
        names.push(...[...folders, ...keys].map((name) => name.slice(prefix.length)).filter(Boolean));
        token = xmlText(xml, 'NextContinuationToken');
      } while (token !== null);
      return names;
    },
    async range(key, start, length, state = null) {
      const range = `bytes=${start}-${start + length - 1}`;
      const answer = await send({
        method: 'GET',
        key,
        headers: { range, ...(state === null ? {} : { 'if-match': state }) },
        accept: ['NoSuchKey'],
        maxAnswerBytes: Math.max(length, 64 * 1024),
      });
      return answer.status === 404 ? null : answer.body;
    },
    async *listAll(prefix) {
      let token: string | null = null;
      do {
        const query: Record<string, string> = {
          'list-type': '2',
          prefix,
          ...(token === null ? {} : { 'continuation-token': token }),
        };
        const xml: string = (await send({ method: 'GET', query })).text();
        for (const part of xmlParts(xml, 'Contents')) {
          const key = xmlText(part, 'Key') ?? '';
          if (key === '') continue;
          yield { key, sizeBytes: Number(xmlText(part, 'Size') ?? 0), state: xmlText(part, 'ETag') };
        }
        token = xmlText(xml, 'NextContinuationToken');
      } while (token !== null);
    },
    origin: new URL(base),
    probe: () => send({ method: 'GET', query: { 'list-type': '2', 'max-keys': '1' } }),
  };
}

async function putWhole(
  client: S3Client,
  key: string,
  body: Uint8Array,
  headers: Record<string, string>,
  { over, save }: PutOptions,
): Promise<void> {
  const conditions = client.conditions(over);
  await client.send({ method: 'PUT', key, headers: { ...headers, ...conditions }, body, file: true });
  save(null, body.byteLength);
}

/** The address that keys are appended to. */
function baseOf({ endpoint, region, bucket, pathStyle }: S3Location): string {
  if (endpoint === undefined) {
    // Certificates of AWS hold no names with dots before theirs.
    return bucket.includes('.')
      ? `https://s3.${region}.amazonaws.com/${bucket}/`
      : `https://${bucket}.s3.${region}.amazonaws.com/`;
  }
  const { protocol, host, pathname } = new URL(endpoint);
  const path = pathname.replace(/\/$/, '');
  return pathStyle ? `${protocol}//${host}${path}/${bucket}/` : `${protocol}//${bucket}.${host}${path}/`;
}

function failureOf(
  answer: HttpAnswer,
  code: string,
  { bucket, region }: S3Location,
  where: string,
): AssayError {
  const words = xmlText(answer.text(), 'Message') ?? answer.text().slice(0, 300);
  const said = `${where}: ${code}${words === '' ? '' : `: ${words}`} (${answer.status})`;
  if (code === 'NoSuchBucket')
    return new AssayError('targets/refused', `There is no bucket "${bucket}".`, {
      hint: 'Make it there, or correct its name, the region or the address.',
    });
  if (code === 'RequestTimeTooSkewed')
    return new AssayError('targets/unauthorized', said, { hint: 'Set the clock of this machine.' });
  if (answer.status === 301 || answer.status === 307 || code === 'AuthorizationHeaderMalformed') {
    const right = answer.headers['x-amz-bucket-region'] ?? xmlText(answer.text(), 'Region');
    return new AssayError('targets/refused', said, {
      hint: `The region "${region}" is wrong${right === null ? '' : `: the bucket is in "${right}"`}.`,
    });
  }
  if (answer.status === 412 || answer.status === 409)
    return new AssayError('targets/conflict', `${where} was changed by somebody else meanwhile (${code}).`);
  if (answer.status === 501)
    return new AssayError('targets/unsupported', said, {
      hint: 'Switch off conditional writes in the settings of the target.',
    });
  if (/quota|storagefull/i.test(code)) return new AssayError('targets/full', said);
  return new AssayError(answer.status === 403 ? 'targets/unauthorized' : 'targets/refused', said);
}
