import { describe, expect, it } from 'vitest';
import { SourceFormat } from './detect-format.js';
import type { ImportOptions } from './import-options.js';
import { importPolicy } from './import-policy.js';
import type { ImportReport } from './import-result.js';
import { ImportSession } from './import-session.js';
import { leaves } from './source/leaves.js';

const SOURCES: Readonly<Record<SourceFormat, string>> = {
  work_order: JSON.stringify({
    policy_id: 'nightly',
    policy_version: '3',
    description: 'What runs at night',
    allowed_shell_prefixes: ['npm run ', 'scripts/', 'python3'],
    blocked_shell_patterns: ['rm -rf', '> /dev'],
    max_retries_hard_cap: 3,
    min_backoff_sec: 5,
    max_backoff_sec: 600,
    required_step_fields: ['id'],
    required_success_markers: ['DONE'],
    required_state_paths: ['state/run.json'],
  }),
  agent_policy: `
version: 1.2
description: Support
agent_id: agent-support
domain: support
allowed_actions: [answer, issue_refund, wipe]
forbidden_actions: [wipe]
escalation_rules:
  - { condition: refund_amount > 500, action: human_approval_required }
  - { condition: flagged, action: human_review_before_action }
audit_frequency: weekly
`,
  framework: `
version: 1.2
name: triage
description: Triage
agent_id: agent-triage
operating_hours: { start: "09:00", end: "17:00", days: [mon, tue], timezone: UTC }
rate_limits: { all: 5000/hour, merge: 10/day }
approval_required: ['close_issue_with_label:"wontfix"', merge]
auto_approve: [close_issue]
blacklist: { repositories: ["Org/*"], actions: [delete_repo] }
monitoring: { alerts: [{ trigger: guardrail_triggered, channels: [slack, email] }], level: 3 }
rollback: { enabled: true, window_hours: 24 }
`,
  agent_tools: `
name = "harness"
version = "2"
[agents.agent-a]
description = "A"
tools = { allow = ["search"], deny = ["shell"] }
capabilities = ["read-web"]
topics = ["job.web.>"]
[proposals]
auto_approve = ["search"]
require_approval = ["draft"]
never_auto_approve = ["pay"]
deny = ["hack"]
default = "deny"
max_cost_usd = 2
approval_ttl_sec = 60
`,
  permissions: `
version: 1
description: Dev
agent_id: agent-dev
permissions: [{ resource: github.com/a/*, actions: [read] }]
denied_actions: [wipe]
tiers: { read: 0, merge: 3 }
routes:
  - { path: /api/github/*, rate_limit: 100/minute, burst: 20, methods: [GET], required_headers: { X-Agent-ID: "^a" } }
`,
};
const OPTIONS: ImportOptions = {
  names: { refund_amount: 'params.amount', flagged: 'params.flagged', label: 'params.labels' },
  limits: { all: '*' },
  topics: ['job.case.>'],
  routes: { '/api/github/*': ['job.github.>'] },
};

const reportOf = (format: SourceFormat, options = OPTIONS): ImportReport => {
  const imported = importPolicy(SOURCES[format], options, format);
  if (!imported.ok) throw new Error(JSON.stringify(imported.problems));
  return imported.report;
};
const textsOf = (entries: ImportReport['mapped']) => entries.map(({ source, text }) => `${source}: ${text}`);

describe.each(Object.values(SourceFormat))('the report of a %s import', (format) => {
  it('names what became of each value of the source: nothing is dropped (P15)', () => {
    const report = reportOf(format);
    const told = Object.values(report).flatMap((entries: ImportReport['mapped']) =>
      entries.map(({ source }) => source).filter((source) => source !== ''),
    );
    const syntax = format === 'work_order' ? 'json' : format === 'agent_tools' ? 'toml' : 'yaml';
    const root = new ImportSession({}).read(SOURCES[format], syntax);
    if (!root) throw new Error('the source can not be read');
    const untold = leaves(root)
      .map(({ node }) => node.path)
      .filter(
        (path) =>
          !told.some(
            (source) =>
              path === source || (/^[.[]/.test(path.slice(source.length)) && path.startsWith(source)),
          ),
      );
    expect(untold).toEqual([]);
  });

  it('gives lines that are in the source', () => {
    const lines = SOURCES[format].split('\n').length;
    const entries = Object.values(reportOf(format)).flat() as ImportReport['mapped'];
    expect(entries.filter(({ line }) => line < 1 || line > lines)).toEqual([]);
  });
});

describe('the report', () => {
  it('names alerts, audit frequency and rollback terms, which no rule can say', () => {
    expect(textsOf(reportOf('framework').notExpressed)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^monitoring\.alerts\[0\]\.channels\[1\]: "email"/) as string,
        expect.stringMatching(/^rollback\.window_hours: 24/) as string,
      ]),
    );
    expect(textsOf(reportOf('agent_policy').notExpressed)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^audit_frequency: /) as string]),
    );
  });

  it('names the holes that are closed', () => {
    const closed = (format: SourceFormat) => textsOf(reportOf(format).closedHoles).join('\n');
    expect(closed('work_order')).toContain('npm run followed by ; & |');
    expect(closed('work_order')).toContain('rm -rf with other quotes, blanks, escapes or case');
    expect(closed('agent_policy')).toContain('leaving refund_amount out');
    expect(closed('agent_policy')).toContain('refund_amount below 0');
    expect(closed('framework')).toContain('a job that names no resource is denied');
  });

  it('asks for a name that the source uses and nobody explained', () => {
    const imported = importPolicy(SOURCES.agent_policy, { ...OPTIONS, names: {}, fileName: 'a.yaml' });
    expect(imported).toMatchObject({
      ok: false,
      problems: [
        {
          file: 'a.yaml',
          line: 9,
          code: 'needs_answer',
          message:
            'which member of a job holds "refund_amount"? Answer with the option names, for example {"refund_amount":"params.refund_amount"}',
        },
        { line: 10, code: 'needs_answer' },
      ],
    });
  });

  it('names a key that the options set aside, and refuses it otherwise', () => {
    const text = `${SOURCES.agent_policy}owner: me\n`;
    expect(importPolicy(text, OPTIONS).ok).toBe(false);
    const imported = importPolicy(text, { ...OPTIONS, setAside: ['owner'] });
    expect(textsOf(imported.report.notExpressed)).toContain('owner: set aside by the options');
    expect(imported.ok).toBe(true);
  });

  it('does not let a text of the source become a rule', () => {
    const text = SOURCES.agent_policy.replace(
      'refund_amount > 500',
      '"refund_amount > 500 and tier == \'x\\nrules:\\n  - y\'"',
    );
    const imported = importPolicy(text, { ...OPTIONS, names: { ...OPTIONS.names, tier: 'params.tier' } });
    expect(imported).toMatchObject({ ok: false, problems: [{ code: 'bad_value' }] });
  });
});
