import { describe, expect, test } from 'vitest';
import { encodeKey, signV4 } from '../../../../engine/object-store/s3/sigv4.ts';

/** The keys and the time of the examples in AWS's documentation of signature version 4 for S3. */
const keys = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: undefined,
  region: 'us-east-1',
};
const nowMs = Date.UTC(2013, 4, 24);
const host = 'https://examplebucket.s3.amazonaws.com';

function signatureOf(method: string, path: string, headers: Record<string, string> = {}, body = ''): string {
  const request = { method, url: new URL(`${host}${path}`), headers, body: Buffer.from(body) };
  return signV4(request, keys, nowMs).authorization ?? '';
}

describe('signature version 4 gives the signatures that AWS publishes for', () => {
  test('reading a part of an object', () => {
    expect(signatureOf('GET', '/test.txt', { Range: 'bytes=0-9' })).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    );
  });

  test('putting an object whose key needs encoding', () => {
    const headers = { Date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' };
    expect(signatureOf('PUT', `/${encodeKey('test$file.text')}`, headers, 'Welcome to Amazon S3.')).toMatch(
      /Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd$/,
    );
  });

  test('a query without a value', () => {
    expect(signatureOf('GET', '/?lifecycle')).toMatch(
      /Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543$/,
    );
  });

  test('a query that is not sorted', () => {
    expect(signatureOf('GET', '/?prefix=J&max-keys=2')).toMatch(
      /Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7$/,
    );
  });
});

test('temporary credentials sign their token', () => {
  const request = { method: 'GET', url: new URL(host), headers: {}, body: new Uint8Array() };
  const headers = signV4(request, { ...keys, sessionToken: 'temporary' }, nowMs);
  expect(headers['x-amz-security-token']).toBe('temporary');
  expect(headers.authorization).toContain('x-amz-security-token');
});
