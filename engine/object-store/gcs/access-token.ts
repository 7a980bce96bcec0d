import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { z } from 'zod';
import { AssayError } from '../../errors.ts';
import type { RemoteContext } from '../../http/index.ts';
import type { GcsLocation } from './gcs-location.ts';

const scope = 'https://www.googleapis.com/auth/devstorage.read_write';
const lifeSeconds = 3600;
/** A token is fetched anew so long before it ends. */
const marginMs = 5 * 60_000;

const ServiceAccount = z.object({
  client_email: z.string().min(1),
  private_key: z.string().min(1),
  private_key_id: z.string().optional(),
  token_uri: z.url({ protocol: /^https?$/ }).default('https://oauth2.googleapis.com/token'),
});
type ServiceAccount = z.infer<typeof ServiceAccount>;
const Token = z.object({ access_token: z.string().min(1), expires_in: z.number().default(lifeSeconds) });

/** Gives the token of a request; null where none is needed. */
export type TokenSource = (context: RemoteContext) => Promise<string | null>;

/**
 * The token that the settings hold, or those of a service account: an assertion signed with its key is exchanged for one,
 * which is kept until shortly before its end. Errors: targets/bad-config.
 *
 * Source: RFC 7523, and Google Identity, "Using OAuth 2.0 for server to server applications".
 */
export function tokenSource({ serviceAccount, accessToken, endpoint }: GcsLocation): TokenSource {
  if (serviceAccount === undefined) {
    if (accessToken === undefined && endpoint === undefined)
      throw badKey('Give the key file of a service account, or an access token.', 'is needed');
    return async () => accessToken ?? null;
  }
  const { account, key } = readAccount(serviceAccount);
  let kept: { token: string; untilMs: number } | null = null;
  return async (context) => {
    const nowMs = context.nowMs();
    if (kept !== null && kept.untilMs > nowMs) return kept.token;
    const { access_token: token, expires_in: seconds } = await exchange(account, key, context);
    kept = { token, untilMs: nowMs + seconds * 1000 - marginMs };
    return token;
  };
}

function readAccount(text: string): { account: ServiceAccount; key: KeyObject } {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw badKey('The key file of the service account is no JSON.', 'give the content of the file');
  }
  const parsed = ServiceAccount.safeParse(raw);
  if (!parsed.success) {
    const lacking = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
    throw badKey('This is not the key file of a service account.', `wrong or missing: ${lacking}`);
  }
  try {
    return { account: parsed.data, key: createPrivateKey(parsed.data.private_key) };
  } catch {
    throw badKey('The private key in the key file cannot be read.', 'private_key is no PEM');
  }
}

function badKey(message: string, problem: string): AssayError {
  return new AssayError('targets/bad-config', message, {
    problems: [{ path: '/secrets/serviceAccount', message: problem }],
  });
}

async function exchange(
  account: ServiceAccount,
  key: KeyObject,
  { http, nowMs }: RemoteContext,
): Promise<z.infer<typeof Token>> {
  const issuedAt = Math.floor(nowMs() / 1000);
  const header = { alg: 'RS256', typ: 'JWT', ...(account.private_key_id && { kid: account.private_key_id }) };
  const claims = {
    iss: account.client_email,
    scope,
    aud: account.token_uri,
    iat: issuedAt,
    exp: issuedAt + lifeSeconds,
  };
  const unsigned = [header, claims].map((part) => base64url(JSON.stringify(part))).join('.');
  const signature = base64url(sign('sha256', Buffer.from(unsigned, 'utf8'), key));
  const answer = await http.request({
    method: 'POST',
    url: account.token_uri,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: `${unsigned}.${signature}`,
    }).toString(),
    repeatable: true,
    expect: [400, 401, 403],
  });
  const where = new URL(account.token_uri).host;
  if (answer.status >= 300)
    throw new AssayError(
      'targets/unauthorized',
      `${where} gives ${account.client_email} no token: ${answer.text().slice(0, 300)}`,
      {
        hint: 'The key may have been deleted, or the clock of this machine is wrong.',
      },
    );
  const token = Token.safeParse(answer.json());
  if (token.success) return token.data;
  throw new AssayError('targets/refused', `${where} answers with no token.`);
}

function base64url(bytes: string | Buffer): string {
  return Buffer.from(bytes).toString('base64url');
}
