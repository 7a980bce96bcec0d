import type { ErrorCode } from '../../local-api/contract/errors.ts';
import { AssayError, messageOf } from '../errors.ts';

/** What went wrong on the way to a far end. `passing`: the same request may well succeed later. */
export type WayFailure = {
  check: 'name' | 'connection' | 'tls' | 'time';
  message: string;
  fix: string;
  passing: boolean;
};

const causes: Record<string, Omit<WayFailure, 'message'> & { text: string }> = {
  ENOTFOUND: {
    check: 'name',
    text: 'the name is not known',
    fix: 'Check the spelling of the host; inside a company network a VPN may have to be on.',
    passing: true,
  },
  EAI_AGAIN: {
    check: 'name',
    text: 'no name server answers',
    fix: 'This machine is probably offline: check its network.',
    passing: true,
  },
  ECONNREFUSED: {
    check: 'connection',
    text: 'nothing listens there',
    fix: 'Start the server, or correct the port; a firewall may refuse it, too.',
    passing: true,
  },
  ECONNRESET: {
    check: 'connection',
    text: 'the connection was cut',
    fix: 'Try again; when it goes on, a proxy or the server ends connections early.',
    passing: true,
  },
  EHOSTUNREACH: {
    check: 'connection',
    text: 'no way leads there',
    fix: 'Check the network of this machine, or the VPN.',
    passing: true,
  },
  ENETUNREACH: {
    check: 'connection',
    text: 'no network leads there',
    fix: 'This machine is probably offline: check its network.',
    passing: true,
  },
  ETIMEDOUT: {
    check: 'time',
    text: 'it does not answer in time',
    fix: 'Check the address and the firewall; a server under load may need another try.',
    passing: true,
  },
  EPROTO: {
    check: 'tls',
    text: 'it does not speak TLS there',
    fix: 'Use http:// when the server has no certificate, or the port that has one.',
    passing: false,
  },
  CERT_HAS_EXPIRED: {
    check: 'tls',
    text: 'its certificate has expired',
    fix: 'Renew the certificate there; check the clock of this machine, too.',
    passing: false,
  },
  CERT_NOT_YET_VALID: {
    check: 'tls',
    text: 'its certificate is not valid yet',
    fix: 'Check the clock of this machine.',
    passing: false,
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    check: 'tls',
    text: 'its certificate is for another name',
    fix: 'Use the name that is in the certificate.',
    passing: false,
  },
};

const untrusted = {
  check: 'tls' as const,
  text: 'its certificate is signed by nobody this machine trusts',
  fix: 'Start Assay with NODE_EXTRA_CA_CERTS naming the file of the certificate authority.',
  passing: false,
};

/** The reason behind a failed connection. Node hides it in `cause` and, for several addresses, in `errors`. */
export function wayFailure(thrown: unknown, where: string): WayFailure {
  const code = codeOf(thrown);
  const isUntrusted = /^(DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED|UNABLE_TO_(GET|VERIFY))/.test(code ?? '');
  const known = isUntrusted ? untrusted : causes[code ?? ''];
  if (known === undefined) {
    const how = messageOf(thrown);
    const cause = /^ERR_SSL|^ERR_TLS/.test(code ?? '') ? causes.EPROTO : causes.ECONNRESET;
    return {
      check: cause?.check ?? 'connection',
      message: `${where} cannot be reached: ${how}.`,
      fix: cause?.fix ?? '',
      passing: cause?.passing ?? true,
    };
  }
  const { text, ...rest } = known;
  return { ...rest, message: `${where} cannot be reached: ${text} (${code}).` };
}

function codeOf(thrown: unknown, depth = 0): string | null {
  if (typeof thrown !== 'object' || thrown === null || depth > 3) return null;
  if ('code' in thrown && typeof thrown.code === 'string' && thrown.code !== 'ERR_UNHANDLED_ERROR')
    return thrown.code;
  if ('errors' in thrown && Array.isArray(thrown.errors)) return codeOf(thrown.errors[0], depth + 1);
  return 'cause' in thrown ? codeOf(thrown.cause, depth + 1) : null;
}

/** Statuses after which the same request may succeed. */
export function isPassing(status: number): boolean {
  return status === 408 || status === 429 || status === 502 || status === 503 || status === 504;
}

/** The error for an answer that is none. `said` is what the far end wrote; `where` has no query, which may hold keys. */
export function answerFailure(status: number, said: string, where: string): AssayError {
  const words = said.replace(/\s+/g, ' ').trim().slice(0, 500);
  const detail = words === '' ? '' : `: ${words}`;
  const [code, message]: [ErrorCode, string] =
    status === 401 || status === 403
      ? ['targets/unauthorized', `${where} refuses the credentials (${status})${detail}`]
      : status === 507 || /no space left|disk (is )?full|quota exceeded|ENOSPC/i.test(words)
        ? ['targets/full', `${where} has no space left (${status})${detail}`]
        : isPassing(status)
          ? ['targets/unreachable', `${where} is not ready (${status})${detail}`]
          : ['targets/refused', `${where} answered ${status}${detail}`];
  return new AssayError(code, message, {
    ...(status === 413
      ? { hint: 'A limit of the server or of a proxy before it is too low for this file.' }
      : {}),
    ...(status === 403
      ? { hint: 'The credentials are known but may not do this: ask for the right to write.' }
      : {}),
  });
}
