import type { HttpRequest, HttpResponse } from './http-types.ts';

/** Whether a person looks at the answer: browsers ask for HTML by name, scripts do not. */
export function wantsPage(request: HttpRequest): boolean {
  return request.headers.accept?.includes('text/html') ?? false;
}

/** Text as HTML text or attribute value. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

const style = `
:root { color-scheme: light dark; }
body { font: 15px/1.6 system-ui, sans-serif; margin: 0; padding: 3rem 1.5rem; }
main { max-width: 60rem; margin: 0 auto; }
main.narrow { max-width: 34rem; }
h1 { font-size: 1.4rem; margin: 0 0 1rem; }
code, input { font: 0.92em ui-monospace, monospace; }
code { background: color-mix(in srgb, currentColor 9%, transparent); border-radius: 4px; padding: 0.1em 0.35em; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 0.5rem 0.9rem 0.5rem 0; border-bottom: 1px solid #8884; }
tr:target { background: #4f7cff26; }
form { display: flex; gap: 0.5rem; margin-top: 1.5rem; }
input { flex: 1; padding: 0.5rem 0.7rem; border: 1px solid #8888; border-radius: 6px; background: transparent; color: inherit; }
button { padding: 0.5rem 1rem; border: 0; border-radius: 6px; background: #2f5fe0; color: #fff; font: inherit; }
.fault { border-left: 3px solid #d64545; padding-left: 0.8rem; }
.sr-only { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }`;

/** Sends a small page of our own that needs no script and nothing from the build. `content` is HTML. */
export function sendPage(
  response: HttpResponse,
  status: number,
  title: string,
  content: string,
  width: 'narrow' | 'wide' = 'narrow',
): void {
  const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body><main class="${width}"><h1>${escapeHtml(title)}</h1>
${content}
</main></body>
</html>
`;
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.end(page);
}

/** What a browser without the cookie is told. `fault` names what was wrong with the token it brought. */
export function signInPage(fault: string | null): string {
  return `${fault === null ? '' : `<p class="fault">${escapeHtml(fault)}</p>`}
<p>Open the address that was printed when Assay started. It looks like
<code>http://127.0.0.1:4890/?token=…</code> and signs this browser in.</p>
<p>The token is also in the file <code>token</code> in the workspace folder:</p>
<form action="/" method="get">
<label class="sr-only" for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="off" required autofocus placeholder="Token">
<button>Sign in</button>
</form>`;
}
