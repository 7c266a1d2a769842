import { Injectable, type PipeTransform } from '@nestjs/common';
import { pointerToken } from '@countersign/kernel';
import { ApiError } from './problem.js';

/** Refuses every member of a body: for commands that say everything with their address. */
@Injectable()
export class NoMembersPipe implements PipeTransform<object, object> {
  transform(members: object): object {
    const [name] = Object.keys(members);
    if (name === undefined) return members;
    const pointer = `/${pointerToken(name)}`;
    throw new ApiError('unknown_field', `the member ${pointer} is not known`, { pointer });
  }
}
