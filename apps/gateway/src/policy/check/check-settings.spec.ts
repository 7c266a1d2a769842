import { describe, expect, it } from 'vitest';
import { readCheckSettings } from './check-settings.js';

describe('the fail mode of checks (P3, P17)', () => {
  it.each([
    [{}, { environment: 'development', failMode: 'deny' }],
    [{ environment: 'development' }, { environment: 'development', failMode: 'deny' }],
    [{ checkFailMode: 'allow' }, { environment: 'development', failMode: 'allow' }],
    [
      { environment: 'production', checkFailMode: 'deny' },
      { environment: 'production', failMode: 'deny' },
    ],
    [
      { environment: 'production', checkFailMode: 'allow' },
      { environment: 'production', failMode: 'allow' },
    ],
  ])('of %j is %j', (config, settings) => expect(readCheckSettings(config)).toEqual(settings));

  it.each([
    [{ environment: 'production' }, 'has to be set'],
    [{ environment: 'Development' }, 'COUNTERSIGN_ENVIRONMENT'],
    [{ environment: 'dev' }, 'has to be set'],
    [{ checkFailMode: 'ALLOW' }, 'neither deny nor allow'],
    [{ checkFailMode: 'observe' }, 'neither deny nor allow'],
    [{ environment: 'production', checkFailMode: 'log-only' }, 'neither deny nor allow'],
  ])('of %j is nobody’s guess: the start is refused', (config, message) => {
    expect(() => readCheckSettings(config)).toThrow(message);
  });
});
