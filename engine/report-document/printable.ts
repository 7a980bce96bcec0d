import type { ReportDocument } from './document.ts';

/**
 * Letters that the font of PDF reports may lack: those of scripts that it does not cover, and signs beyond the first plane. The font
 * covers alphabets of Europe and the Middle East; one for Chinese, Japanese and Korean alone would be larger than the engine.
 */
const unprintable =
  /(?:(?!\p{Script=Latin}|\p{Script=Greek}|\p{Script=Cyrillic}|\p{Script=Armenian}|\p{Script=Hebrew}|\p{Script=Arabic}|\p{Script=Georgian}|\p{Script=Lao}|\p{Script=Common}|\p{Script=Inherited})[\s\S]|[\u{3000}-\u{303f}\u{30fb}\u{30fc}\u{fe30}-\u{fe4f}\u{ff00}-\u{ffef}]|[\u{10000}-\u{10ffff}])+/gu;

const toTheLeft =
  /(\s?)((?:[\p{Script=Hebrew}\p{Script=Arabic}]\p{M}*)+(?: (?:[\p{Script=Hebrew}\p{Script=Arabic}]\p{M}*)+)*)( ?)/gu;

/**
 * Words are set one by one, each from right to left with the space after it where its letters go so. What goes together therefore
 * stays one word, and has a space of its own behind it.
 */
function spaced(text: string): string {
  return text.replace(toTheLeft, (found, before: string, words: string, after: string, at: number) => {
    const isFirst = at === 0;
    const isLast = after === '' && at + found.length === text.length;
    return `${isFirst ? before : before || ' '}${words.replaceAll(' ', '\u00a0')}${isLast ? '' : '  '}`;
  });
}

/** A text as the PDF can show it: letters that the font may lack as their code points, 名 as ⟨540D⟩; names stay apart, and can be looked up. */
export function printable(text: string): string {
  return spaced(text).replace(
    unprintable,
    (letters) =>
      `⟨${[...letters].map((letter) => (letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')).join(' ')}⟩`,
  );
}

/** The document with every text printable; its footer says so where that changes anything. */
export function printableDocument(document: ReportDocument): ReportDocument {
  const isSame = (text: string) => printable(text) === spaced(text);
  const texts: boolean[] = [];
  const within = (value: unknown): unknown => {
    if (typeof value === 'string') {
      texts.push(isSame(value));
      return printable(value);
    }
    if (Array.isArray(value)) return value.map(within);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, within(part)]));
  };
  const written = within(document) as ReportDocument;
  if (texts.every((same) => same)) return written;
  return {
    ...written,
    footer: `${written.footer} Letters that the font of this file lacks stand as their code points in ⟨⟩; the report in HTML has them.`,
  };
}
