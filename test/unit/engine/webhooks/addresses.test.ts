import { describe, expect, it } from 'vitest';
import { checkUrl, isPublicAddress } from '../../../../engine/webhooks/addresses.ts';

describe('an address', () => {
  it.each(['93.184.215.14', '8.8.8.8', '2606:4700:4700::1111'])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.255.255',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'not an address',
  ])('%s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('the URL of a webhook', () => {
  it.each([
    'http://example.com/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://[::1]/',
    'https://user:password@example.com/',
    'ftp://example.com/',
    'example.com',
    '',
  ])('cannot be %j', (url) => {
    expect(() => checkUrl(url, { allowLocal: false })).toThrow(
      expect.objectContaining({ code: 'request/invalid' }),
    );
  });

  it('may be local and plain http where that is allowed', () => {
    expect(checkUrl('http://127.0.0.1:1/x', { allowLocal: true }).href).toBe('http://127.0.0.1:1/x');
    expect(() => checkUrl('file:///etc/passwd', { allowLocal: true })).toThrow();
  });
});
