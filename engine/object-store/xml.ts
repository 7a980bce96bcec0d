const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * The texts of all elements of a name, in order. For the answers of storage services: flat XML without attributes that
 * matter, comments or CDATA.
 */
export function xmlTexts(xml: string, element: string): string[] {
  const found = xml.matchAll(new RegExp(`<${element}(?:\\s[^>]*)?>([^<]*)</${element}>`, 'g'));
  return [...found].map(([, text = '']) => decoded(text));
}

/** The text of the first element of a name; null when there is none. */
export function xmlText(xml: string, element: string): string | null {
  return xmlTexts(xml, element)[0] ?? null;
}

/** Parts of an answer: what stands between the tags of each element of a name. */
export function xmlParts(xml: string, element: string): string[] {
  const found = xml.matchAll(new RegExp(`<${element}(?:\\s[^>]*)?>([\\s\\S]*?)</${element}>`, 'g'));
  return [...found].map(([, inner = '']) => inner);
}

function decoded(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) =>
    name !== undefined
      ? (entities[name] ?? whole)
      : String.fromCodePoint(hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal)),
  );
}
