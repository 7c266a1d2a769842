import { Header, messageId } from '@countersign/contracts';
import type { MsgHdrs } from '@nats-io/transport-node';
import type { Outgoing } from '../outgoing.js';

const BAD_NAME = /[^!-9;-~]/;
const LINE_ENDS: readonly string[] = ['\r', '\n', '\0'];

/** The headers of a message as NATS puts them on the wire. Throws RangeError when one could forge another. */
export function headerBlock(message: Outgoing): Uint8Array {
  let block = 'NATS/1.0\r\n';
  const put = (name: string, value: string | undefined) => {
    if (value === undefined) return;
    if (name === '' || BAD_NAME.test(name) || LINE_ENDS.some((end) => value.includes(end)))
      throw new RangeError(`header ${JSON.stringify(name)} cannot be sent`);
    block += `${name}: ${value}\r\n`;
  };
  put(Header.SpecVersion, '1.0');
  put(Header.Id, message.id);
  put(Header.Type, message.type);
  put(Header.Source, message.source);
  put(Header.Time, message.time);
  put(Header.Subject, message.jobId);
  put(Header.CausationId, message.causationId);
  put(Header.Traceparent, message.traceparent);
  put(Header.ContentType, 'application/json');
  put(Header.MessageId, messageId(message.id, message.sendNumber ?? 0));
  if (message.headers) for (const [name, value] of Object.entries(message.headers)) put(name, value);
  return Buffer.from(`${block}\r\n`, 'utf8');
}

/** The client only ever calls `encode` on headers it sends, so prepared bytes save building its map. */
export function preparedHeaders(bytes: Uint8Array): MsgHdrs {
  return { encode: () => bytes } as unknown as MsgHdrs;
}
