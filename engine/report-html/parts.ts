import { type Html, html, joined } from './html.ts';

export type Tone = 'bad' | 'warn' | 'good' | 'plain';

/** A word in a coloured frame. */
export function badge(text: string, tone: Tone = 'plain'): Html {
  return html`<span class="badge ${tone}">${text}</span>`;
}

export type TableColumn = { title: string; align?: 'end' };

/** A table; `rows` have a cell a column. Wide ones scroll by themselves. */
export function table(columns: readonly TableColumn[], rows: readonly (readonly (Html | string)[])[]): Html {
  const look = columns.map(({ align }) => (align === 'end' ? ' class="end"' : ''));
  const head = columns.map(
    ({ title }, index) => html`<th scope="col"${{ html: look[index] ?? '' }}>${title}</th>`,
  );
  const body = rows.map(
    (row) => html`<tr>${row.map((cell, index) => html`<td${{ html: look[index] ?? '' }}>${cell}</td>`)}</tr>`,
  );
  return html`<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** Names with what they are. */
export function facts(pairs: readonly (readonly [string, Html | string])[]): Html {
  return html`<dl>${pairs.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

/** A matrix as a table whose cells are coloured by their values, from −`most` to `most`; blank where there is none. */
export function heatTable(
  rows: readonly string[],
  columns: readonly string[],
  values: readonly (readonly (number | null)[])[],
  most = 1,
): Html {
  const head = columns.map((name) => html`<th scope="col">${name}</th>`);
  const body = rows.map((name, row) => {
    const cells = columns.map((_, column) => heatCell(values[row]?.[column] ?? null, most));
    return html`<tr><th scope="row">${name}</th>${cells}</tr>`;
  });
  return html`<div class="scroll"><table class="heat"><thead><tr><td></td>${head}</tr></thead><tbody>${joined(body)}</tbody></table></div>`;
}

function heatCell(value: number | null, most: number): Html {
  if (value === null) return html`<td></td>`;
  const strength = Math.min(1, Math.abs(value) / most) * 0.55;
  const ink = value < 0 ? 'var(--ink-low)' : 'var(--ink)';
  return html`<td style="background:rgba(${ink},${strength.toFixed(2)})">${value.toFixed(2)}</td>`;
}
