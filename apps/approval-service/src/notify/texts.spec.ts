import { describe, expect, it } from 'vitest';
import { RETRY_DELAYS_SEC, retryDelaySec } from './back-off.js';
import { MAX_TEXT, textCleaner, UNSCANNABLE } from './clean-text.js';
import { readWebhookSecret, signWebhook } from './sign-webhook.js';

const clean = textCleaner(Buffer.alloc(32, 7));

describe('a text that leaves the platform (H21)', () => {
  it('stays as it is where nothing is wrong with it', () => {
    expect(clean('Refund of 90 € über dem Limit — 承認')).toBe('Refund of 90 € über dem Limit — 承認');
  });

  it.each([
    ['a line break', 'a\nb', 'a<U+000A>b'],
    ['a right-to-left override', 'a\u202eb', 'a<U+202E>b'],
    ['a zero-width space', 'a\u200bb', 'a<U+200B>b'],
    ['a tag character', 'a\u{e0041}b', 'a<U+E0041>b'],
    ['a no-break space', 'a\u00a0b', 'a<U+00A0>b'],
    ['half of a pair', 'a\ud800b', 'a<U+D800>b'],
    ['a blank of Braille', 'a\u2800b', 'a<U+2800>b'],
    ['a line separator', 'a\u2028b', 'a<U+2028>b'],
  ])('shows %s', (_, text, shown) => {
    expect(clean(text)).toBe(shown);
  });

  it('holds no secret', () => {
    const key = ['AKIA', 'Z7QX4M2K6RT5WB3N'].join('');
    expect(clean(`use ${key}`)).not.toContain(key);
  });

  it('is not sent where it can not be scanned', () => {
    const failing = textCleaner(Buffer.alloc(32), () => {
      throw new Error('no');
    });
    expect(failing('x')).toBe(UNSCANNABLE);
  });

  it('is cut, and never through a pair', () => {
    expect(clean('😀'.repeat(MAX_TEXT + 1))).toBe(`${'😀'.repeat(MAX_TEXT)}…`);
  });
});

describe('the wait for another try (H6)', () => {
  it('follows the schedule, grows, and has an end', () => {
    const delays = RETRY_DELAYS_SEC.map((_, i) => retryDelaySec(i + 1, 0));
    expect(delays).toEqual([5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]);
    expect(retryDelaySec(RETRY_DELAYS_SEC.length + 1, 0)).toBeUndefined();
  });

  it('is spread by chance, by a tenth at most', () => {
    expect(retryDelaySec(2, 0.999)).toBeCloseTo(330, 0);
  });

  it('is as long as the receiver asks, for a day at most', () => {
    expect(retryDelaySec(1, 0, 60)).toBe(60);
    expect(retryDelaySec(2, 0, 60)).toBe(300);
    expect(retryDelaySec(1, 0, 10_000_000)).toBe(86_400);
  });
});

describe('a signature of a webhook', () => {
  // The example of the Standard Webhooks specification.
  const secret = readWebhookSecret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');

  it('is that of the specification', () => {
    const signed = signWebhook(
      { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}', atSec: 1_614_265_330 },
      [secret],
    );
    expect(signed).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it.each([
    'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'whsec_',
    'whsec_abc',
    'whsec_!!!!',
    `whsec_${'A'.repeat(100)}`,
  ])('is made with no secret like %s', (text) => {
    expect(() => readWebhookSecret(text)).toThrow(RangeError);
  });
});
