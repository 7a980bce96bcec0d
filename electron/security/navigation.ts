/** What a page may do about addresses, as plain decisions. */
import { originOf } from '../ipc/trusted-sender.ts';

/** The window stays on the engine's own origin. */
export function mayNavigate(url: string, engineOrigin: string | null): boolean {
  return engineOrigin !== null && originOf(url) === engineOrigin;
}

/** Links that the system browser may open: web pages, nothing that starts a program. */
export function mayOpenOutside(url: string): boolean {
  try {
    const parsed = new URL(url);
    return parsed.protocol === 'https:' && parsed.username === '' && parsed.password === '';
  } catch {
    return false;
  }
}

/** The workbench needs to write the clipboard and to be full screen, and nothing else. */
export function mayHavePermission(
  permission: string,
  requestingUrl: string,
  engineOrigin: string | null,
): boolean {
  const allowed = permission === 'clipboard-sanitized-write' || permission === 'fullscreen';
  return allowed && mayNavigate(requestingUrl, engineOrigin);
}
