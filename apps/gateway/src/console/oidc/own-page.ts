import { ApiError } from '../../http/problem.js';

/** The header that pages of the console send: another site's page can't, without being asked first and refused. */
export const OWN_PAGE_HEADER = 'x-countersign-console';

/**
 * Throws `foreign_origin` unless a request comes from a page of the console's own. A cookie goes out with whatever a
 * browser sends here, so it alone says nothing about who wanted that.
 */
export function requireOwnPage(
  headers: Readonly<Record<string, readonly string[] | undefined>>,
  origin: string,
): void {
  const foreign = (why: string) =>
    new ApiError('foreign_origin', `A session counts for the console: ${why}.`);
  if (headers[OWN_PAGE_HEADER]?.join() !== '1') throw foreign('X-Countersign-Console is not sent');
  if (headers['origin']?.some((sent) => sent !== origin)) throw foreign('Origin is another one');
  if (headers['sec-fetch-site']?.some((site) => site !== 'same-origin'))
    throw foreign('Sec-Fetch-Site is another one');
}
