import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { AssayError } from '../errors.ts';

/** A private key and its id, in a form that can be kept as a secret and sent to a job process. */
export type SigningKey = {
  keyId: string;
  /** PEM, PKCS #8. */
  privateKey: string;
};

/** A public key and its id: SHA-256 of its SubjectPublicKeyInfo in DER, in hexadecimal digits. */
export type PublicKey = {
  keyId: string;
  /** PEM, SubjectPublicKeyInfo (RFC 8410). */
  publicKey: string;
};

/** A new Ed25519 key (RFC 8032). */
export function newSigningKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  return {
    keyId: idOf(createPublicKey(privateKey)),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** The public half of a key. */
export function publicKeyOf({ privateKey }: Pick<SigningKey, 'privateKey'>): PublicKey {
  return describe(createPublicKey(createPrivateKey(privateKey)));
}

/** Reads a public key as PEM. A private key is refused: nobody should have handed it out. Errors: keys/invalid. */
export function readPublicKey(pem: string): PublicKey {
  if (/PRIVATE KEY/.test(pem))
    throw new AssayError('keys/invalid', 'This is a private key: it stays with its owner.');
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch (cause) {
    throw new AssayError('keys/invalid', 'This is no public key as PEM.', { cause });
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw new AssayError('keys/invalid', `This is a key for ${key.asymmetricKeyType}, not for Ed25519.`);
  return describe(key);
}

/** The 64 bytes of a signature; the same key and message give the same. */
export function signBytes({ privateKey }: SigningKey, message: Uint8Array): Buffer {
  return sign(null, message, createPrivateKey(privateKey));
}

/** Whether a signature over a message is of this key. */
export function isSignedBy({ publicKey }: PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  return verify(null, message, createPublicKey(publicKey), signature);
}

function describe(key: KeyObject): PublicKey {
  return { keyId: idOf(key), publicKey: key.export({ type: 'spki', format: 'pem' }).toString() };
}

function idOf(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}
