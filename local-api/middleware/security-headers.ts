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

/** Sets on every answer what keeps other pages out. Answers are never cached unless a later handler says so. */
export const securityHeaders: Middleware = (_request, response, next) => {
  response.setHeader('Content-Security-Policy', dataPolicy);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Cache-Control', 'no-store');
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
