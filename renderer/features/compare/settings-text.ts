/** What a tab is set to: flat, so that it fits into an address. */
export type Settings = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/**
 * Settings as one short text, leaving out what is as usual: `axis:wall;smoothing:0.6;pinned:loss,val/auc`. Undefined when
 * all is as usual.
 */
export function writeSettings<S extends Settings>(settings: S, usual: S): string | undefined {
  const parts = Object.entries(settings).flatMap(([name, value]) => {
    const text = textOf(value);
    return text === textOf(usual[name] ?? '') ? [] : [`${name}:${text}`];
  });
  return parts.length === 0 ? undefined : parts.join(';');
}

/** Reads what `writeSettings` wrote. What is not known, or of another kind than usual, is passed over. */
export function readSettings<S extends Settings>(text: string | undefined, usual: S): S {
  const settings: Record<string, Settings[string]> = { ...usual };
  for (const part of (text ?? '').split(';')) {
    const colon = part.indexOf(':');
    const name = part.slice(0, Math.max(0, colon));
    const kind = Object.hasOwn(usual, name) ? usual[name] : undefined;
    if (kind === undefined) continue;
    const value = readValue(part.slice(colon + 1), kind);
    if (value !== null) settings[name] = value;
  }
  return settings as S;
}

function textOf(value: Settings[string]): string {
  return typeof value === 'object' ? value.map(escapeText).join(',') : escapeText(String(value));
}

function readValue(text: string, kind: Settings[string]): Settings[string] | null {
  if (typeof kind === 'number') return text !== '' && Number.isFinite(Number(text)) ? Number(text) : null;
  if (typeof kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : null;
  if (typeof kind === 'string') return unescapeText(text);
  return text === '' ? [] : text.split(',').map(unescapeText);
}

const marks: Record<string, string> = { '~': '~~', ';': '~s', ':': '~c', ',': '~k' };

function escapeText(text: string): string {
  return text.replace(/[~;:,]/g, (mark) => marks[mark] ?? mark);
}

function unescapeText(text: string): string {
  return text.replace(
    /~([~sck])/g,
    (_, sign: string) => ({ '~': '~', s: ';', c: ':', k: ',' })[sign] ?? sign,
  );
}
