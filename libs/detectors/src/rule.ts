/**
 * Every rule this library can report. The value is the stable id used in findings, in redaction markers and in
 * policies; renaming one is a breaking change.
 */
export const Rule = {
  PrivateKey: 'private-key',
  AwsSecretAccessKey: 'aws-secret-access-key',
  AwsAccessKeyId: 'aws-access-key-id',
  GithubToken: 'github-token',
  GitlabToken: 'gitlab-token',
  SlackToken: 'slack-token',
  StripeKey: 'stripe-key',
  AnthropicApiKey: 'anthropic-api-key',
  OpenaiApiKey: 'openai-api-key',
  GoogleApiKey: 'google-api-key',
  NpmToken: 'npm-token',
  HuggingfaceToken: 'huggingface-token',
  Jwt: 'jwt',
  ConnectionStringPassword: 'connection-string-password',
  BasicAuthorization: 'basic-authorization',
  BearerToken: 'bearer-token',
  CreditCard: 'credit-card',
  GenericSecretAssignment: 'generic-secret-assignment',
  Phone: 'phone',
  Email: 'email',
} as const;

/** The id of a rule, see {@link Rule}. */
export type Rule = (typeof Rule)[keyof typeof Rule];

/** How much harm the disclosed value can do, from least to most. */
export const Severity = { Low: 'low', Medium: 'medium', High: 'high', Critical: 'critical' } as const;

/** A severity, see {@link Severity}. */
export type Severity = (typeof Severity)[keyof typeof Severity];

/**
 * Severity of each rule. An AWS key id is medium because it is of no use without its secret; contact details are
 * medium because they identify a person but open nothing.
 */
export const severityOf: Readonly<Record<Rule, Severity>> = {
  'private-key': Severity.Critical,
  'aws-secret-access-key': Severity.Critical,
  'aws-access-key-id': Severity.Medium,
  'github-token': Severity.High,
  'gitlab-token': Severity.High,
  'slack-token': Severity.High,
  'stripe-key': Severity.Critical,
  'anthropic-api-key': Severity.High,
  'openai-api-key': Severity.High,
  'google-api-key': Severity.High,
  'npm-token': Severity.High,
  'huggingface-token': Severity.High,
  jwt: Severity.High,
  'connection-string-password': Severity.High,
  'basic-authorization': Severity.High,
  'bearer-token': Severity.High,
  'credit-card': Severity.Critical,
  'generic-secret-assignment': Severity.High,
  phone: Severity.Medium,
  email: Severity.Medium,
};

const severityOrder: readonly Severity[] = [Severity.Low, Severity.Medium, Severity.High, Severity.Critical];
const specificity: readonly Rule[] = Object.values(Rule);

/**
 * Compares two rules for the right to name a span: negative when `a` is stronger. The more severe rule wins; among
 * equals the more specific one, which is the one declared first in {@link Rule}.
 */
export function compareRules(a: Rule, b: Rule): number {
  const bySeverity = severityOrder.indexOf(severityOf[b]) - severityOrder.indexOf(severityOf[a]);
  return bySeverity !== 0 ? bySeverity : specificity.indexOf(a) - specificity.indexOf(b);
}
