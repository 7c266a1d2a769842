export { AllowList } from './allow-list.js';
export { OutboundRefused, RefusalReason } from './outbound-refused.js';
export { MAX_ANSWER_BYTES, post, type Post, type PostOutcome } from './post.js';
export { hostOf, readUrl } from './read-url.js';
export { resolveHost, systemResolve, type Resolve } from './resolve-host.js';
