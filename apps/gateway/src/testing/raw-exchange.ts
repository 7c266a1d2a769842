import { connect } from 'node:net';

/** One answer as it came over the wire. */
export interface RawReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body as an object; empty when it is no JSON. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** Sends parts, one write each, and reads answers until the other side ends the connection. */
export function exchange(port: number, parts: readonly string[]): Promise<readonly RawReply[]> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => {
      for (const part of parts) socket.write(part, 'latin1');
    });
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(repliesIn(Buffer.concat(chunks))));
  });
}

function repliesIn(bytes: Buffer): RawReply[] {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return [];
  const [start = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const bodyStart = end + 4;
  const bodyEnd = bodyStart + Number(headers['content-length'] ?? 0);
  const body = bytes.subarray(bodyStart, bodyEnd).toString();
  const json = /json/.test(headers['content-type'] ?? '') ? (JSON.parse(body) as RawReply['json']) : {};
  const reply = { status: Number(start.split(' ')[1]), headers, body, json };
  return [reply, ...repliesIn(bytes.subarray(bodyEnd))];
}
