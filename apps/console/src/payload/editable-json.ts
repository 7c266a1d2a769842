import { hiddenKindOf } from '../reveal/hidden-kinds.js';

/** A value as JSON text to be edited. What can't be seen is escaped: a text field shows characters as they are. */
export function editableJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  let escaped = '';
  for (const character of text)
    escaped += hiddenKindOf(character.codePointAt(0) ?? 0) === undefined ? character : escapeOf(character);
  return escaped;
}

function escapeOf(character: string): string {
  const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

/** Reads what was edited; a text says what is wrong with it. */
export function readEdited(text: string): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : 'This is no JSON.' };
  }
}
