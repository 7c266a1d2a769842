import { Transition } from '../engine/keyword-automaton.js';
import { keywordAutomaton } from './scan-keywords.js';

/**
 * The pass over the keywords alone, with nothing judged: what a scan costs at the least. For measuring.
 *
 * @returns how many characters end a keyword or begin a number
 */
export function keywordPass(text: string): number {
  const { columns, next } = keywordAutomaton;
  let hits = 0;
  let state = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const transition = code < 128 ? (next[(state << 6) | (columns[code] ?? 0)] ?? 0) : 0;
    state = transition & Transition.State;
    if (transition >= Transition.Final) hits++;
  }
  return hits;
}
