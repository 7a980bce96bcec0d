import { describe, expect, it } from 'vitest';
import { hexLines } from '../../../../../../renderer/features/runs/artifacts/HexPreview.tsx';
import { highlight } from '../../../../../../renderer/features/runs/artifacts/highlight.ts';
import { readNotebook } from '../../../../../../renderer/features/runs/artifacts/notebook.ts';
import {
  fromPlotly,
  plotlyInHtml,
} from '../../../../../../renderer/features/runs/artifacts/plotly-figure.ts';
import { languageOf, previewKind } from '../../../../../../renderer/features/runs/artifacts/preview-kinds.ts';
import { textOf } from '../../../../../../renderer/features/runs/artifacts/read-bytes.ts';
import { readZipListing } from '../../../../../../renderer/features/runs/artifacts/zip-listing.ts';

describe('the kind of a preview', () => {
  it.each([
    ['card.md', 'markdown'],
    ['a/b.CSV', 'table'],
    ['roc.vl.json', 'figure'],
    ['roc.json', 'json'],
    ['model/MLmodel', 'text'],
    ['n.ipynb', 'notebook'],
    ['weights.safetensors', 'bytes'],
  ])('of %s is %s', (path, kind) => expect(previewKind(path)).toBe(kind));

  it('names the language of code', () => {
    expect([languageOf('a.py'), languageOf('m/MLmodel'), languageOf('x.txt')]).toEqual([
      'python',
      'yaml',
      null,
    ]);
  });
});

describe('text', () => {
  it('that was cut in the middle of a character ends before it', () => {
    const bytes = new TextEncoder().encode('grün');
    expect(textOf(bytes.subarray(0, 3), true)).toBe('gr');
    expect(textOf(bytes, false)).toBe('grün');
  });

  it('is coloured without a character being lost', () => {
    const code = 'def f(x):\n    return "<b>" # why\n';
    const pieces = highlight(code, 'python');
    expect(pieces.map((piece) => piece.text).join('')).toBe(code);
    expect(pieces.find((piece) => piece.text === 'return')?.look).toBe('keyword');
  });

  it('of no kind is shown as hexadecimal numbers and ASCII', () => {
    expect(hexLines(new Uint8Array([0x50, 0x4b, 0, 255]))).toEqual([
      `00000000  ${'50 4b 00 ff'.padEnd(47)}  PK..`,
    ]);
  });
});

describe('a notebook', () => {
  const notebook = (outputs: unknown[]) =>
    JSON.stringify({ cells: [{ cell_type: 'code', source: ['a = 1\n', 'a'], execution_count: 3, outputs }] });

  it('gives its cells with the richest output of each', () => {
    const [cell] = readNotebook(
      notebook([
        { output_type: 'stream', name: 'stdout', text: ['\u001b[31mred\u001b[0m\n'] },
        { output_type: 'execute_result', data: { 'text/plain': ['x'], 'text/html': ['<b>x</b>'] } },
        { output_type: 'display_data', data: { 'image/png': 'iVBO\nRw0KGgo=', 'text/plain': 'figure' } },
      ]),
    ).cells;
    expect(cell).toMatchObject({ kind: 'code', source: 'a = 1\na', count: 3 });
    expect(cell?.outputs).toEqual([
      { kind: 'text', text: 'red\n' },
      { kind: 'html', text: '<b>x</b>' },
      { kind: 'image', text: 'data:image/png;base64,iVBORw0KGgo=' },
    ]);
  });

  it('puts nothing but base64 into the address of a picture', () => {
    const [cell] = readNotebook(
      notebook([
        { output_type: 'display_data', data: { 'image/png': 'x"><script>', 'text/plain': 'plain' } },
      ]),
    ).cells;
    expect(cell?.outputs).toEqual([{ kind: 'text', text: 'plain' }]);
  });

  it('is told from other JSON', () => {
    expect(() => readNotebook('{"a":1}')).toThrow('not a Jupyter notebook');
  });
});

describe("Plotly's figures", () => {
  it('are found in the pages that it writes, whatever brackets stand in their texts', () => {
    const html =
      '<script>Plotly.newPlot("id-1", [{"type":"bar","name":"a ] \\" b","x":["p"],"y":[1]}], {"title":{"text":"T"}}, {"responsive":true})</script>';
    expect(plotlyInHtml(html)).toEqual({
      data: [{ type: 'bar', name: 'a ] " b', x: ['p'], y: [1] }],
      layout: { title: { text: 'T' } },
    });
    expect(plotlyInHtml('<p>no figure</p>')).toBeNull();
  });

  it('become curves and points with the numbers they hold, also packed ones', () => {
    const packed = Buffer.from(new Float64Array([1.5, 2.5]).buffer).toString('base64');
    const { spec, unknown } = fromPlotly({
      data: [
        { type: 'scatter', mode: 'lines', name: 'loss', x: [0, 1], y: { dtype: 'f8', bdata: packed } },
        { type: 'surface' },
      ],
      layout: { title: 'Training', yaxis: { type: 'log' } },
    });
    expect(unknown).toEqual(['surface']);
    expect(spec).toMatchObject({
      title: 'Training',
      mark: { type: 'line' },
      data: {
        values: [
          { x: 0, y: 1.5 },
          { x: 1, y: 2.5 },
        ],
      },
      encoding: { y: { scale: { type: 'log' } } },
    });
  });
});

describe('the listing of a ZIP file', () => {
  it('reads the directory only', async () => {
    // Made with Python's zipfile: a.txt ("hello", stored) and b/ü.txt (1,000 times "x", deflated).
    const bytes = Uint8Array.from(Buffer.from(zipMadeByPython, 'base64'));
    const asked: number[] = [];
    const listing = await readZipListing(bytes.length, async (start, end) => {
      asked.push(end - start);
      return bytes.slice(start, end);
    });
    expect(listing.total).toBe(2);
    expect(listing.files.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
      ['a.txt', 5],
      ['b/ü.txt', 1000],
    ]);
    expect(asked).toHaveLength(2);
  });

  it('is refused for what is no ZIP file', async () => {
    await expect(readZipListing(4, async () => new Uint8Array([1, 2, 3, 4]))).rejects.toThrow(
      /not a ZIP file/,
    );
  });
});

const zipMadeByPython =
  'UEsDBBQAAAAAAAAAIQCGphA2BQAAAAUAAAAFAAAAYS50eHRoZWxsb1BLAwQUAAAICAAAACEA5slBOwsAAADoAwAACAAAAGIvw7wudHh0q6gYBaNgFAx3AABQSwECFAMUAAAAAAAAACEAhqYQNgUAAAAFAAAABQAAAAAAAAAAAAAAgAEAAAAAYS50eHRQSwECFAMUAAAICAAAACEA5slBOwsAAADoAwAACAAAAAAAAAAAAAAAgAEoAAAAYi/DvC50eHRQSwUGAAAAAAIAAgBpAAAAWQAAAAAA';
