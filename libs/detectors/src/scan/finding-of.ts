import { severityOf, type Span } from '../engine/span.js';
import type { Settings } from '../engine/settings.js';
import type { Finding } from '../finding.js';
import { kindOf } from '../rule/definition.js';
import { Action, Confidence, Kind } from '../rule/scale.js';
import { definitionOf } from '../rules/catalogue.js';

/** What is told about a span. */
export function findingOf(span: Span, settings: Settings): Finding {
  const { rule, start, end, via } = span;
  const tenant = settings.tenantRules.find(({ id }) => id === rule);
  return {
    rule,
    kind: kindOf(rule),
    severity: tenant?.severity ?? severityOf(span),
    confidence: definitionOf(rule)?.confidence ?? Confidence.Format,
    action: actionOf(span, settings),
    offset: start,
    length: end - start,
    ...(via === undefined ? {} : { decodedFrom: via }),
  };
}

/** The usual action of the rule that names a span. */
export function actionOf({ rule }: Span, settings: Settings): Action {
  if (kindOf(rule) !== Kind.Tenant) return definitionOf(rule)?.action ?? Action.Redact;
  return settings.tenantRules.find(({ id }) => id === rule)?.action ?? Action.Redact;
}

/** Whether a span is taken out of the text. */
export function isReplaced(span: Span, settings: Settings): boolean {
  return actionOf(span, settings) !== Action.Alert;
}
