import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { printable, printableDocument } from '../../../../engine/report-document/printable.ts';

test('letters that the font has stay, others are told as code points', () => {
  for (const text of ['größe Ωμέγα Ширина Ճ — “x” → σ ≤ ½ 12 %', '']) expect(printable(text)).toBe(text);
  expect(printable('名前 (a)')).toBe('⟨540D 524D⟩ (a)');
  expect(printable('x🎉、ก한')).toBe('x⟨1F389 3001 0E01 D55C⟩');
});

test('words from right to left stay together, and have a space behind them', () => {
  expect(printable('in שם הלקוח (3 %)')).toBe('in שם\u00a0הלקוח  (3 %)');
  expect(printable('“ملف”, x')).toBe('“ ملف  ”, x');
  expect(printable('שם')).toBe('שם');
});

test('a document says in its footer that letters are told so, and is the very same when none are', () => {
  const document = {
    title: 'Drift',
    facts: [],
    sections: [
      {
        id: 'a',
        title: 'A',
        blocks: [
          { kind: 'table' as const, columns: [], rows: [['金額', { text: 'ok', tone: 'good' as const }]] },
        ],
      },
    ],
    footer: 'End.',
    createdAtMs: 5,
  };
  const written = printableDocument(document);
  expect(written.sections[0]?.blocks[0]).toMatchObject({
    rows: [['⟨91D1 984D⟩', { text: 'ok', tone: 'good' }]],
  });
  expect(written).toMatchObject({ createdAtMs: 5, footer: expect.stringContaining('code points') });
  const plain = { ...document, sections: [] };
  expect(printableDocument(plain)).toEqual(plain);
});

test('the font has what is called printable: no empty boxes', async () => {
  const { default: Document } = await import('pdfkit');
  const fonts = createRequire(import.meta.url);
  for (const name of ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf']) {
    const pdf = new Document({ font: fonts.resolve(`dejavu-fonts-ttf/ttf/${name}`) });
    const { font } = Object(pdf)._font;
    const lacking = [
      ...'ÄößéñçşžőłđıƏ ΑΩάώϕ АЯёїљџ ابتثم אבתש ԱՖ აჰ ກ ⟨⟩“”‘’–—…→←≤≥≠±×÷√σμΔΣ½²³°€£✓✗•·',
    ].filter((letter) => !font.hasGlyphForCodePoint(letter.codePointAt(0) ?? 0));
    expect(lacking, name).toEqual([]);
  }
});
