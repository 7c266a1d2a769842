import type { RuleId } from '../rule/scale.js';
import { vendorOf } from '../rules/vendor-names.js';
import { KeyKind } from './key-name.js';
import { isPlaceholder } from './placeholder.js';
import { isPublishedExample } from './published-example.js';
import { looksIssued, looksRandom, varietyOf, type Variety } from './variety.js';

/** How a value stands in the text. */
export interface ValueForm {
  /** In quotation marks, or a JSON string: it cannot be an expression of a programming language. */
  readonly quoted: boolean;
  /** Joined to its name by a blank only, so it must look like a secret beyond doubt. */
  readonly loose: boolean;
}

/** Characters of a value that are judged; a longer value is judged by its beginning and found as a whole. */
const judged = 512;

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const elsewhere =
  /^(?:arn:|vault:|https?:\/\/|op:\/\/|ssm:|sm:\/\/|file:|env:|ref\+|projects\/|sha\d{1,3}[:-]|md5[:-]|secretref:|keyvault)/i;
const path = /^(?:[A-Za-z]:\\|\.{0,2}\/[a-z0-9_.-]+\/|~\/)[\w./\\ -]*$/;
const reference = new RegExp(
  [
    '\\\\?\\$[A-Z_][A-Z0-9_]*(?:[/:.[(\\\\-].*)?',
    '\\\\?\\$[A-Za-z_]+(?:[[(.].*|->.*)?',
    '%[A-Za-z_]+%',
    '[$#@]?\\{.*',
    '@Microsoft\\.KeyVault\\(.*',
    '\\$\\(.*',
    '`.*',
    '[#.][A-Za-z][A-Za-z-]*',
  ]
    .map((form) => `^${form}$`)
    .join('|'),
);
const call = /^[\w$.:>[\]'"?-]{1,80}\(/;
const member = /^&?\*?[A-Za-z_$][\w$]*(?:(?:\??\.|->|::)[A-Za-z_$][\w$]*)+$/;
const element = /^[A-Za-z_$][\w$.]*\[[\w'"$]*\]?$/;
const typeName =
  /^(?:string|str|number|int|bool|boolean|bytes|buffer|uint8array|any|unknown|object|secretstr)\b/i;
const hash = /^\$(?:2[abxy]?|argon2\w*|5|6|pbkdf2[\w-]*|scrypt)\$/;

/**
 * The rule that a value without its redaction markers breaks under a name of the given kind, or undefined when the value is no secret: too short,
 * a placeholder, a reference to where the secret is kept, or an ordinary word.
 */
export function judgeValue(value: string, kind: KeyKind, form: ValueForm): RuleId | undefined {
  const bare = value.slice(0, judged);
  if (bare.length < 6 || /\s/.test(bare)) return undefined;
  const variety = varietyOf(bare);
  if (isPlaceholder(bare) || refersElsewhere(bare, form) || isPublishedExample(bare)) return undefined;
  if (kind === KeyKind.AwsSecret && /^[A-Za-z0-9/+]{40}$/.test(bare) && variety.entropy >= 3.5) {
    return 'secret.aws-secret-access-key';
  }
  if (form.loose && /^[*&(@]/.test(bare)) return undefined;
  const isSecret =
    kind === KeyKind.Password
      ? isPassword(bare, variety, form)
      : isToken(bare, variety, kind) && (!form.loose || isRandomWord(bare));
  if (!isSecret) return undefined;
  return kind === KeyKind.Password ? 'secret.password-assignment' : 'secret.generic-api-key';
}

/** The rule of a vendor whose keys have a shape that is too common to be a secret under any other name. */
export function vendorRule(name: string, value: string): RuleId | undefined {
  const rule = vendorOf(name, value);
  return rule !== undefined && looksIssued(value) && !isPlaceholder(value) ? rule : undefined;
}

function refersElsewhere(value: string, form: ValueForm): boolean {
  const inner = value.replace(/^["']|["']$/g, '');
  if (elsewhere.test(inner) || path.test(inner) || reference.test(inner) || hash.test(inner)) return true;
  if (form.quoted) return false;
  return (
    call.test(value) ||
    element.test(value) ||
    typeName.test(value) ||
    (member.test(value) && !/\d{2}$/.test(value))
  );
}

function isPassword(value: string, variety: Variety, form: ValueForm): boolean {
  const letters = variety.lower + variety.upper;
  if (variety.distinct < 4 || variety.longestRepeat > value.length / 2) return false;
  if (form.loose && (value.length < 8 || letters === 0 || isCompound(value))) return false;
  if (form.loose) return variety.digits > 0 || (variety.caseChanges >= 2 && looksRandom(value));
  if (variety.digits > 0 && letters > 0) return true;
  if (variety.digits > 0 && letters === 0) return variety.longestSequence < value.length || value.length <= 9;
  if (letters > 0 && /[!@$%^&*+=?~]/.test(value)) return value.length >= 8 && !/^[\w.-]+[?=*!]$/.test(value);
  return looksRandomlyCased(value, variety);
}

function isToken(value: string, variety: Variety, kind: KeyKind): boolean {
  const least = kind === KeyKind.Loose ? 16 : 12;
  if (value.length < least || variety.sequentialPairs * 2 > value.length || variety.longestRepeat > 8)
    return false;
  if (variety.distinct < 8 || variety.entropy < (value.length < 16 ? 2.8 : 3)) return false;
  if (uuid.test(value)) return kind !== KeyKind.Loose;
  if (isSlug(value)) return false;
  return variety.digits > 0 || looksRandomlyCased(value, variety);
}

/** In a listing, where anything may follow a name, only a value that looks drawn is taken. */
function isRandomWord(value: string): boolean {
  return /^[\w+/=.~-]+$/.test(value) && looksRandom(value);
}

/** Words and short numbers joined by dashes or the like: a resource name such as `billing-tls-2024`. */
function isSlug(value: string): boolean {
  const parts = value.split(/[-_./:@]/);
  return (
    parts.length > 1 && parts.every((part) => /^(?:[a-z]*|[A-Z]*|[A-Z][a-z]*|[a-z]{0,12}\d{1,4})$/.test(part))
  );
}

/** A technical term such as `base64-encoded` in running text. */
function isCompound(value: string): boolean {
  return /^(?:base64|sha\d+|md5|utf-?8|oauth2|p12|x509)\b/i.test(value);
}

/** Letters of both cases that change more often than camel case does, or do not follow one another as in words. */
function looksRandomlyCased(value: string, variety: Variety): boolean {
  if (value.length < 12 || variety.distinct < 9) return false;
  return variety.caseChanges * 3 >= value.length || (variety.caseChanges >= 3 && looksRandom(value));
}
