import type { Request, Response } from 'express';
import { createHash } from 'node:crypto';

/** Answers with a body, or with 304 and none where the client has exactly that already. Nobody else may keep it. */
export function sendWithEtag(request: Request, response: Response, body: object): void {
  const text = JSON.stringify(body);
  const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
  // It may be kept, unlike all else, but is asked for each time.
  response.setHeader('Cache-Control', 'private, no-cache');
  response.setHeader('ETag', etag);
  if (isKnown(request.headers['if-none-match'], etag)) response.status(304).end();
  else response.status(200).type('application/json').send(text);
}

/** RFC 9110 13.1.2: a list of tags, compared weakly, or any at all. */
function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
}
