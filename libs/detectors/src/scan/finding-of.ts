import { severityOf, type Span } from '../engine/span.js';
import { actionKey, type Settings } from '../engine/settings.js';
import type { Finding } from '../finding.js';
import { kindOf } from '../rule/definition.js';
import { Action, Confidence, Kind, strictest, type Severity } from '../rule/scale.js';
import { definitionOf } from '../rules/catalogue.js';

/** What is told about a span. */
export function findingOf(span: Span, settings: Settings): Finding {
  const { rule, start, end, also, via } = span;
  return {
    rule,
    kind: kindOf(rule),
    severity: severityIn(span, settings),
    confidence: definitionOf(rule)?.confidence ?? Confidence.Format,
    action: actionOf(span, settings),
    offset: start,
    length: end - start,
    ...(also === undefined ? {} : { also }),
    ...(via === undefined ? {} : { decodedFrom: via }),
  };
}

/** The severity of a span; rules of tenants say theirs themselves. */
function severityIn(span: Pick<Span, 'rule' | 'severity'>, { tenantRules }: Settings): Severity {
  return tenantRules.find(({ id }) => id === span.rule)?.severity ?? severityOf(span);
}

/**
 * What is done about a span: what the caller says, else the usual action of its rule; of several rules the strictest.
 * Otherwise a mild rule would let out what a strict one has found at the same place.
 */
export function actionOf(span: Span, settings: Settings): Action {
  const own = actionOfRule(span, settings);
  return (span.also ?? []).reduce((action, rule) => strictest(action, actionOfRule({ rule }, settings)), own);
}

function actionOfRule(span: Pick<Span, 'rule' | 'severity'>, settings: Settings): Action {
  const { rule } = span;
  if (settings.actions.size > 0) {
    const ruled = settings.actions.get(actionKey(rule, severityIn(span, settings)));
    if (ruled !== undefined) return ruled;
  }
  if (kindOf(rule) !== Kind.Tenant) return definitionOf(rule)?.action ?? Action.Redact;
  return settings.tenantRules.find(({ id }) => id === rule)?.action ?? Action.Redact;
}

/** Whether a span is taken out of the text. */
export function isReplaced(span: Span, settings: Settings): boolean {
  return actionOf(span, settings) !== Action.Alert;
}
