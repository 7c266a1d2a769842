import { Service } from '@countersign/contracts';
import type { ServiceMigrations } from '@countersign/persistence';
import { CreateGateway1764000000000 } from './1764000000000-create-gateway.js';
import { CreateBlobs1764600000000 } from './1764600000000-create-blobs.js';
import { CallbackSignatures1764710000000 } from './1764710000000-callback-signatures.js';
import { TellKeyChanges1764100000000 } from './1764100000000-tell-key-changes.js';

/** How the gateway's schema comes to be. */
export const migrations: ServiceMigrations = {
  service: Service.Gateway,
  migrations: [
    CreateGateway1764000000000,
    TellKeyChanges1764100000000,
    CreateBlobs1764600000000,
    CallbackSignatures1764710000000,
  ],
  api: {
    intake: 'SELECT, INSERT',
    idempotency_keys: 'SELECT, INSERT, UPDATE',
    outbox: 'INSERT',
    // Uploads are made, ended and given up; nothing is ever written over.
    blobs: 'SELECT, INSERT, UPDATE (state, due_at), DELETE',
    blob_chunks: 'SELECT, INSERT',
  },
  // Who serves requests makes no key and revives none.
  restricted: {
    api_keys: 'SELECT, UPDATE (last_used_on)',
    callback_signatures: 'SELECT, INSERT, DELETE',
  },
};
