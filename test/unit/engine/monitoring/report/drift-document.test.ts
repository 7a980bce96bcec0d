import { describe, expect, test } from 'vitest';
import { driftDocument } from '../../../../../engine/monitoring/report/drift-document.ts';
import { documentHtml, documentPdf } from '../../../../../engine/report-document/index.ts';
import { type ColumnDrift, DriftReport } from '../../../../../local-api/contract/index.ts';

const column = (name: string, more: Partial<ColumnDrift> = {}): ColumnDrift => ({
  name,
  type: 'float',
  kind: 'number',
  method: 'wasserstein',
  score: 0.02,
  pValue: 0.4,
  threshold: 0.1,
  drifted: false,
  reason: `No drift in ${name}.`,
  results: [],
  reference: { count: 900, missing: 100, mean: 1, std: 2 },
  current: { count: 500, missing: 500, mean: 3, std: 2 },
  distribution: { kind: 'histogram', edges: [0, 1, 2], reference: [0.4, 0.6], current: [0.1, 0.9] },
  ...more,
});

const report = DriftReport.parse({
  id: 'drf_1',
  referenceVersionId: 'v1',
  currentVersionId: 'v2',
  referenceName: 'flights v1',
  currentName: 'flights v2',
  referenceRows: 1000,
  currentRows: 1000,
  drifted: true,
  driftedColumns: 2,
  totalColumns: 3,
  skippedColumns: [{ name: 'id', reason: 'looks like an id' }],
  columns: [
    column('quiet'),
    column('λευκό <b>& белый', { drifted: true, score: 0.4, reason: 'Drifted: it moved.' }),
    column('carrier', {
      type: 'string',
      kind: 'category',
      method: 'js',
      drifted: true,
      score: 0.9,
      reason: 'Drifted: its shares moved.',
      distribution: {
        kind: 'categories',
        labels: ['ΑΒ', 'Ўз', 'Świt'],
        reference: [0.5, 0.3, 0.2],
        current: [0.1, 0.1, 0.8],
      },
    }),
  ],
  seconds: 0.1,
  createdAtMs: Date.parse('2026-06-01T12:00:00Z'),
});

describe('a drift report as a document', () => {
  test('says what changed in its first sentence, the most changed first', () => {
    const [summary] = driftDocument(report).sections;
    expect(summary?.blocks[0]).toMatchObject({
      kind: 'callout',
      tone: 'warn',
      text: '2 of 3 columns changed, the most changed first: carrier, λευκό <b>& белый.',
    });
  });

  test('tells what was left out, and what the figures mean', () => {
    const { sections } = driftDocument(report);
    const of = (id: string) => JSON.stringify(sections.find((section) => section.id === id)?.blocks);
    expect(of('skipped')).toContain('id: looks like an id');
    expect(of('glossary')).toContain('Jensen');
    expect(of('columns')).toContain('10 % → 50 %');
  });
});

describe('its HTML', () => {
  const html = documentHtml(driftDocument(report));

  test('loads nothing and runs nothing, and names of columns are no markup', () => {
    expect(html).not.toMatch(/<script|<link|src=|url\(|@import|http-equiv="refresh"/);
    expect(html).toContain('λευκό &lt;b&gt;&amp; белый');
    expect(html).not.toContain('<b>');
  });

  test('draws both windows of each changed column, with words for those who cannot see it', () => {
    expect(html.match(/<svg [^>]*role="img" aria-label="[^"]+"/g)).toHaveLength(2);
    expect(html).toContain('>Świt<');
  });

  test('has the same bytes each time', () => {
    expect(documentHtml(driftDocument(report))).toBe(html);
  });
});

describe('its PDF', () => {
  test('has the same bytes each time, an outline, fonts inside, and no program', async () => {
    const [first, second] = await Promise.all([
      documentPdf(driftDocument(report)),
      documentPdf(driftDocument(report)),
    ]);
    expect(first.equals(second)).toBe(true);
    const text = first.toString('latin1');
    expect(text.startsWith('%PDF-1.')).toBe(true);
    expect(text).toContain('/Outlines');
    expect(text.match(/\/FontFile2/g)?.length).toBeGreaterThanOrEqual(2);
    expect(text).not.toMatch(/\/JavaScript|\/URI/);
    expect(text).toContain('(D:20260601120000Z)');
  }, 30_000);
});
