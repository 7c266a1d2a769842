import { CharClass, isAt } from '../characters.js';
import type { Detector } from '../engine/detector.js';
import type { View } from '../engine/view.js';
import { looksIssued, looksRandom } from './variety.js';

/** Comments that tell other scanners to look away. They change nothing here, and somebody wrote them for a reason. */
export const suppressionMarkers: readonly string[] = [
  'gitleaks:allow',
  'gitleaks-allow',
  'betterleaks:allow',
  'secretlint-disable',
  'trufflehog:ignore',
  'pragma: allowlist',
  'pragma: whitelist',
  'pragma:allowlist',
  'detect-secrets:',
  'ggignore',
  'kingfisher:ignore',
  'noseyparker:ignore',
  'nosecret',
  'nosec',
  'noscan',
  'nosemgrep',
  'noqa: s1',
  'noqa:s1',
  'checkov:skip',
  'tfsec:ignore',
  'trivy:ignore',
  'snyk:ignore',
  'semgrep-disable',
  'dlp:ignore',
  'countersign:allow',
  'countersign:ignore',
  'scanner:ignore',
  'secret-scan:ignore',
];

/** A suppression comment, as one word. */
export const detectSuppression: Detector = (view, start, end, report) => {
  if (isAt(view.text, start - 1, CharClass.Word) || isAt(view.text, end, CharClass.Letter)) return;
  report({ rule: 'unsafe.suppression-marker', start, end });
};

const longestTag = 2048;
const handler = /[\s"'/]on[a-z]{3,24}\s{0,4}=/i;
const dangerousTag =
  /^<(?:script|iframe|object|embed|applet|base|meta|form|svg|link|style|frame|portal)(?=[\s/>])/i;
/** Names that mean something else in programming languages unless an attribute follows. */
const ambiguousTag = /^<(?:object|frame|applet|embed|base|form|link|style)[^=]{0,2048}$/i;
const quietTag = /^<(?:meta|form|svg|link|style|base)/i;
const active =
  /(?:javascript|vbscript)\s{0,4}:|data:\s{0,4}(?:text\/html|image\/svg)|http-equiv\s{0,4}=\s{0,4}["']?refresh|srcdoc\s{0,4}=|expression\s{0,4}\(|formaction/i;

/** Tags that run code or load it: the whole element when it is closed near by, its opening tag otherwise. */
export const detectTag: Detector = (view, start, _end, report) => {
  const { text } = view;
  const window = text.slice(start, start + longestTag);
  const close = tagEnd(window);
  view.work.steps += close === -1 ? Math.min(window.length, 256) : close;
  if (close === -1) return;
  const tag = window.slice(0, close + 1);
  if (ambiguousTag.test(tag)) return;
  const runs = handler.test(tag) || active.test(tag);
  if (!runs && (!dangerousTag.test(tag) || quietTag.test(tag))) return;
  const name = /^<([a-z]{1,16})/i.exec(tag)?.[1]?.toLowerCase() ?? '';
  const closing = view.text
    .slice(start, start + longestElement)
    .toLowerCase()
    .indexOf(`</${name}>`, close);
  const stop = closing === -1 || name === 'img' ? start + close + 1 : start + closing + name.length + 3;
  report({ rule: 'unsafe.html-script', start, end: stop });
};

const longestElement = 1024;

/** The `>` that ends a tag; one inside quotation marks does not. */
function tagEnd(window: string): number {
  let quote = '';
  for (let i = 1; i < window.length; i++) {
    const character = window[i] ?? '';
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '>') return i;
    else if (character === '<') return -1;
  }
  return -1;
}

/** Opening tags that may run code. */
export const tagKeywords: readonly string[] = [
  '<script',
  '<iframe',
  '<object',
  '<embed',
  '<applet',
  '<base',
  '<meta',
  '<form',
  '<svg',
  '<img',
  '<link',
  '<style',
  '<frame',
  '<body',
  '<input',
  '<video',
  '<audio',
  '<details',
  '<math',
  '<a ',
  '<div ',
  '<marquee',
  '<select',
  '<textarea',
  '<button',
];

const schemeRest = /[^\s"'`<>)\]]{1,4096}/y;

/** Addresses that run code when they are opened. */
export const detectScheme: Detector = (view, start, end, report) => {
  if (isAt(view.text, start - 1, CharClass.Word | CharClass.Hyphen)) return;
  schemeRest.lastIndex = end;
  if (!schemeRest.test(view.text)) return;
  const stop = schemeRest.lastIndex;
  view.work.steps += stop - end;
  if (/^javascript:(?:void|;|\/\/)/i.test(view.text.slice(start, end + 6))) return;
  report({ rule: 'unsafe.url-scheme', start, end: stop });
};

/** Schemes that run code. `data:` only with types that a browser renders as a page. */
export const schemeKeywords: readonly string[] = [
  'javascript:',
  'vbscript:',
  'data:text/html',
  'data:application/xhtml',
  'data:image/svg+xml',
  'data:text/javascript',
  'livescript:',
  'ms-msdt:',
  'search-ms:',
  'ms-officecmd:',
  'jar:http',
  'mhtml:http',
];

const image = /!\[[^\]\n]{0,512}$/;
const link = /\[[^\]\n]{0,512}$/;
const address = /\s{0,4}<?(https?:\/\/|\/\/)([^\s)"'<>]{1,4096})/iy;

/**
 * Images and links in Markdown that carry data to a host. The keyword is `](`. An image is fetched without anybody
 * clicking, so a random value in its query is enough; a link must hold a longer one.
 */
export const detectMarkdownLink: Detector = (view, start, end, report) => {
  const { text } = view;
  if (start < view.linksUntil) return;
  address.lastIndex = end;
  const found = address.exec(text);
  if (found === null) return;
  view.linksUntil = address.lastIndex;
  const before = text.slice(Math.max(0, start - 514), start);
  view.work.steps += 514 + found[0].length;
  const opening = image.exec(before) ?? link.exec(before);
  if (opening === null || isTrusted(view, found[2] ?? '')) return;
  const isImage = opening[0].startsWith('!');
  if (!carriesData(found[2] ?? '', isImage ? 16 : 40)) return;
  const close = text.indexOf(')', address.lastIndex);
  const stop = close === -1 || close > address.lastIndex + 256 ? address.lastIndex : close + 1;
  report({ rule: 'unsafe.markdown-exfil', start: start - opening[0].length, end: stop });
};

/** `<img src="https://host/?d=…">` does the same in HTML, and `[x]: https://…` in a reference. */
export const detectImageSource: Detector = (view, start, end, report) => {
  if (start < view.linksUntil) return;
  address.lastIndex = end;
  const found = address.exec(view.text);
  if (found === null) return;
  view.linksUntil = address.lastIndex;
  if (isTrusted(view, found[2] ?? '') || !carriesData(found[2] ?? '', 24)) return;
  view.work.steps += found[0].length;
  report({ rule: 'unsafe.markdown-exfil', start, end: address.lastIndex });
};

function isTrusted(view: View, rest: string): boolean {
  const host = (/^(?:[^/@?#]{0,256}@)?([^/:?#]{1,256})/.exec(rest)?.[1] ?? '').toLowerCase();
  return view.settings.trustedHosts.some((trusted) => host === trusted || host.endsWith(`.${trusted}`));
}

/** Whether a query, a fragment or a part of the path holds a value that is no word: encoded or random. */
function carriesData(rest: string, least: number): boolean {
  const query = rest.search(/[?#]/);
  if (query === -1) return false;
  const values = rest
    .slice(query + 1, query + 4096)
    .split(/[&;]/)
    .map((part) => part.slice(part.indexOf('=') + 1));
  return values.some(
    (value) =>
      value.length >= least &&
      !/^https?(?::|%3a)/i.test(value) &&
      (looksEncoded(value) || /\{\{|\$\{|%7B/i.test(value)),
  );
}

function looksEncoded(value: string): boolean {
  const beginning = value.slice(0, 128).replace(/%[0-9a-f]{2}/gi, 'Z');
  if (/^[\w+/=.~-]{1,128}$/.test(beginning))
    return looksIssued(beginning) && (looksRandom(beginning) || value.includes('%'));
  return value.length >= 64;
}
