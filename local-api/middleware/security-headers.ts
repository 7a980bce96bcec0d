import type { HttpResponse, Middleware } from './http-types.ts';

/** For answers that are data: nothing may be loaded from them, and no page may frame them. */
const dataPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** For files that people stored: even opened as a page they run nothing and have an origin of their own. */
const storedFilePolicy = `${dataPolicy}; sandbox`;

/**
 * For the workbench and the API documentation. Inline styles are allowed because Mantine and Swagger UI set them at
 * run time; inline scripts and `eval` are not.
 */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self'",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ');

/** What keeps other pages out of an answer, by header. Answers are never cached unless a later handler says so. */
export const dataHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': dataPolicy,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

export const securityHeaders: Middleware = (_request, response, next) => {
  for (const [name, value] of Object.entries(dataHeaders)) response.setHeader(name, value);
  next();
};

/** Marks the answer as a page of ours. */
export function allowPage(response: HttpResponse): void {
  response.setHeader('Content-Security-Policy', pagePolicy);
  response.setHeader('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), usb=()');
}

/** Marks the answer as bytes that somebody stored. */
export function isolateStoredFile(response: HttpResponse): void {
  response.setHeader('Content-Security-Policy', storedFilePolicy);
}
