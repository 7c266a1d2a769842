import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHmac, generateKeyPairSync, sign as signBytes } from 'node:crypto';
import { exportSPKI, importJWK, UnsecuredJWT, type CryptoKey } from 'jose';
import { Header, Subjects } from '@countersign/contracts';
import {
  addKey,
  aRequest,
  bearer,
  JOB_ID,
  startGateway,
  type TestGateway,
} from '../../testing/gateway-fixture.js';
import { TestIssuer } from '../../testing/test-issuer.js';

const now = () => Math.floor(Date.now() / 1000);
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a token', () => {
  let issuer: TestIssuer;
  let stranger: TestIssuer;
  let gateway: TestGateway;
  beforeAll(async () => {
    [issuer, stranger] = await Promise.all([TestIssuer.start(), TestIssuer.start()]);
    gateway = await startGateway({ settings: issuer.settings() });
    gateway.bus.answer(Subjects.commandApprovalResolve.template, () => ({ ok: true, approval: {} }));
    gateway.bus.answer(Subjects.queryApprovalList.template, () => ({ ok: true, items: [] }));
  });
  beforeEach(() => void gateway.bus.asked.splice(0));
  afterAll(async () => {
    await gateway.close();
    await Promise.all([issuer.stop(), stranger.stop()]);
  });
  const list = (token: string) => gateway.call('GET', '/api/v1/approvals', { headers: bearer(token) });
  const expectRefused = async (token: string, detail = 'does not hold') => {
    const reply = await list(token);
    expect([reply.status, reply.json.code]).toEqual([401, 'invalid_credentials']);
    expect(reply.json['detail']).toContain(detail);
    expect(gateway.bus.asked).toEqual([]);
  };

  it('makes a request its subject’s, of its tenant, with its groups', async () => {
    const token = await issuer.sign({ org: 'acme', groups: ['finance', 'risk'] });
    const headers = bearer(token);
    const reply = await gateway.call('POST', `/api/v1/approvals/${JOB_ID}/approve`, { headers });
    expect(reply.status).toBe(200);
    expect(gateway.bus.asked).toMatchObject([
      { question: { by: 'ann', tenant_id: 'acme', groups: ['finance', 'risk'] } },
    ]);
  });

  it('gives no more than its roles', async () => {
    const headers = bearer(await issuer.sign());
    const reply = await gateway.call('POST', '/api/v1/jobs', { body: aRequest(), headers });
    expect([reply.status, reply.json.code]).toEqual([403, 'role_required']);
  });

  it('is told as what the sender of a job is known by', async () => {
    const headers = bearer(await issuer.sign({ roles: ['producer'] }));
    expect((await gateway.call('POST', '/api/v1/jobs', { body: aRequest(), headers })).status).toBe(202);
    expect(gateway.tables.emitted.at(-1)!.headers).toEqual({
      [Header.VerifiedCaller]: 'ann',
      [Header.VerifiedBy]: 'token',
    });
  });

  it.each<[string, object, string?]>([
    ['that is for somebody else (N02)', { aud: 'another' }],
    ['that is for nobody', { aud: undefined }],
    ['that is past its time', { exp: now() - 60 }, 'has expired'],
    ['that has no end', { exp: undefined }],
    ['that is not valid yet', { nbf: now() + 120 }],
    ['of another issuer', { iss: 'https://evil.example' }, 'nobody known here'],
    ['of no issuer', { iss: undefined }, 'nobody known here'],
    ['whose end is no number', { exp: 'tomorrow' }],
    ['that names no tenant', { org: undefined }, 'names no tenant'],
    ['that names several tenants', { org: ['default', 'acme'] }, 'names no tenant'],
    ['whose tenant is outside the grammar', { org: 'Acme; DROP' }, 'names no tenant'],
    ['that names nobody', { sub: undefined }, 'names nobody'],
    ['whose name is outside the grammar', { sub: '' }, 'grammar of names'],
    ['whose name begins like none', { sub: '.hidden' }, 'grammar of names'],
    ['in the name of who has no credentials', { sub: 'local-operator' }, 'no credentials'],
    ['in the name of who has no credentials, in capitals', { sub: 'Local-Producer' }, 'no credentials'],
  ])('is not accepted %s', async (_, claims, detail) => {
    await expectRefused(await issuer.sign(claims), detail);
  });

  it('is accepted within half a minute of what the clock says', async () => {
    expect((await list(await issuer.sign({ exp: now() - 10 }))).status).toBe(200);
    expect((await list(await issuer.sign({ nbf: now() + 10 }))).status).toBe(200);
  });

  describe('with another signature (N01)', () => {
    const claims = () => ({
      iss: 'https://id.example',
      aud: 'countersign',
      sub: 'ann',
      org: 'default',
      roles: ['reviewer'],
      exp: now() + 300,
    });
    const unsigned = (header: object, body: object = claims()) => `${encoded(header)}.${encoded(body)}`;

    it('is not accepted of somebody who signs as the issuer', async () => {
      await expectRefused(await stranger.sign());
    });

    it('is not accepted of a key that the issuer does not publish', async () => {
      await issuer.addKey('unknown', false);
      await expectRefused(await issuer.sign({}, { kid: 'unknown' }));
    });

    it.each(['none', 'None', 'NONE'])('is not accepted with the algorithm %s', async (alg) => {
      await expectRefused(`${unsigned({ alg })}.`);
      await expectRefused(new UnsecuredJWT(claims()).encode());
    });

    it.each(['HS256', 'HS384', 'HS512'])(
      'is not accepted when the public key is the secret of %s',
      async (alg) => {
        const [jwk] = issuer.publicKeys;
        const secrets = [
          await exportSPKI(
            (await importJWK({ ...jwk, ext: true }, 'ES256', { extractable: true })) as CryptoKey,
          ),
          JSON.stringify(jwk),
          Buffer.from(jwk!.x!, 'base64url'),
        ];
        for (const secret of secrets) {
          const head = unsigned({ alg, kid: 'key-1' });
          const mac = createHmac(`sha${alg.slice(2)}`, secret)
            .update(head)
            .digest('base64url');
          await expectRefused(`${head}.${mac}`);
        }
      },
    );

    it('is not accepted with a key that it brings along', async () => {
      const { privateKey, publicJwk } = keyOfForger();
      for (const header of [
        { alg: 'ES256', jwk: publicJwk },
        { alg: 'ES256', kid: 'key-1', jwk: publicJwk },
        { alg: 'ES256', kid: 'key-1', jku: stranger.url },
        { alg: 'ES256', kid: 'key-1', x5u: stranger.url },
      ]) {
        const head = unsigned(header);
        const signature = signBytes('sha256', Buffer.from(head), {
          key: privateKey,
          dsaEncoding: 'ieee-p1363',
        });
        await expectRefused(`${head}.${signature.toString('base64url')}`);
      }
      expect(stranger.asked).toBe(0);
    });

    it('is not accepted with a critical header that nobody here understands', async () => {
      const header = { crit: ['limits'], limits: 'none' };
      await expectRefused(await issuer.sign({}, header, { crit: { limits: true } }));
    });

    it('is not accepted once a letter is changed', async () => {
      const [head, body, signature] = (await issuer.sign()).split('.');
      const other = encoded({ ...claims(), roles: ['reviewer', 'operator'] });
      await expectRefused([head, other, signature].join('.'));
      await expectRefused([encoded({ alg: 'ES256', kid: 'key-1', typ: 'x' }), body, signature].join('.'));
      await expectRefused([head, body, ''].join('.'));
    });

    it.each(['', 'x', 'a.b', 'a.b.c', 'a.b.c.d.e', '..', `${'x'.repeat(12_000)}.y.z`])(
      'is none as %j',
      async (token) => {
        const reply = await list(token);
        expect([reply.status, reply.json.code]).toEqual([401, 'invalid_credentials']);
      },
    );
  });

  it('is accepted by keys that stand in the settings, and nobody is asked for them', async () => {
    const asked = issuer.asked;
    const settings = issuer.settings({ jwks_url: undefined, jwks: { keys: issuer.publicKeys } });
    const other = await startGateway({ settings });
    other.bus.answer(Subjects.queryApprovalList.template, () => ({ ok: true, items: [] }));
    const statuses = [await issuer.sign(), await stranger.sign()].map(
      async (token) => (await other.call('GET', '/api/v1/approvals', { headers: bearer(token) })).status,
    );
    expect(await Promise.all(statuses)).toEqual([200, 401]);
    expect(issuer.asked).toBe(asked);
    await other.close();
  });

  it('of one known issuer is not accepted as another’s, though both name their keys alike (N01)', async () => {
    const [first] = issuer.settings({ name: { prefix: 'a:' } }).issuers;
    const [second] = stranger.settings({ issuer: 'https://other.example', name: { prefix: 'b:' } }).issuers;
    const other = await startGateway({ settings: { issuers: [first, second] } });
    other.bus.answer(Subjects.queryApprovalList.template, () => ({ ok: true, items: [] }));
    const status = async (token: string) =>
      (await other.call('GET', '/api/v1/approvals', { headers: bearer(token) })).status;
    expect(await status(await stranger.sign({ iss: 'https://other.example' }))).toBe(200);
    expect(await status(await stranger.sign({ iss: 'https://id.example' }))).toBe(401);
    expect(await status(await issuer.sign({ iss: 'https://other.example' }))).toBe(401);
    await other.close();
  });

  it('is asked for the claims, the values and the type that the settings want', async () => {
    const settings = issuer.settings({
      type: 'at+jwt',
      max_age_sec: 60,
      required_claims: ['device'],
      required_values: { mfa: true },
    });
    const other = await startGateway({ settings });
    other.bus.answer(Subjects.queryApprovalList.template, () => ({ ok: true, items: [] }));
    const good = { device: 'd1', mfa: true };
    const typ = { typ: 'at+jwt' };
    const status = async (claims: object, header: object = typ) => {
      const headers = bearer(await issuer.sign(claims, header));
      return (await other.call('GET', '/api/v1/approvals', { headers })).status;
    };
    expect(await status(good)).toBe(200);
    for (const claims of [
      { mfa: true },
      { device: 'd1' },
      { ...good, mfa: 'true' },
      { ...good, mfa: [true] },
      { ...good, iat: undefined },
      { ...good, iat: now() - 120 },
      { ...good, iat: now() + 120 },
    ])
      expect(await status(claims), JSON.stringify(claims)).toBe(401);
    for (const header of [{}, { typ: 'JWT' }, { typ: 'rt+jwt' }])
      expect(await status(good, header)).toBe(401);
    await other.close();
  });

  it('of a new key is accepted as soon as the issuer publishes it, without a restart', async () => {
    const rotating = await TestIssuer.start();
    const other = await startGateway({ settings: rotating.settings() });
    other.bus.answer(Subjects.queryApprovalList.template, () => ({ ok: true, items: [] }));
    await rotating.addKey('key-2');
    const headers = bearer(await rotating.sign({}, { kid: 'key-2' }));
    expect((await other.call('GET', '/api/v1/approvals', { headers })).status).toBe(200);
    await other.close();
    await rotating.stop();
  });
});

function keyOfForger() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { privateKey, publicJwk: publicKey.export({ format: 'jwk' }) };
}

describe('while the issuer does not give its keys', () => {
  it.each(['fails', 'redirects', 'talks nonsense', 'floods'] as const)(
    'because it %s, nobody is let in, and nobody told that they are wrong',
    async (behaviour) => {
      const issuer = await TestIssuer.start();
      issuer.behaviour = behaviour;
      const gateway = await startGateway({ settings: issuer.settings() });
      const token = await issuer.sign();
      const reply = await gateway.call('GET', '/api/v1/approvals', { headers: bearer(token) });
      expect([reply.status, reply.json.code, reply.headers['retry-after']]).toEqual([
        503,
        'identity_unavailable',
        '2',
      ]);
      expect(reply.text).not.toContain(issuer.url);
      expect(gateway.bus.asked).toEqual([]);
      await gateway.close();
      await issuer.stop();
    },
  );

  it('because the key is too short for signatures, nobody is let in by it', async () => {
    const issuer = await TestIssuer.start();
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    issuer.publish({ ...publicKey.export({ format: 'jwk' }), kid: 'short' });
    const gateway = await startGateway({ settings: issuer.settings() });
    const claims = { iss: 'https://id.example', aud: 'countersign', sub: 'ann', org: 'default' };
    const head = `${encoded({ alg: 'RS256', kid: 'short' })}.${encoded({ ...claims, exp: now() + 300 })}`;
    const signature = signBytes('sha256', Buffer.from(head), privateKey).toString('base64url');
    const headers = bearer(`${head}.${signature}`);
    const reply = await gateway.call('GET', '/api/v1/approvals', { headers });
    expect([reply.status, reply.json.code]).toEqual([503, 'identity_unavailable']);
    await gateway.close();
    await issuer.stop();
  });

  it('because it is gone, API keys go on working', async () => {
    const issuer = await TestIssuer.start();
    const token = await issuer.sign();
    const gateway = await startGateway({ settings: issuer.settings() });
    await issuer.stop();
    gateway.bus.answer(Subjects.queryApprovalList.template, () => ({ ok: true, items: [] }));
    const statuses = await Promise.all(
      [token, addKey(gateway.tables, { roles: ['reviewer'] })].map(
        async (credential) =>
          (await gateway.call('GET', '/api/v1/approvals', { headers: bearer(credential) })).status,
      ),
    );
    expect(statuses).toEqual([503, 200]);
    await gateway.close();
  });
});
