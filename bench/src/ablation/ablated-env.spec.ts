import { describe, expect, it } from 'vitest';
import { ABLATED } from './ablation.js';
import { ABLATION_ENV, ablatedEnv } from './ablated-env.js';
import { editsFor } from './edits.js';

const editedFile = '/tmp/edited';

describe('the processes of a variant', () => {
  it('are those of the product when it goes without nothing', () => {
    const env = { PATH: '/bin' };
    expect(ablatedEnv(env, { edits: editsFor([]), editedFile })).toBe(env);
  });

  it('are told what to edit, and keep the Node options they had', () => {
    const edits = editsFor(['accounts']);
    const env = ablatedEnv({ NODE_OPTIONS: '--import profile' }, { edits, editedFile });
    expect(env['NODE_OPTIONS']).toMatch(/^--import profile --import file:.*\/register\.js$/);
    expect(JSON.parse(env[ABLATION_ENV] ?? '')).toEqual({ edits, editedFile });
  });
});

describe('the edits of a variant', () => {
  it('have none for the warrant when there is no claim whose answer could carry it', () => {
    expect(editsFor(ABLATED['without-claim'])).toEqual(editsFor(['claim']));
  });

  it('are those of its parts, whichever order they are named in', () => {
    expect(new Set(editsFor(ABLATED['governed-open']))).toEqual(
      new Set(editsFor(['accounts', 'warrant', 'claim'])),
    );
  });

  it('do not touch one place twice', () => {
    for (const without of Object.values(ABLATED)) {
      const places = editsFor(without).map(({ file, find }) => `${file} ${find}`);
      expect(new Set(places).size).toBe(places.length);
    }
  });
});
