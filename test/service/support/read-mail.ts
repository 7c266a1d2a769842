/** A mail, taken apart. */
export interface Mail {
  /** Names in lower case; folded lines are joined. */
  readonly headers: ReadonlyMap<string, string>;
  /** Decoded bodies by media type. */
  readonly parts: ReadonlyMap<string, string>;
}

/** Takes apart a mail of text and HTML, as a client does. */
export function readMail(raw: string): Mail {
  const { headers, body } = entityOf(raw);
  const [, boundary] = /boundary="([^"]+)"/.exec(headers.get('content-type') ?? '') ?? [];
  if (boundary === undefined) throw new Error('the mail has no parts');
  const parts = new Map<string, string>();
  for (const text of body.split(`--${boundary}`).slice(1, -1)) {
    const part = entityOf(text.replace(/^\r\n/, ''));
    const [type = ''] = (part.headers.get('content-type') ?? '').split(';');
    parts.set(type, decoded(part.body, part.headers.get('content-transfer-encoding') ?? '7bit'));
  }
  return { headers, parts };
}

function entityOf(raw: string): { readonly headers: ReadonlyMap<string, string>; readonly body: string } {
  const end = raw.indexOf('\r\n\r\n');
  const lines = raw
    .slice(0, end)
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (headers.has(name)) throw new Error(`the header ${name} is there twice`);
    headers.set(name, line.slice(colon + 1).trim());
  }
  return { headers, body: raw.slice(end + 4) };
}

function decoded(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString();
  if (encoding !== 'quoted-printable') return body;
  const bytes = body
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
