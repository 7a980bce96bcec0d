/** What of an IPC event decides whether it may be answered. */
export type Sender = { url: string; isMainFrame: boolean };

/** Only the top frame of the workbench's own origin may talk to main; a page that was navigated away or framed may not. */
export function isTrustedSender(sender: Sender | null, origin: string | null): boolean {
  if (!sender || !origin || !sender.isMainFrame) return false;
  return originOf(sender.url) === origin;
}

/** `null` for what is no http address at all. */
export function originOf(url: string): string | null {
  try {
    const parsed = new URL(url);
    return parsed.protocol === 'http:' ? parsed.origin : null;
  } catch {
    return null;
  }
}
