import { z } from 'zod';
import { isSignedBy, type PublicKey, type SigningKey, signBytes } from './signing-key.ts';

/** Dead Simple Signing Envelope, version 1.0 (secure-systems-lab/dsse, protocol.md and envelope.md). */
const Envelope = z.object({
  payload: z.base64(),
  payloadType: z.string(),
  signatures: z.array(z.object({ keyid: z.string().optional(), sig: z.base64() })).min(1),
});

/** The type of payload that in-toto statements travel as. */
export const statementType = 'application/vnd.in-toto+json';

/** What is signed: both lengths are in it, so that type and body cannot change places. */
function preAuthEncoding(type: string, body: Uint8Array): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${body.byteLength} `;
  return Buffer.concat([Buffer.from(head, 'utf8'), body]);
}

/** An envelope as one line of JSON. The same body and key give the same bytes. */
export function sealEnvelope(body: Uint8Array, key: SigningKey): string {
  const sig = signBytes(key, preAuthEncoding(statementType, body)).toString('base64');
  const payload = Buffer.from(body).toString('base64');
  return `${JSON.stringify({ payload, payloadType: statementType, signatures: [{ keyid: key.keyId, sig }] })}\n`;
}

/**
 * The body of an envelope and those of the keys whose signature holds; null for what is no envelope of a statement.
 * The ids in the envelope are hints that nobody signed: every key is tried.
 */
export function openEnvelope(
  text: string,
  keys: readonly PublicKey[],
): { body: Buffer; signedBy: PublicKey[] } | null {
  const parsed = parseEnvelope(text);
  if (parsed === null || parsed.payloadType !== statementType) return null;
  const body = Buffer.from(parsed.payload, 'base64');
  const message = preAuthEncoding(parsed.payloadType, body);
  const signatures = parsed.signatures.map(({ sig }) => Buffer.from(sig, 'base64'));
  return {
    body,
    signedBy: keys.filter((key) => signatures.some((signature) => isSignedBy(key, message, signature))),
  };
}

function parseEnvelope(text: string): z.infer<typeof Envelope> | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return Envelope.safeParse(parsed).data ?? null;
  } catch {
    return null;
  }
}
