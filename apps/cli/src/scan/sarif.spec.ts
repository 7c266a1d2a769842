import { createScanner, Severity } from '@countersign/detectors';
import { describe, expect, it } from 'vitest';
import { sarifOf } from './sarif.js';
import type { ScannedInput } from './scan-report.js';

function scanned(name: string, bytes: Buffer, hasMark = false): ScannedInput {
  const scanner = createScanner({ fingerprintKey: Buffer.alloc(32, 1) });
  scanner.push(bytes);
  return { name, result: scanner.end(), isBinary: false, hasMark };
}

const mail = 'ana.kovac@northwind-traders.com';
const text = `\ufeffé ${mail}\r\nto ${mail}`;
const report = sarifOf(
  {
    inputs: [scanned('a folder/a.txt', Buffer.from(text), true), scanned('-', Buffer.from('nothing'))],
    unread: [{ name: 'b.txt', problem: "it can't be read (ENOENT)" }],
    keyFrom: 'file',
    failOn: Severity.Low,
  },
  '1.2.3',
);

describe('a report in SARIF 2.1.0', () => {
  it('has the members that the format requires', () => {
    expect(report).toMatchObject({
      version: '2.1.0',
      $schema: expect.stringContaining('sarif-schema-2.1.0.json') as string,
      runs: [
        {
          tool: { driver: { name: 'countersign', version: '1.2.3', rules: [{ id: 'pii.EMAIL_ADDRESS' }] } },
          columnKind: 'utf16CodeUnits',
          artifacts: [{ location: { uri: 'a%20folder/a.txt' } }, { location: { uri: 'stdin' } }],
        },
      ],
    });
  });

  it('places results by line and column, by characters and by bytes, under a keyed fingerprint', () => {
    const place = { charLength: mail.length, byteLength: mail.length };
    expect(report).toMatchObject({
      runs: [
        {
          results: [
            {
              ruleId: 'pii.EMAIL_ADDRESS',
              ruleIndex: 0,
              level: 'warning',
              message: { text: 'medium pii.EMAIL_ADDRESS: 31 characters' },
              partialFingerprints: {
                'countersignHmac/v1': expect.stringMatching(/^hmac-sha256:[0-9a-f]{32}$/) as string,
              },
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: 'a%20folder/a.txt', index: 0 },
                    region: {
                      startLine: 1,
                      startColumn: 3,
                      endLine: 1,
                      endColumn: 3 + mail.length,
                      charOffset: 2,
                      byteOffset: 6,
                      ...place,
                    },
                  },
                },
              ],
            },
            {
              locations: [
                {
                  physicalLocation: {
                    region: { startLine: 2, startColumn: 4, charOffset: 38, byteOffset: 42, ...place },
                  },
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it('says that an input was not read', () => {
    expect(report).toMatchObject({
      runs: [
        {
          invocations: [
            {
              executionSuccessful: false,
              toolExecutionNotifications: [
                { level: 'error', message: { text: "b.txt: it can't be read (ENOENT)" } },
              ],
            },
          ],
        },
      ],
    });
  });
});
