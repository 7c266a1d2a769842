import type { Request, RequestHandler, Response } from 'express';
import { INDEX, type ConsoleFile, type ConsoleFiles } from './console-files.js';

/**
 * What the console may load: its own files and its own API, nothing from anywhere else, no inline script and no inline
 * style. Whatever got into a page by a mistake of ours could not run and could not call home.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** A year, in seconds: the longest that caches heed. */
const FOREVER = 'public, max-age=31536000, immutable';

/** Addresses that are never a page. */
const NOT_PAGES = /^\/(api|health|assets)(\/|$)/i;

/**
 * Serves the console. A page is answered to browsers that ask for one (`Accept: text/html`), at every address but those
 * of the API; to anybody else an unknown address stays unknown.
 */
export function serveConsole(files: ConsoleFiles): RequestHandler {
  return (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return next();
    const file = files.get(request.path) ?? (wantsPage(request) ? files.get(INDEX) : undefined);
    if (file === undefined) return next();
    send(response, file);
  };
}

function wantsPage(request: Request): boolean {
  const accepted = (request.headers.accept ?? '').split(',').map((type) => type.split(';')[0]?.trim());
  return accepted.includes('text/html') && !NOT_PAGES.test(request.path);
}

function send(response: Response, { bytes, type, isHashed }: ConsoleFile): void {
  response.setHeader('Content-Type', type);
  response.setHeader('Cache-Control', isHashed ? FOREVER : 'no-store');
  response.setHeader('Content-Security-Policy', CONTENT_SECURITY_POLICY);
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()');
  response.setHeader('Content-Length', bytes.byteLength);
  response.status(200).end(response.req.method === 'HEAD' ? undefined : bytes);
}
