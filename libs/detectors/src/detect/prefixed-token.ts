import { CharClass, isAt, runEnd } from '../characters.js';
import { Rule } from '../rule.js';
import type { View } from '../view/view.js';
import type { Detector } from './detector.js';
import { isPublishedExample } from './published-example.js';
import { looksIssued, varietyOf } from './variety.js';

/** A token format that begins with a fixed text. Formats are those the vendors document. */
interface TokenFormat {
  readonly rule: Rule;
  /** As issued, in its case. */
  readonly prefix: string;
  /** Classes of the characters after the prefix. */
  readonly body: number;
  /** Fewest characters after the prefix. */
  readonly least: number;
  /** The beginning of the body must have this form, if given. */
  readonly form?: RegExp;
}

const { Alnum, Word, Token, Name } = CharClass;

/** Characters of a body that are judged; a longer run is taken whole when its beginning passes. */
const judged = 256;
const judgedForVariety = 48;

const formats: readonly TokenFormat[] = [
  ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'].map((prefix) => token(Rule.GithubToken, prefix, Word, 36)),
  token(Rule.GithubToken, 'github_pat_', Word, 59),
  token(Rule.GitlabToken, 'glpat-', Name, 20),
  ...['xoxb-', 'xoxp-', 'xoxa-', 'xoxr-', 'xoxs-', 'xoxo-', 'xoxe-', 'xoxe.'].map((prefix) =>
    token(Rule.SlackToken, prefix, Name, 20, /\d{6}/),
  ),
  token(Rule.SlackToken, 'xapp-', Token, 30, /^\d-[A-Z0-9]+-\d+-/),
  ...['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_'].map((prefix) =>
    token(Rule.StripeKey, prefix, Alnum, 16),
  ),
  token(Rule.StripeKey, 'whsec_', CharClass.Alnum | CharClass.Base64Extra, 24),
  token(Rule.AnthropicApiKey, 'sk-ant-', Token, 32, /\d/),
  token(Rule.OpenaiApiKey, 'sk-', Token, 32, /^(?!ant-)(?=.*\d)(?=.*[A-Z])/),
  token(Rule.GoogleApiKey, 'AIza', Token, 35),
  token(Rule.NpmToken, 'npm_', Alnum, 36),
  token(Rule.HuggingfaceToken, 'hf_', Word, 34, /^[A-Za-z]{34}$/),
];

function token(rule: Rule, prefix: string, body: number, least: number, form?: RegExp): TokenFormat {
  return { rule, prefix, body, least, ...(form === undefined ? {} : { form }) };
}

/** Detectors for tokens with a fixed prefix, by the lower-case keyword that starts them. */
export const prefixedTokenDetectors: ReadonlyMap<string, Detector> = new Map(
  formats.map((format) => [format.prefix.toLowerCase(), detectorFor(format)]),
);

function detectorFor(format: TokenFormat): Detector {
  return (view, start, end, report) => {
    const { text } = view;
    if (start < view.tokensTakenUntil) return;
    if (isAt(text, start - 1, Alnum) || text.slice(start, end) !== format.prefix) return;
    let stop = tokenRunEnd(view, end, format.body);
    while (stop > end && text[stop - 1] === '.') stop--;
    if (stop - end < format.least) return;
    const body = text.slice(end, Math.min(stop, end + judged));
    view.work.steps += judgedForVariety;
    if (!looksIssued(body.slice(0, judgedForVariety)) || !(format.form?.test(body) ?? true)) return;
    view.tokensTakenUntil = stop;
    report({ rule: format.rule, start, end: stop });
  };
}

/** End of the run at `from`; a run is read once however many prefixes it holds. */
function tokenRunEnd(view: View, from: number, mask: number): number {
  const run = view.tokenRuns.get(mask);
  if (run !== undefined && from >= run.start && from <= run.end) return run.end;
  const end = runEnd(view, from, mask, view.text.length);
  view.tokenRuns.set(mask, { start: from, end });
  return end;
}

/** Length of what follows the four-letter type of an AWS access key id. */
const awsIdBody = 16;

/** AWS access key ids: a type such as a permanent or a temporary key, then sixteen base-32 digits. */
export const detectAwsAccessKeyId: Detector = (view, start, end, report) => {
  const { text } = view;
  const stop = end + awsIdBody;
  if (isAt(text, start - 1, Word) || isAt(text, stop, Word)) return;
  view.work.steps += awsIdBody;
  if (!/^A(?:KIA|SIA|BIA|CCA)[A-Z2-7]{16}$/.test(text.slice(start, stop))) return;
  const body = text.slice(end, stop);
  if (!looksIssued(body) || isPublishedExample(text.slice(start, stop))) return;
  const permanent = text.startsWith('AKIA', start);
  if (permanent || varietyOf(body).digits > 0) report({ rule: Rule.AwsAccessKeyId, start, end: stop });
};
