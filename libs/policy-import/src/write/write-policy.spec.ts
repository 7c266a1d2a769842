import { describe, expect, it } from 'vitest';
import { loadPolicy } from '@countersign/policy-engine';
import { importFramework } from '../framework/import-framework.js';
import { writePolicy } from './write-policy.js';

const match = { topics: ['job.>'] };

describe('a native file', () => {
  it('keeps what the source says within its comment', () => {
    const text = writePolicy({
      comment: 'from x\nrules: []',
      policyId: 'p',
      rules: [{ comment: 'a\u2028- id: evil\r\u200b#', value: { id: 'r', match, decision: 'deny' } }],
      tests: [],
    });
    expect(text).toContain('# a?- id: evil??#');
    const loaded = loadPolicy([{ file: 'p.yaml', text }]);
    expect(loaded.ok && loaded.snapshot.rules.map(({ id }) => id)).toEqual(['r']);
  });

  it('writes a value that stands twice twice: the language has no anchors', () => {
    const rule = (id: string) => ({ comment: '', value: { id, match, decision: 'deny' } });
    const text = writePolicy({ comment: 'c', rules: [rule('a'), rule('b')], tests: [] });
    expect(text).not.toMatch(/[&*]a\d/);
    expect(loadPolicy([{ file: 'p.yaml', text }]).ok).toBe(true);
  });

  it('can be read by people: rules name where they came from, short lists stand on one line', () => {
    const imported = importFramework(
      [
        'agent_id: agent-triage',
        'operating_hours: mon-fri 09:00-17:00 Europe/Berlin',
        'rate_limits: { add_label: 10/day }',
        `approval_required: ['close_issue_with_label:"wontfix"']`,
        'auto_approve: [add_label, close_issue]',
        'blacklist: { repositories: ["Org/*"] }',
      ].join('\n'),
      { fileName: 'triage.yaml', names: { label: 'params.labels' }, repositoryHost: 'github.com' },
    );
    expect(imported.ok && imported.files[0]?.text).toMatchInlineSnapshot(`
      "# Imported from triage.yaml.

      version: v1
      policy_id: agent-triage
      policy_version: 1.0.0
      rules:
        # operating_hours (line 2)
        - id: agent-triage.1-hours
          match: { topics: [ job.> ], agents: [ agent-triage ] }
          when: '!(time.within("mon-fri 09:00-17:00", "Europe/Berlin"))'
          decision: deny
          reason: Outside the operating hours
          reason_code: outside_hours

        # blacklist.repositories: the repository and everything in it; a job that names no resource is denied too
        - id: agent-triage.3-blacklisted-repository
          match:
            topics: [ job.> ]
            agents: [ agent-triage ]
            resources:
              - github.com/org/*
              - github.com/org/*/**
              - org/*
              - org/*/**
              - '*/repos/org/*'
              - '*/repos/org/*/**'
          decision: deny
          reason: The repository is blacklisted
          reason_code: blacklisted

        # What neither auto_approve nor approval_required lists.
        - id: agent-triage.4-unlisted
          match:
            topics: [ job.> ]
            agents: [ agent-triage ]
            except: { actions: [ add_label, close_issue ] }
          decision: deny
          reason: The action is not listed

        # close_issue_with_label:"wontfix": leaving label out is no way around it.
        - id: agent-triage.5-label-of-close_issue
          match: { topics: [ job.> ], agents: [ agent-triage ], actions: [ close_issue ] }
          when: '!(has(job.params.labels)) || type(job.params.labels) != list || job.params.labels.exists(one, type(one)
            != string)'
          decision: deny
          reason: label is missing or no list of texts

        # approval_required (line 4): close_issue_with_label:"wontfix"
        - id: agent-triage.6-approval-1
          match: { topics: [ job.> ], agents: [ agent-triage ], actions: [ close_issue ] }
          when: has(job.params.labels) && type(job.params.labels) == list && job.params.labels.exists(one, type(one) ==
            string && one.lowerAscii() == "wontfix")
          decision: require_approval
          reason: 'A human must approve: close_issue_with_label:"wontfix"'

        # rate_limits (line 3): add_label 10/day
        - id: agent-triage.7-rate-1
          match: { topics: [ job.> ], agents: [ agent-triage ], actions: [ add_label ] }
          decision: throttle
          grants: false
          throttle: { rate: 10/day, key: agent, on_excess: reject }
          reason: At most 10/day (add_label)

        # auto_approve
        - id: agent-triage.8-automatic
          match: { topics: [ job.> ], agents: [ agent-triage ], actions: [ add_label, close_issue ] }
          decision: allow
          reason: The action is approved automatically
      tests:
        - name: an action that is not listed
          job:
            topic: job.case
            agent_id: agent-triage
            tenant_id: default
            action: an-unlisted-action
            resource: no-host/no-owner/no-repository
            params: {}
          now: 2026-01-05T08:00:00.000Z
          expect: { decision: deny }
        - name: add_label needs no person
          job:
            topic: job.case
            agent_id: agent-triage
            tenant_id: default
            action: add_label
            resource: no-host/no-owner/no-repository
            params: {}
          now: 2026-01-05T08:00:00.000Z
          expect: { decision: throttle }
        - name: add_label outside the hours is denied
          job:
            topic: job.case
            agent_id: agent-triage
            tenant_id: default
            action: add_label
            resource: no-host/no-owner/no-repository
            params: {}
          now: 2026-01-05T00:00:00.000Z
          expect: { decision: deny }
        - name: close_issue_with_label:"wontfix" waits for a person
          job:
            topic: job.case
            agent_id: agent-triage
            tenant_id: default
            action: close_issue
            resource: no-host/no-owner/no-repository
            params: { labels: [ wontfix ] }
          now: 2026-01-05T08:00:00.000Z
          expect: { decision: require_approval }
      "
    `);
  });
});
