import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { ULID_PATTERN } from '@countersign/kernel';
import { ApiError } from './problem.js';

const ULID = new RegExp(ULID_PATTERN);
const TRACE_ID = /^(?!0{32}$)[0-9a-f]{32}$/;

/** A job id in a path. Throws `invalid_field`, with the name of the path's part as pointer. */
@Injectable()
export class JobIdPipe implements PipeTransform<string, string> {
  transform(value: string, { data }: ArgumentMetadata): string {
    if (ULID.test(value)) return value;
    throw refusePart(data, 'a job id: a ULID, 26 digits and capital letters');
  }
}

/** A W3C trace id in a path. Throws `invalid_field`, with the name of the path's part as pointer. */
@Injectable()
export class TraceIdPipe implements PipeTransform<string, string> {
  transform(value: string, { data }: ArgumentMetadata): string {
    if (TRACE_ID.test(value)) return value;
    throw refusePart(data, 'a trace id: 32 lower-case hexadecimal digits, not all of them 0');
  }
}

function refusePart(name = '', wanted: string): ApiError {
  const pointer = `/${name}`;
  return new ApiError('invalid_field', `${pointer} in the path must be ${wanted}`, { pointer });
}
