import type { ChainRow } from './audit-entry.js';
import { canonicalText } from './canonical-text.js';

/** One line of an export: the row as canonical JSON, and a line feed. */
export function exportRow({ seq, text, hash }: ChainRow): string {
  return `${canonicalText({ seq, text, hash })}\n`;
}

/**
 * The rows of an export. Reading is strict: a byte that {@link exportRow} would not have written makes it throw a
 * SyntaxError that names the line, so nothing in an export is outside what {@link verifyChain} covers.
 */
export function readExport(bytes: Uint8Array): ChainRow[] {
  let content: string;
  try {
    content = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new SyntaxError('the export is not UTF-8', { cause: error });
  }
  if (content === '') return [];
  if (!content.endsWith('\n')) throw new SyntaxError('the export ends within a line');
  return content
    .slice(0, -1)
    .split('\n')
    .map((line, i) => rowOf(line, i + 1));
}

function rowOf(line: string, number: number): ChainRow {
  const damaged = (cause?: unknown) => new SyntaxError(`line ${number} of the export is damaged`, { cause });
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw damaged(error);
  }
  if (!isRow(value) || exportRow(value) !== `${line}\n`) throw damaged();
  return value;
}

function isRow(value: unknown): value is ChainRow {
  if (typeof value !== 'object' || value === null) return false;
  const { seq, text, hash } = value as Record<string, unknown>;
  return (
    Number.isSafeInteger(seq) && typeof text === 'string' && text.isWellFormed() && typeof hash === 'string'
  );
}
