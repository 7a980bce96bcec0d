import { z } from 'zod';

const Lines = z
  .union([z.string(), z.array(z.string())])
  .transform((text) => (Array.isArray(text) ? text.join('') : text));
const Bundle = z.record(z.string(), z.unknown());
const Output = z.object({
  output_type: z.string(),
  text: Lines.optional(),
  data: Bundle.optional(),
  traceback: z.array(z.string()).optional(),
  name: z.string().optional(),
});
const CellOfNotebook = z.object({
  cell_type: z.string(),
  source: Lines.default(''),
  outputs: z.array(Output).default([]),
  execution_count: z.number().nullish(),
});
const NotebookFile = z.object({
  cells: z.array(CellOfNotebook),
  metadata: z
    .object({ language_info: z.object({ name: z.string() }).optional() })
    .optional()
    .catch(undefined),
});

/** What a cell put out, in the richest form that is shown here. */
export type NotebookOutput = {
  kind: 'text' | 'error' | 'html' | 'markdown' | 'image' | 'figure';
  text: string;
};
export type NotebookCell = {
  kind: 'markdown' | 'code' | 'raw';
  source: string;
  count: number | null;
  outputs: NotebookOutput[];
};
export type Notebook = { language: string; cells: NotebookCell[] };

/** Reads a Jupyter notebook (nbformat 4). Throws an Error that says what is wrong with it. */
export function readNotebook(text: string): Notebook {
  const parsed = NotebookFile.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error('This is not a Jupyter notebook of format 4: it has no cells.');
  return {
    language: parsed.data.metadata?.language_info?.name ?? 'python',
    cells: parsed.data.cells.map((cell) => ({
      kind: cell.cell_type === 'code' || cell.cell_type === 'markdown' ? cell.cell_type : 'raw',
      source: cell.source,
      count: cell.execution_count ?? null,
      outputs: cell.outputs.map(outputOf).filter((output) => output.text !== ''),
    })),
  };
}

function outputOf(output: z.infer<typeof Output>): NotebookOutput {
  if (output.output_type === 'error')
    return { kind: 'error', text: withoutColours((output.traceback ?? []).join('\n')) };
  const { data } = output;
  if (!data) return { kind: 'text', text: withoutColours(output.text ?? '') };
  for (const type of ['image/png', 'image/jpeg', 'image/gif', 'image/webp']) {
    const image = bundled(data[type]).replace(/\s/g, '');
    // Only base64 comes into the address, so nothing else can be said with it.
    if (/^[A-Za-z0-9+/]+=*$/.test(image)) return { kind: 'image', text: `data:${type};base64,${image}` };
  }
  const svg = bundled(data['image/svg+xml']);
  if (svg !== '') return { kind: 'image', text: `data:image/svg+xml;utf8,${encodeURIComponent(svg)}` };
  const figure = Object.entries(data).find(([type]) => /^application\/(vnd\.vega|vnd\.plotly)/.test(type));
  if (figure) return { kind: 'figure', text: JSON.stringify(figure[1]) };
  if (bundled(data['text/html']) !== '') return { kind: 'html', text: bundled(data['text/html']) };
  if (bundled(data['text/markdown']) !== '')
    return { kind: 'markdown', text: bundled(data['text/markdown']) };
  return { kind: 'text', text: withoutColours(bundled(data['text/plain'])) };
}

function bundled(value: unknown): string {
  const text = Lines.safeParse(value);
  return text.success ? text.data : '';
}

/** Without the escape sequences by which terminals colour text. */
function withoutColours(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for.
  return text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '');
}
