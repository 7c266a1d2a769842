import { Injectable, type PipeTransform } from '@nestjs/common';
import { refuseMember } from './refuse-member.js';

/** Refuses every member of a body: for commands that say everything with their address. */
@Injectable()
export class NoMembersPipe implements PipeTransform<object, object> {
  transform(members: object): object {
    const [name] = Object.keys(members);
    if (name !== undefined) throw refuseMember(name);
    return members;
  }
}
