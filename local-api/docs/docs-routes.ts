import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { Express } from 'express';
import { errorTable } from '../contract/index.ts';
import { sendText } from '../middleware/compression.ts';
import type { HttpRequest, HttpResponse } from '../middleware/http-types.ts';
import { escapeHtml, sendPage } from '../middleware/pages.ts';
import { allowPage } from '../middleware/security-headers.ts';
import { staticFiles } from '../middleware/static-files.ts';
import { buildOpenApi } from './openapi.ts';

const swaggerFiles = new Set(['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png']);

/** The OpenAPI document, its interactive page and the table of error codes. All of it works offline. */
export function serveDocs(app: Express): void {
  let document: string | undefined;
  app.get('/openapi.json', (request: HttpRequest, response: HttpResponse) => {
    response.locals.route = '/openapi.json';
    // Built when first asked for: it takes some tens of milliseconds that a start need not wait for.
    document ??= JSON.stringify(buildOpenApi());
    return sendText(request, response, 200, 'application/json', document);
  });
  app.get('/docs', (_request: HttpRequest, response: HttpResponse) => {
    response.locals.route = '/docs';
    allowPage(response);
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(docsPage);
  });
  app.get('/docs/start.js', (_request: HttpRequest, response: HttpResponse) => {
    response.locals.route = '/docs';
    response.setHeader('Content-Type', 'text/javascript; charset=utf-8');
    response.end(docsScript);
  });
  app.get('/docs/errors', (_request: HttpRequest, response: HttpResponse) => {
    response.locals.route = '/docs/errors';
    allowPage(response);
    sendPage(response, 200, 'Error codes', errorsTable(), 'wide');
  });
  const swaggerDir = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  app.use(staticFiles({ dir: swaggerDir, prefix: '/docs/assets/', include: swaggerFiles }));
}

const docsPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Assay API</title>
<link rel="icon" href="/docs/assets/favicon-32x32.png">
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

/** A file of its own, because the policy of our pages refuses inline scripts. */
const docsScript = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  docExpansion: 'none',
  filter: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;

function errorsTable(): string {
  const rows = Object.entries(errorTable).map(
    ([code, { status, title, hint }]) =>
      `<tr id="${escapeHtml(code)}"><td><code>${escapeHtml(code)}</code></td><td>${status}</td><td>${escapeHtml(title)}</td><td>${escapeHtml(hint)}</td></tr>`,
  );
  return `<p>Every error answers as problem details (RFC 9457). The code never changes its meaning; the text of
<code>detail</code> may. Quote <code>requestId</code> to find a request in the log.</p>
<table><thead><tr><th>Code</th><th>Status</th><th>What it means</th><th>What to do</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody></table>`;
}
