import { type Html, html, joined } from './html.ts';
import { pageStyle } from './page-style.ts';

export type Section = { id: string; title: string; body: Html };
type ReportPage = {
  title: string;
  /** What it is about, under the title. */
  facts: readonly string[];
  sections: readonly Section[];
  /** Where it comes from, at the end. */
  footer: string;
};

/**
 * A page that needs nothing else: styles inside, charts as SVG, no scripts, light and dark by the reader's system. It forbids
 * itself to load anything.
 */
export function reportPage({ title, facts, sections, footer }: ReportPage): string {
  const contents = sections.map(({ id, title: name }) => html`<a href="#${id}">${name}</a>`);
  const body = sections.map(
    ({ id, title: name, body: piece }) => html`<section id="${id}"><h2>${name}</h2>${piece}</section>`,
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${title}</title>
<style>${{ html: pageStyle }}</style>
</head>
<body>
<header><h1>${title}</h1><p class="facts">${facts.map((fact) => html`<span>${fact}</span>`)}</p><nav aria-label="Contents">${contents}</nav></header>
<main>${joined(body)}</main>
<footer>${footer}</footer>
</body>
</html>
`.html;
}
