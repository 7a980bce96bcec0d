import { createHmac, randomUUID } from 'node:crypto';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../system/index.ts';
import { checkUrl, publicLookup } from './addresses.ts';
import type { Told } from './webhook-events.ts';

const timeoutMs = 30_000;
const retries = 3;
const firstPauseMs = 1000;
/** Of an answer that is kept for the person who tests a webhook. */
const maxAnswerBytes = 64 * 1024;

export type Target = { url: string; secret: string | null };
export type Delivered = { status: number; body: string };

/** The headers and the body of one delivery, signed as Standard Webhooks are: v1,base64(HMAC-SHA256("id.timestamp.body")). */
export function signed(told: Told, secret: string | null, nowMs: number, id: string) {
  const [entity, action] = told.event.split('.');
  const body = JSON.stringify({ entity, action, timestamp: new Date(nowMs).toISOString(), data: told.data });
  const timestamp = String(Math.floor(nowMs / 1000));
  const signature =
    secret === null
      ? null
      : createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'X-MLflow-Delivery-Id': id,
    'X-MLflow-Timestamp': timestamp,
    ...(signature === null ? {} : { 'X-MLflow-Signature': `v1,${signature}` }),
  };
  return { body, headers };
}

/**
 * Sends it, and again after 1, 2 and 4 seconds while the other side answers 429 or 5xx. Redirects are not followed. Throws
 * when there is no answer within 30 s, when the address is not public (unless `allowLocal`), and when `signal` is aborted.
 */
export async function deliver(
  target: Target,
  told: Told,
  options: { clock: Clock; allowLocal: boolean; signal: AbortSignal; retryPauseMs?: number },
): Promise<Delivered> {
  const { clock, allowLocal, signal, retryPauseMs = firstPauseMs } = options;
  const url = checkUrl(target.url, { allowLocal });
  const message = signed(told, target.secret, clock.nowMs(), randomUUID());
  for (let attempt = 0; ; attempt += 1) {
    const answer = await post(url, message, { allowLocal, signal });
    const isPassing = answer.status === 429 || answer.status >= 500;
    if (!isPassing || attempt >= retries) return answer;
    await pause(retryPauseMs * 2 ** attempt, undefined, { signal, ref: false });
  }
}

function post(
  url: URL,
  { body, headers }: { body: string; headers: Record<string, string> },
  { allowLocal, signal }: { allowLocal: boolean; signal: AbortSignal },
): Promise<Delivered> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const sent = send(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        ...(allowLocal ? {} : { lookup: publicLookup }),
      },
      (response) => {
        const parts: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          if (size < maxAnswerBytes) parts.push(chunk);
          size += chunk.byteLength;
        });
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(parts).subarray(0, maxAnswerBytes).toString('utf8');
          resolve({ status: response.statusCode ?? 0, body: text });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
