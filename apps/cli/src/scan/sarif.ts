import { allRules, RULE_SET_VERSION, Severity, type StreamFinding } from '@countersign/detectors';
import { count } from '../output/count.js';
import { disguiseOf, type ScannedInput, type ScanReport } from './scan-report.js';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
/** Where standard input has no path. */
const STDIN_URI = 'stdin';

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};
/** Scores as code scanning reads them: critical from 9, high from 7, medium from 4. */
const SCORES: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.0',
  info: '0.0',
};

/** The report as SARIF 2.1.0. Messages name rule and length; a value stands nowhere. */
export function sarifOf({ inputs, unread, keyFrom }: ScanReport, version: string): object {
  const found = new Set(inputs.flatMap(({ result }) => result.findings.map(({ rule }) => rule)));
  const rules = allRules.filter(({ id }) => found.has(id));
  const places = new Map<string, number>(rules.map(({ id }, index) => [id, index]));
  return {
    version: '2.1.0',
    $schema: SCHEMA,
    runs: [
      {
        tool: {
          driver: {
            name: 'countersign',
            version,
            rules: rules.map(({ id, severity, confidence }) => ({
              id,
              shortDescription: { text: `${id} in a text that leaves` },
              defaultConfiguration: { level: LEVELS[severity] },
              properties: {
                'security-severity': SCORES[severity],
                precision: confidence,
                tags: [kindOf(id)],
              },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: unread.length === 0,
            toolExecutionNotifications: [
              ...unread.map(({ name, problem }) => ({
                level: 'error',
                message: { text: `${name}: ${problem}` },
              })),
              ...inputs.filter(({ result }) => result.truncated).map(moreThanKept),
            ],
          },
        ],
        artifacts: inputs.map(({ name, result }) => ({
          location: { uri: uriOf(name) },
          length: result.bytes,
          encoding: result.encoding,
        })),
        results: inputs.flatMap((input, index) =>
          input.result.findings.map((finding) => ({
            ruleId: finding.rule,
            ruleIndex: places.get(finding.rule) ?? -1,
            level: LEVELS[finding.severity],
            message: {
              text: `${finding.severity} ${finding.rule}: ${count(finding.length, 'character')}${disguiseOf(finding)}`,
            },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: uriOf(input.name), index },
                  region: regionOf(finding, input),
                },
              },
            ],
            partialFingerprints: { 'countersignHmac/v1': finding.fingerprint },
          })),
        ),
        properties: { ruleSet: RULE_SET_VERSION, fingerprintKey: keyFrom },
      },
    ],
  };
}

/** SARIF counts characters after a byte order mark, bytes from the very beginning. */
function regionOf(finding: StreamFinding, { hasMark }: ScannedInput): object {
  return {
    startLine: finding.start.line,
    startColumn: finding.start.column,
    endLine: finding.end.line,
    endColumn: finding.end.column,
    charOffset: Math.max(0, finding.offset - (hasMark ? 1 : 0)),
    charLength: finding.length,
    byteOffset: finding.byteOffset,
    byteLength: finding.byteLength,
  };
}

function moreThanKept({ name, result }: ScannedInput): object {
  const text = `${name}: and ${count(result.count - result.findings.length, 'more finding')}`;
  return { level: 'warning', message: { text } };
}

function kindOf(id: string): string {
  return id.slice(0, id.indexOf('.'));
}

/** A relative or absolute reference; what a path may hold and a URI may not is escaped. */
function uriOf(name: string): string {
  return name === '-' ? STDIN_URI : name.split('/').map(encodeURIComponent).join('/');
}
