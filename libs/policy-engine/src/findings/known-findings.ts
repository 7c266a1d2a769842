import { allRules, type RuleDefinition } from '@countersign/detectors';
import { didYouMean } from '../load/suggest.js';
import { globMatches } from '../resource/resource-glob.js';

const KIND = /^[A-Za-z0-9*][A-Za-z0-9._*-]{0,127}$/;
/** Rules that tenants bring have ids of this kind; which there are is not known here. */
const TENANT = 'tenant';

const rules: readonly string[] = allRules.map(({ id }) => id);
const words: readonly string[] = [...new Set([...rules.map((id) => id.split('.', 1)[0] ?? ''), TENANT])];
const knownRules: ReadonlySet<string> = new Set([...rules, ...words]);
const regions: ReadonlySet<string> = new Set(
  (allRules as readonly (RuleDefinition & { readonly region?: string })[]).flatMap(({ region }) =>
    region === undefined || region === '*' ? [] : region,
  ),
);

/** Why a text names no finding, or undefined if it does. A name that no finding has would make a rule that never fires. */
export function findingKindFault(text: string): string | undefined {
  if (!KIND.test(text)) return 'is no kind of finding: letters, digits and . _ -, with * for any part';
  if (text === TENANT || text.startsWith(`${TENANT}.`)) return undefined;
  if (!text.includes('*')) {
    if (knownRules.has(text)) return undefined;
    return `is no finding that there is${didYouMean(text, knownRules)}`;
  }
  const parts = text.split('*');
  if (rules.some((id) => globMatches(parts, id)) || globMatches([parts[0] ?? '', ''], `${TENANT}.`)) {
    return undefined;
  }
  const [kind = ''] = text.split('.', 1);
  return `matches no finding that there is${kind.includes('*') ? '' : didYouMean(kind, words)}`;
}

/** Why a text names no region, or undefined if it does. Case plays no part. */
export function regionFault(text: string): string | undefined {
  if (regions.has(text.toUpperCase())) return undefined;
  const known = [...regions].sort();
  return `is no region${didYouMean(text, known)}; known: ${known.join(', ')}`;
}

/** Whether a match by kinds takes in some secret that is critical. */
export function holdsCriticalSecrets(kinds: readonly string[] | undefined): boolean {
  const secrets = allRules.filter(({ id, severity }) => severity === 'critical' && id.startsWith('secret.'));
  return secrets.some(
    ({ id }) =>
      kinds === undefined ||
      kinds.some((kind) =>
        kind.includes('*') ? globMatches(kind.split('*'), id) : kind === id || kind === 'secret',
      ),
  );
}
