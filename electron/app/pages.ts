/** The two pages that are shown without an engine. Static, no script. */

const style = `:root{color-scheme:light dark}body{margin:0;height:100vh;display:grid;place-items:center;font:14px/1.5 system-ui,sans-serif}
main{max-width:32rem;padding:2rem}h1{font-size:1.1rem;margin:0 0 .5rem}p{margin:.25rem 0;opacity:.8}`;

export function startingPage(): string {
  return page('Assay is starting', '<h1>Assay is starting …</h1><p>Opening the workspace.</p>');
}

export function failurePage(failure: { code: string; message: string; hint: string }): string {
  return page(
    'Assay could not start',
    `<h1>${escapeHtml(failure.message)}</h1><p>${escapeHtml(failure.hint)}</p><p><code>${escapeHtml(failure.code)}</code></p>`,
  );
}

function page(title: string, body: string): string {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>${title}</title><style>${style}</style></head><body><main>${body}</main></body></html>`;
  return `data:text/html;charset=utf-8,${encodeURIComponent(html)}`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
