import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { People } from '../settings/people.js';
import type { CallbacksFile } from './callbacks-file.js';
import { readInteraction } from './slack-interaction.js';
import { signedAtSec } from './slack-signature.js';
import { readSlackWorkspaces } from './slack-workspaces.js';
import { tellPresser } from './tell-presser.js';

describe('a signature of Slack (H24)', () => {
  // The example of Slack's documentation.
  const secret = '8f742231b10e8888abcd99yyyzzz85a5';
  const timestamp = '1531420618';
  const signature = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';
  const body = Buffer.from(
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V' +
      '&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=' +
      '&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN' +
      '&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  );

  it('holds for the example of the documentation', () => {
    expect(signedAtSec({ signature, timestamp, body }, secret)).toBe(1_531_420_618);
  });

  it.each<[string, object]>([
    ['another body', { body: Buffer.from('x') }],
    ['another time', { timestamp: '1531420619' }],
    ['a time that is written otherwise', { timestamp: '01531420618' }],
    ['no time', { timestamp: undefined }],
    ['no signature', { signature: undefined }],
    ['a shorter signature', { signature: signature.slice(0, -2) }],
    ['another version', { signature: `v1=${signature.slice(3)}` }],
  ])('does not hold for %s', (_, over) => {
    expect(signedAtSec({ signature, timestamp, body, ...over }, secret)).toBeUndefined();
  });

  it('does not hold under another secret, or under none', () => {
    for (const other of ['', `${secret} `])
      expect(signedAtSec({ signature, timestamp, body }, other)).toBeUndefined();
    const empty = createHmac('sha256', '').update(`v0:${timestamp}:`).update(body).digest('hex');
    expect(signedAtSec({ signature: `v0=${empty}`, timestamp, body }, secret)).toBeUndefined();
  });
});

describe('an interaction of Slack', () => {
  const value = { job_id: '01JD4XQ8Z6T0V9K3M2N5P7R8S1', job_hash: `sha256:${'a'.repeat(64)}`, kind: 'job' };
  const payload = {
    type: 'block_actions',
    team: { id: 'T1', domain: 'acme' },
    user: { id: 'U1', username: 'ann' },
    actions: [{ action_id: 'countersign_approve', value: JSON.stringify(value), type: 'button' }],
    response_url: 'https://hooks.slack.com/actions/x',
  };
  const form = (content: unknown, field = 'payload') =>
    Buffer.from(new URLSearchParams({ [field]: JSON.stringify(content) }).toString());

  it('says who has pressed what', () => {
    expect(readInteraction(form(payload))).toEqual({
      teamId: 'T1',
      userId: 'U1',
      userTeamId: 'T1',
      responseUrl: 'https://hooks.slack.com/actions/x',
      answer: { ...value, vote: 'approve' },
    });
  });

  it('that follows a link answers nothing', () => {
    const actions = [{ action_id: 'countersign_open' }];
    expect(readInteraction(form({ ...payload, actions }))?.answer).toBeNull();
  });

  const press = (over: object) => [{ ...payload.actions[0], value: JSON.stringify({ ...value, ...over }) }];
  it.each<[string, Buffer]>([
    ['in another field', form(payload, 'data')],
    ['twice', Buffer.concat([form(payload), Buffer.from('&'), form(payload)])],
    ['as JSON', Buffer.from(JSON.stringify(payload))],
    ['of another kind', form({ ...payload, type: 'view_submission' })],
    ['of nobody', form({ ...payload, user: {} })],
    ['with two actions', form({ ...payload, actions: [...payload.actions, ...payload.actions] })],
    ['without a value', form({ ...payload, actions: [{ action_id: 'countersign_approve' }] })],
    ['with a member more', form({ ...payload, actions: press({ tenant_id: 'other' }) })],
    ['without a hash', form({ ...payload, actions: press({ job_hash: undefined }) })],
    ['about no job', form({ ...payload, actions: press({ job_id: '../other' }) })],
    ['that is empty', Buffer.alloc(0)],
  ])('is none %s', (_, body) => {
    expect(readInteraction(body)).toBeUndefined();
  });
});

describe('the workspaces of the settings', () => {
  const people = People.of([{ tenant: 'acme', names: ['ann'] }]);
  const workspace = {
    team_id: 'T1',
    tenant: 'acme',
    signing_secret_file: 'x',
    users: [{ id: 'U1', name: 'ann', groups: ['finance'] }],
  };
  const read = (...slack: CallbacksFile['slack'] & object) => readSlackWorkspaces({ slack }, people);

  it('make a reviewer of a user, and nothing else', () => {
    expect(read(workspace)[0]?.reviewers.get('U1')).toMatchObject({
      name: 'ann',
      tenant: 'acme',
      roles: ['reviewer'],
      groups: ['finance'],
      agents: [],
    });
  });

  it.each([
    ['a workspace twice', [workspace, workspace]],
    ['a user twice', [{ ...workspace, users: [...workspace.users, ...workspace.users] }]],
    ['a name that people do not list', [{ ...workspace, users: [{ id: 'U1', name: 'bob' }] }]],
    ['a name of another tenant', [{ ...workspace, tenant: 'other' }]],
    ['a network that is none', [{ ...workspace, allow_private: ['10.0.0.0/33'] }]],
  ])('are refused with %s', (_, slack) => {
    expect(() => read(...slack)).toThrow(RangeError);
  });

  it.each(['https://evil.example/x', 'https://hooks.slack.com.evil.example/', 'not an address'])(
    'send no answer to %s (H25)',
    async (url) => {
      await expect(tellPresser(read(workspace)[0]!, url, 'Approved.')).rejects.toThrow(/another host/);
    },
  );
});
