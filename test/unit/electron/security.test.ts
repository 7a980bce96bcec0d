import { describe, expect, it } from 'vitest';
import { isTrustedSender, originOf } from '../../../electron/ipc/trusted-sender.ts';
import { mayHavePermission, mayNavigate, mayOpenOutside } from '../../../electron/security/navigation.ts';
import { securePreferences } from '../../../electron/security/web-preferences.ts';

const origin = 'http://127.0.0.1:4890';

describe('isTrustedSender', () => {
  it('trusts the top frame of the engine origin', () => {
    expect(isTrustedSender({ url: `${origin}/runs`, isMainFrame: true }, origin)).toBe(true);
  });
  it.each([
    ['a frame inside the page', { url: `${origin}/runs`, isMainFrame: false }, origin],
    ['another port', { url: 'http://127.0.0.1:4891/', isMainFrame: true }, origin],
    ['another host', { url: 'http://localhost:4890/', isMainFrame: true }, origin],
    ['a look-alike host', { url: 'http://127.0.0.1.evil.test:4890/', isMainFrame: true }, origin],
    [
      'user info that looks like the host',
      { url: 'http://127.0.0.1:4890@evil.test/', isMainFrame: true },
      origin,
    ],
    ['a local file', { url: 'file:///etc/passwd', isMainFrame: true }, origin],
    ['a frame that is gone', null, origin],
    ['anything before the engine is ready', { url: `${origin}/`, isMainFrame: true }, null],
  ])('does not trust %s', (_what, sender, current) => {
    expect(isTrustedSender(sender, current)).toBe(false);
  });
});

describe('navigation', () => {
  it('keeps the window on the engine origin', () => {
    expect(mayNavigate(`${origin}/models`, origin)).toBe(true);
    expect(mayNavigate('https://example.com/', origin)).toBe(false);
    expect(mayNavigate('file:///etc/passwd', origin)).toBe(false);
    expect(mayNavigate(`${origin}/`, null)).toBe(false);
  });
  it('hands only plain web links to the system browser', () => {
    expect(mayOpenOutside('https://onnx.ai/')).toBe(true);
    for (const url of [
      'http://intranet/',
      'file:///bin/sh',
      'ms-msdt:/id',
      'javascript:1',
      'https://user:pw@evil.test/',
      'x',
    ])
      expect(mayOpenOutside(url), url).toBe(false);
  });
  it('grants the clipboard to our page and nothing else to anyone', () => {
    expect(mayHavePermission('clipboard-sanitized-write', `${origin}/`, origin)).toBe(true);
    expect(mayHavePermission('clipboard-sanitized-write', 'https://evil.test/', origin)).toBe(false);
    for (const permission of ['media', 'geolocation', 'notifications', 'loopback-network', 'clipboard-read'])
      expect(mayHavePermission(permission, `${origin}/`, origin), permission).toBe(false);
  });
  it('reads no origin from other schemes', () => {
    expect(originOf('data:text/html,x')).toBeNull();
    expect(originOf('')).toBeNull();
  });
});

describe('securePreferences', () => {
  it('isolates and sandboxes the page and gives it no Node', () => {
    expect(securePreferences('/x/preload.cjs')).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    });
  });
});
