import type { Notice } from './notice.js';
import { headlineOf, linesOf } from './wording.js';

/** A mail without its envelope. */
export interface EmailMessage {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The mail of a notice: every value escaped, nothing loaded from anywhere, and no word of a job in the subject. */
export function emailMessage(notice: Notice): EmailMessage {
  const headline = headlineOf(notice);
  // Programs that read mail make links of what looks like an address, also where no markup says so.
  const lines = linesOf(notice).map(([name, value]) => [name, value.replaceAll('://', ':⁄⁄')] as const);
  const link = notice.link ?? '';
  return {
    subject: `Countersign: ${headline} (risk: ${notice.risk})`,
    text: [
      `${headline}.`,
      '',
      ...lines.map(([name, value]) => `${name}: ${value}`),
      ...(link === '' ? [] : ['', `Open it in the console: ${link}`]),
      '',
    ].join('\n'),
    html: [
      '<!doctype html><html><body>',
      `<p>${escaped(headline)}.</p><table>`,
      ...lines.map(
        ([name, value]) => `<tr><th align="left">${escaped(name)}</th><td>${escaped(value)}</td></tr>`,
      ),
      '</table>',
      ...(link === '' ? [] : [`<p><a href="${escaped(link)}">Open it in the console</a></p>`]),
      '</body></html>',
    ].join('\n'),
  };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"'`]/g, (character) => ENTITIES[character] ?? '');
}
