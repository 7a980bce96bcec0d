/** A piece of a page whose texts are escaped already. */
export type Html = { readonly html: string };

type Part = Html | string | number | null | undefined | readonly (Html | string)[];

/** Writes a piece of a page; everything put in is escaped unless it is such a piece itself. Null gives nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const written = strings.map((text, index) => `${text}${index < parts.length ? write(parts[index]) : ''}`);
  return { html: written.join('') };
}

/** Pieces one after the other. */
export function joined(parts: readonly Html[]): Html {
  return { html: parts.map((part) => part.html).join('') };
}

function write(part: Part): string {
  if (part === null || part === undefined) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  if ('html' in part) return part.html;
  return part.map(write).join('');
}

/** A text as it may stand between tags and in quoted attributes. */
function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
