/** The few names that generated policies and requests share, so that they meet often. */
export const TENANTS = ['acme', 'beta', 'gamma'] as const;
export const AGENTS = ['agent-1', 'agent-2', 'agent-3'] as const;
export const PRODUCERS = ['p1', 'p2'] as const;
export const CAPABILITIES = ['read-web', 'payments', 'shell'] as const;
export const TAGS = ['prod', 'financial', 'destructive', 'bulk'] as const;
export const AREAS = ['pay', 'db', 'git'] as const;
export const VERBS = ['read', 'write', 'issue_card', 'drop_all'] as const;
export const LABELS = { env: ['prod', 'dev'], team: ['red', 'blue'] } as const;

/** Names of things as clients spell them, and what the policies write. */
export const RESOURCES = [
  'github.com/acme/web',
  'https://GitHub.com/acme/web.git',
  'github.com/acme/prod-db',
  'https://github.com/acme/prod-db/',
  'github.com/acme/web/pull/4',
  'github.com/beta/web',
  'git@github.com:beta/prod-api.git',
] as const;
export const RESOURCE_GLOBS = [
  'github.com/acme/*',
  'github.com/acme/**',
  'github.com/*/web',
  '**/prod-*',
  'github.com/acme/prod-db',
  'github.com/*/*/pull/*',
  '**',
] as const;
export const ACTION_GLOBS = ['read', 'write', 'issue_*', '*_all', '*', '*r*', 'drop_all'] as const;
