import { describe, expect, it } from 'vitest';
import { actionNames, names } from './names.js';

describe('names that are looked up', () => {
  it.each([1, 2, 6, 7, 40])('are found in a list of %d, and no others', (length) => {
    const list = Array.from({ length }, (_, at) => `name-${at}`);
    expect(list.every((name) => names(list).has(name))).toBe(true);
    for (const other of ['', 'name', 'name-', `name-${length}`, 'NAME-0'])
      expect(names(list).has(other)).toBe(false);
  });

  it('of actions may have a star for any part', () => {
    const actions = actionNames(['read', 'issue_*', '*_all', 'a*b*c']);
    for (const name of ['read', 'issue_', 'issue_card', 'drop_all', 'abc', 'a-b-c'])
      expect(actions.has(name)).toBe(true);
    for (const name of ['reads', 'issue', 'all', 'acb', 'xissue_', 'issue_*x*'.slice(0, 5)]) {
      expect(actions.has(name)).toBe(false);
    }
    expect(actionNames(['read']).has('read')).toBe(true);
    expect(actionNames(['read']).has('issue_*')).toBe(false);
  });
});
