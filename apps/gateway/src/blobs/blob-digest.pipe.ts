import { Injectable, type PipeTransform } from '@nestjs/common';
import { ApiError } from '../http/problem.js';

const HEX = /^[0-9a-f]{64}$/;

/** The SHA-256 of a blob in a path; gives the digest as it is written everywhere else. Throws `invalid_field`. */
@Injectable()
export class BlobDigestPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (HEX.test(value)) return `sha256:${value}`;
    throw new ApiError('invalid_field', '/digest in the path must be 64 lower-case hexadecimal digits', {
      pointer: '/digest',
    });
  }
}
