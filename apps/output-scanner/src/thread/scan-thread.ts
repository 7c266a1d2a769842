import { parentPort } from 'node:worker_threads';
import { examineResult, type Returned } from '../examine/examine-result.js';
import { ownThreadId } from './thread-time.js';
import type { ThreadReply, ThreadRequest } from './thread-messages.js';

const port = parentPort;
if (port === null) throw new Error('this file is run by a thread alone');
const reply = (message: ThreadReply): void => port.postMessage(message);

port.on('message', ({ text, options }: ThreadRequest) => {
  try {
    reply({ kind: 'examined', examined: examineResult(JSON.parse(text) as Returned, options) });
  } catch (error) {
    reply({ kind: 'failed', error: error instanceof Error ? error.name : 'no error' });
  }
});
reply({ kind: 'ready', tid: ownThreadId() });
