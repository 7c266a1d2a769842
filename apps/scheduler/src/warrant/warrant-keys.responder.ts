import { Controller } from '@nestjs/common';
import { Subjects } from '@countersign/contracts';
import { Respond, type BusRequest } from '@countersign/messaging';
import type { PublicJwk } from '@countersign/warrant';
import { WarrantKeys } from './warrant-keys.js';

/** A JWK set (RFC 7517), with the mark of an answer. */
interface Reply {
  readonly ok: true;
  readonly keys: readonly PublicJwk[];
}

/** `query.scheduler.jwks`: the public keys that warrants are verified with. */
@Controller()
export class WarrantKeysResponder {
  constructor(private readonly keys: WarrantKeys) {}

  @Respond(Subjects.queryJwks.template)
  handle(batch: readonly BusRequest[]): Promise<readonly Reply[]> {
    const { keys } = this.keys.signer.publicKeys;
    return Promise.resolve(batch.map(() => ({ ok: true, keys })));
  }
}
