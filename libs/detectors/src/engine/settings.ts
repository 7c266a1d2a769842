import type { Region } from '../rule/context-rule.js';
import type { Action, RuleId, Severity } from '../rule/scale.js';
import type { TenantRule } from '../tenant/tenant-rule.js';
import { plainMarkers, markersWith, type Markers } from './marker.js';

/** What is done about the findings of a rule that are of a severity. */
export interface RuledAction {
  readonly rule: RuleId;
  readonly severity: Severity;
  readonly action: Action;
}

/** What a caller may decide about a scan. The text under scan decides nothing. */
export interface DetectOptions {
  /** Regions whose national ids are looked for; all of them when left out. */
  readonly regions?: readonly Region[];
  /** Values planted to be noticed: an output that holds one is evidence of a leak. Each at least 8 characters. */
  readonly canaries?: readonly string[];
  /** Hosts that an image or a link may send data to. */
  readonly trustedHosts?: readonly string[];
  /** Id that the markers of this job carry, drawn at random for each job: 8 to 64 letters and digits. */
  readonly markerId?: string;
  /** Rules of the tenant, compiled when they were saved. */
  readonly tenantRules?: readonly TenantRule[];
  /** What a policy says is done about findings; the action of their rule where it says nothing. */
  readonly actions?: readonly RuledAction[];
}

/** Options with everything filled in and checked, made once for many scans. */
export interface Settings {
  readonly regions: ReadonlySet<Region> | undefined;
  readonly canaries: readonly string[];
  readonly trustedHosts: readonly string[];
  readonly markers: Markers;
  readonly tenantRules: readonly TenantRule[];
  readonly actions: ReadonlyMap<string, Action>;
}

/** Key of {@link Settings.actions}. */
export function actionKey(rule: RuleId, severity: Severity): string {
  return `${rule} ${severity}`;
}

/** Shortest canary: a shorter one would be found in innocent texts. */
export const SHORTEST_CANARY = 8;

const usual: Settings = {
  regions: undefined,
  canaries: [],
  trustedHosts: [],
  markers: plainMarkers,
  tenantRules: [],
  actions: new Map(),
};

/** Checks options. @throws RangeError for a canary that is too short or a marker id of another form. */
export function settingsOf(options: DetectOptions): Settings {
  const { regions, canaries = [], trustedHosts = [], markerId, tenantRules = [], actions = [] } = options;
  if (canaries.some((canary) => canary.length < SHORTEST_CANARY))
    throw new RangeError(`a canary must have at least ${SHORTEST_CANARY} characters`);
  const needsMarkers = markerId !== undefined || tenantRules.length > 0;
  const isUsual = regions === undefined && canaries.length === 0 && trustedHosts.length === 0;
  if (isUsual && !needsMarkers && actions.length === 0) return usual;
  return {
    regions: regions === undefined ? undefined : new Set([...regions, '*']),
    canaries,
    trustedHosts: trustedHosts.map((host) => host.toLowerCase()),
    markers: needsMarkers
      ? markersWith(
          markerId,
          tenantRules.map((rule) => rule.id),
        )
      : plainMarkers,
    tenantRules,
    actions: new Map(actions.map(({ rule, severity, action }) => [actionKey(rule, severity), action])),
  };
}
