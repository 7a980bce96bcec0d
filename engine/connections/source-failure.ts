import type { ErrorCode } from '../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import { wayFailure } from '../http/index.ts';

const sourceCodes: Partial<Record<ErrorCode, ErrorCode>> = {
  'targets/unreachable': 'sources/unreachable',
  'targets/unauthorized': 'sources/unauthorized',
  'targets/refused': 'sources/refused',
  'targets/unsupported': 'sources/refused',
  'targets/bad-config': 'sources/refused',
  'targets/conflict': 'sources/refused',
};

/** The failure of a far end that rows come from: requests and object stores speak of targets, which it is none of. */
export function asSourceFailure(thrown: unknown): unknown {
  if (!(thrown instanceof AssayError)) return thrown;
  const code = sourceCodes[thrown.code];
  if (code === undefined) return thrown;
  return new AssayError(code, thrown.message, { cause: thrown, ...hintOf(thrown) });
}

function hintOf({ code, hint }: AssayError): { hint?: string } {
  if (code === 'targets/unreachable' || code === 'targets/unsupported') return { hint };
  return code === 'targets/conflict' ? { hint: 'Import again: nothing was kept of this try.' } : {};
}

/** What a database answered, or why it did not. `codes` says which of its codes mean what. */
export function databaseFailure(
  thrown: unknown,
  where: string,
  codes: { unauthorized: RegExp; hintOf(code: string): string | null },
): unknown {
  if (thrown instanceof AssayError) return thrown;
  const code = codeOf(thrown);
  const isWay =
    thrown instanceof Error &&
    ('syscall' in thrown || /^E[A-Z]+$|^ERR_(SSL|TLS)|CERT|SELF_SIGNED/.test(code));
  if (isWay || /timeout|terminated unexpectedly|Connection lost|closed state/i.test(messageOf(thrown))) {
    const way = wayFailure(
      code === '' ? Object.assign(new Error(messageOf(thrown)), { code: 'ETIMEDOUT' }) : thrown,
      where,
    );
    return new AssayError('sources/unreachable', way.message, { hint: way.fix, cause: thrown });
  }
  const kind = codes.unauthorized.test(code) ? 'sources/unauthorized' : 'sources/refused';
  const hint = codes.hintOf(code);
  return new AssayError(kind, `${where} answered: ${messageOf(thrown)}${code === '' ? '' : ` (${code})`}`, {
    cause: thrown,
    ...(hint === null ? {} : { hint }),
  });
}

function codeOf(thrown: unknown): string {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : '';
}
