import { describe, expect, it } from 'vitest';
import { classifyKey } from './key-name.js';

describe('classifyKey', () => {
  it.each([
    ['password', 'password'],
    ['dbPassword', 'password'],
    ['MYSQL_ROOT_PASSWORD', 'password'],
    ['spring.datasource.password', 'password'],
    ['smtp_password_prod2', 'password'],
    ['root pw', 'password'],
    ['redis_pass', 'password'],
    ['userPass', 'password'],
    ['bypass', undefined],
    ['compass', undefined],
    ['subscriptionKey', 'token'],
    ['GITHUB_PAT', 'loose'],
    ['file_path', undefined],
    ['root_pw', 'password'],
    ['AWS_SECRET_ACCESS_KEY', 'aws-secret'],
    ['secretAccessKey', 'aws-secret'],
    ['api-key', 'token'],
    ['X-Api-Key', 'token'],
    ['clientSecret', 'token'],
    ['GITHUB_TOKEN', 'token'],
    ['token', 'loose'],
    ['auth', 'loose'],
    ['nextPageToken', undefined],
    ['csrf_token', undefined],
    ['token_count', undefined],
    ['secretName', undefined],
    ['passwordHash', undefined],
    ['cacheKey', undefined],
    ['author', undefined],
    ['[REDACTED:secret.generic-api-key]#2', undefined],
  ])('%s means %s', (name, kind) => {
    expect(classifyKey(name)).toBe(kind);
  });

  it('divides a long row of digits in one way only', () => {
    expect(classifyKey(`key${'1'.repeat(61)}x`)).toBeUndefined();
    expect(classifyKey('1_'.repeat(1_000_000))).toBeUndefined();
    expect(classifyKey('prod_'.repeat(200_000))).toBeUndefined();
  });
});
