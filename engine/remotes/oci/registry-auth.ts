import { AssayError } from '../../errors.ts';
import type { HttpAnswer, RemoteHttp } from '../../http/index.ts';

export type RegistryCredentials = { username: string | undefined; password: string | undefined };

export type RegistryAuth = {
  /** The header for the next request; null before the registry has asked for any. */
  header(): string | null;
  /** Answers a 401. Errors: targets/unauthorized, targets/unsupported, and what the token service answers. */
  answer(challenged: HttpAnswer): Promise<void>;
};

/** Tokens live for a minute when nothing is said. */
const defaultTokenSeconds = 60;
/** So that none expires on its way. */
const marginMs = 10_000;

/**
 * Signs in to a registry: basic, or a token of its token service for `scopes`, asked for anew shortly before it expires.
 * Credentials go to the registry and to the token service that it names, and to no service without TLS when the registry
 * itself has it. Source: Distribution, "Token Authentication Specification".
 */
export function createRegistryAuth(options: {
  http: RemoteHttp;
  origin: URL;
  credentials: RegistryCredentials;
  scopes: readonly string[];
  nowMs(): number;
}): RegistryAuth {
  const { http, origin, credentials, scopes, nowMs } = options;
  let current: { header: string; expiresAtMs: number } | null = null;

  const basic = (): string | null => {
    const { username, password } = credentials;
    if (username === undefined || username === '') return null;
    return `Basic ${Buffer.from(`${username}:${password ?? ''}`, 'utf8').toString('base64')}`;
  };

  const token = async (challenge: Challenge): Promise<void> => {
    const realm = URL.parse(challenge.params.realm ?? '');
    if (realm === null || (realm.protocol !== 'https:' && realm.protocol !== origin.protocol)) {
      throw new AssayError(
        'targets/unsupported',
        `${origin.host} names no token service that can be trusted: ${challenge.params.realm ?? 'none'}.`,
        { hint: 'Correct the realm in the settings of the registry.' },
      );
    }
    if (challenge.params.service !== undefined) realm.searchParams.set('service', challenge.params.service);
    const wanted = new Set([...(challenge.params.scope ?? '').split(' ').filter(Boolean), ...scopes]);
    for (const scope of wanted) realm.searchParams.append('scope', scope);
    const header = basic();
    const answer = await http.request({
      method: 'GET',
      url: realm,
      ...(header === null ? {} : { headers: { authorization: header } }),
    });
    const given = tokenOf(answer.json());
    if (given === null)
      throw new AssayError('targets/refused', `${realm.host}${realm.pathname} gave no token.`);
    current = {
      header: `Bearer ${given.token}`,
      expiresAtMs: nowMs() + given.seconds * 1000 - Math.min(marginMs, given.seconds * 500),
    };
  };

  return {
    header: () => (current !== null && nowMs() < current.expiresAtMs ? current.header : null),
    async answer(challenged) {
      const asked = challengesOf(challenged.headers['www-authenticate'] ?? '');
      const bearer = asked.find(({ scheme }) => scheme === 'bearer');
      if (bearer !== undefined) return token(bearer);
      if (!asked.some(({ scheme }) => scheme === 'basic')) {
        throw new AssayError(
          'targets/unsupported',
          `${origin.host} asks for a way to sign in that is not known: ${challenged.headers['www-authenticate'] ?? 'none named'}.`,
        );
      }
      const header = basic();
      if (header === null)
        throw new AssayError('targets/unauthorized', `${origin.host} asks for a user and a password.`);
      if (current?.header === header) throw refused(origin, challenged);
      current = { header, expiresAtMs: Number.POSITIVE_INFINITY };
    },
  };
}

/** For a request that was refused although it was signed. */
export function refused(origin: URL, answer: HttpAnswer): AssayError {
  const words = answer.text().replace(/\s+/g, ' ').slice(0, 300);
  return new AssayError(
    'targets/unauthorized',
    `${origin.host} refuses the credentials (${answer.status}): ${words}`,
  );
}

type Challenge = { scheme: string; params: Record<string, string> };

/** Schemes with their parameters (RFC 9110, section 11.6.1); several may stand in one header. */
export function challengesOf(header: string): Challenge[] {
  const found: Challenge[] = [];
  const pieces = header.matchAll(
    /(?:^|[\s,]+)(?:([A-Za-z][\w-]*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))|([A-Za-z][\w-]*)(?=\s|,|$))/g,
  );
  for (const [, name, quoted, plain, scheme] of pieces) {
    if (scheme !== undefined) found.push({ scheme: scheme.toLowerCase(), params: {} });
    else if (name !== undefined) {
      const last = found.at(-1);
      if (last !== undefined)
        last.params[name.toLowerCase()] = quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '';
    }
  }
  return found;
}

function tokenOf(answer: unknown): { token: string; seconds: number } | null {
  if (typeof answer !== 'object' || answer === null) return null;
  const fields = new Map<string, unknown>(Object.entries(answer));
  const token = fields.get('token') ?? fields.get('access_token');
  const seconds = fields.get('expires_in');
  return typeof token === 'string' && token !== ''
    ? { token, seconds: typeof seconds === 'number' && seconds > 0 ? seconds : defaultTokenSeconds }
    : null;
}
