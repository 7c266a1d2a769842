import { Injectable, type PipeTransform } from '@nestjs/common';
import { ULID_PATTERN } from '@countersign/kernel';
import { ApiError } from './problem.js';

const ULID = new RegExp(ULID_PATTERN);
const TRACE_ID = /^(?!0{32}$)[0-9a-f]{32}$/;

/** A job id in a path. What is none names nothing: 404. */
@Injectable()
export class JobIdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (ULID.test(value)) return value;
    throw new ApiError('not_found', 'There is no such job.');
  }
}

/** A W3C trace id in a path. What is none names nothing: 404. */
@Injectable()
export class TraceIdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (TRACE_ID.test(value)) return value;
    throw new ApiError('not_found', 'There is no such trace.');
  }
}
