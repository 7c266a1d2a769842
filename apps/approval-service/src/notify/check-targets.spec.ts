import { AllowList } from '@countersign/outbound';
import { describe, expect, it } from 'vitest';
import { checkTargets } from './check-targets.js';
import type { Target } from './target.js';

const target: Target = {
  name: 'ops',
  tenants: null,
  producer: null,
  caller: null,
  events: ['requested'],
  channel: {
    kind: 'slack',
    url: 'https://hooks.example/s3cret',
    hasButtons: false,
    allowed: AllowList.of([]),
  },
};
const at = (...addresses: string[]) => checkTargets([target], () => Promise.resolve(addresses));

describe('a target at the start (H25)', () => {
  it('may be anywhere on the open internet', async () => {
    await expect(at('93.184.216.34')).resolves.toBeUndefined();
  });

  it('ends the start where its name means a private address, and is named without its address', async () => {
    await expect(at('93.184.216.34', '10.0.0.1')).rejects.toMatchObject({
      code: 'invalid_config',
      message: 'the notification target ops is refused: address_not_allowed',
    });
  });

  it('does not end the start because DNS is away', async () => {
    const away = () => Promise.reject(new Error('EAI_AGAIN'));
    await expect(checkTargets([target], away)).resolves.toBeUndefined();
  });
});
