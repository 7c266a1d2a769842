import type { Span } from '../engine/span.js';
import type { View } from '../engine/view.js';
import { TENANT_WINDOW } from './tenant-rule.js';

/** Tries each rule of the tenant in a window around every occurrence of its keyword; windows that touch are one. */
export function findTenantMatches(view: View, report: (span: Span) => void): void {
  if (view.settings.tenantRules.length === 0) return;
  const lower = view.text.toLowerCase();
  const text = lower.length === view.text.length ? lower : view.text;
  for (const rule of view.settings.tenantRules) {
    view.work.steps += text.length;
    let at = text.indexOf(rule.keyword);
    while (at !== -1) {
      const from = Math.max(0, at - TENANT_WINDOW);
      let until = at + rule.keyword.length + TENANT_WINDOW;
      at = text.indexOf(rule.keyword, at + rule.keyword.length);
      for (
        ;
        at !== -1 && at - TENANT_WINDOW <= until;
        at = text.indexOf(rule.keyword, at + rule.keyword.length)
      )
        until = at + rule.keyword.length + TENANT_WINDOW;
      view.work.steps += until - from;
      for (const { start, end } of rule.find(view.text.slice(from, until)))
        report({ rule: rule.id, start: from + start, end: from + end });
    }
  }
}
