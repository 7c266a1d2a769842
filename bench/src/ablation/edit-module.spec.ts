import { describe, expect, it } from 'vitest';
import { editModule } from './edit-module.js';

const edit = { file: 'libs/some/dist/module.js', find: 'await sign();', replace: '' };

describe('an edit of a built module', () => {
  it('replaces its text where that stands once', () => {
    expect(editModule('before(); await sign(); after();', [edit])).toBe('before();  after();');
  });

  it('takes the replacement as it is, without patterns', () => {
    expect(editModule('a; await sign();', [{ ...edit, replace: "'$JS.API' $& $1" }])).toBe(
      "a; '$JS.API' $& $1",
    );
  });

  it('makes several in one module, each in what the one before has left', () => {
    const second = { ...edit, find: 'after();', replace: 'end();' };
    expect(editModule('await sign(); after();', [edit, second])).toBe(' end();');
  });

  it('stops when the code has moved', () => {
    expect(() => editModule('before(); after();', [edit])).toThrow(
      'module.js has 0 places like await sign();',
    );
  });

  it('stops when its place is not the only one', () => {
    expect(() => editModule('await sign(); await sign();', [edit])).toThrow('has 2 places');
  });
});
