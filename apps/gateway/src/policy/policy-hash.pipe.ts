import { Injectable, type PipeTransform } from '@nestjs/common';
import { ApiError } from '../http/problem.js';

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** The digest of a policy in a path. Throws `invalid_field`. */
@Injectable()
export class PolicyHashPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (DIGEST.test(value)) return value;
    throw new ApiError(
      'invalid_field',
      '/hash in the path must be a digest: sha256: and 64 hexadecimal digits',
      {
        pointer: '/hash',
      },
    );
  }
}
