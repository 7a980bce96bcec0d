import { lookup } from 'node:dns/promises';
import type { TargetFinding } from '../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import type { RemoteContext } from './remote-context.ts';
import type { HttpAnswer, HttpRequest } from './remote-http.ts';

/** Signed requests and certificates go wrong beyond this. */
const skewToWarnMs = 5 * 60_000;

/**
 * The way to an HTTP service, step by step: name, connection and TLS, credentials, clock. Gives the answer of the request
 * where there was one that can be used. Never throws for what it finds.
 */
export async function checkWay(
  request: HttpRequest,
  { http, nowMs }: RemoteContext,
): Promise<{ findings: TargetFinding[]; answer: HttpAnswer | null }> {
  const url = new URL(request.url);
  const findings: TargetFinding[] = [];
  try {
    const { address } = await lookup(url.hostname.replace(/^\[(.*)\]$/, '$1'));
    findings.push(good('name', `${url.hostname} is ${address}.`));
  } catch {
    findings.push(
      bad(
        'name',
        `The name ${url.hostname} is not known.`,
        'Check the spelling of the host; inside a company network a VPN may have to be on.',
      ),
    );
    return { findings, answer: null };
  }
  try {
    const answer = await http.request(request);
    findings.push(good('connection', `${url.host} answers.`));
    if (url.protocol === 'https:') findings.push(good('TLS', 'The certificate is valid.'));
    findings.push(good('credentials', `They are accepted, or none are needed (${answer.status}).`));
    const skew = Math.abs(Date.parse(answer.headers.date ?? '') - nowMs());
    if (skew > skewToWarnMs) {
      findings.push({
        check: 'clock',
        level: 'warning',
        message: `The clocks here and there are ${Math.round(skew / 60_000)} minutes apart.`,
        fix: 'Set the clock of this machine: signed requests and certificates fail otherwise.',
      });
    }
    return { findings, answer };
  } catch (thrown) {
    return { findings: [...findings, findingOf(thrown)], answer: null };
  }
}

/** A failed request as a finding. */
export function findingOf(thrown: unknown): TargetFinding {
  if (!(thrown instanceof AssayError))
    return bad('connection', messageOf(thrown), 'See the log of the engine.');
  const checks: Partial<Record<AssayError['code'], string>> = {
    'targets/unauthorized': 'credentials',
    'targets/full': 'space',
    'targets/refused': 'answer',
    'targets/unsupported': 'setup',
  };
  return bad(checks[thrown.code] ?? 'connection', thrown.message, thrown.hint);
}

export function good(check: string, message: string): TargetFinding {
  return { check, level: 'ok', message, fix: null };
}

export function bad(check: string, message: string, fix: string): TargetFinding {
  return { check, level: 'error', message, fix };
}
