import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const FOLDER = import.meta.dirname;
const sources = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.includes('.spec.'))
  .map((entry) => ({ name: entry.name, text: readFileSync(join(entry.parentPath, entry.name), 'utf8') }));

describe('H21: the console’s own sources', () => {
  it.each([
    [
      'no markup from texts',
      /dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser/,
    ],
    ['no code from texts', /\beval\(|new Function\(|javascript:/],
    ['no place for a credential but the tab', /localStorage|document\.cookie|indexedDB/],
    ['no address of anybody else', /https?:\/\//],
  ])('have %s', (_what, pattern) => {
    expect(sources.length).toBeGreaterThan(40);
    expect(sources.filter(({ text }) => pattern.test(text)).map(({ name }) => name)).toEqual([]);
  });
});
