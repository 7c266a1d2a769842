import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import { pointerToken } from '@countersign/kernel';
import { ApiError } from './problem.js';
import { refuseMember, type Named } from './refuse-member.js';

/** Checks query parameters and small bodies against their class. Unknown names are refused, with a pointer to them. */
export class CheckedPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      stopAtFirstError: true,
      validateCustomDecorators: true,
      validationError: { target: false, value: false },
      exceptionFactory: (errors: ValidationError[]) => new Invalid(errors),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const named = metadata.type === 'query' ? 'query parameter' : 'member';
    const name = inheritedName(value, metadata);
    if (name !== undefined) throw refuseMember(name, named);
    try {
      return (await super.transform(value, metadata)) as unknown;
    } catch (error) {
      throw error instanceof Invalid ? refusalOf(error.errors, named) : error;
    }
  }
}

/** What the validation found, on its way to where it is known what was validated. */
class Invalid extends Error {
  constructor(readonly errors: readonly ValidationError[]) {
    super('invalid');
  }
}

/**
 * A member with a name that every object inherits, like `toString`. class-transformer drops these unseen, so they
 * would pass for known.
 */
function inheritedName(value: unknown, { metatype }: ArgumentMetadata): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const inherited = (metatype?.prototype ?? Object.prototype) as object;
  return Object.keys(value).find((name) => name in inherited);
}

/** The refusal that the first of some validation errors calls for. It names the member and never its value. */
function refusalOf(errors: readonly ValidationError[], named: Named): ApiError {
  const first = errors[0];
  if (!first) return new ApiError('invalid_field', 'The value is invalid.', { pointer: '' });
  const [rule, message] = Object.entries(first.constraints ?? {})[0] ?? [];
  if (rule === 'whitelistValidation') return refuseMember(first.property, named);
  const pointer = `/${pointerToken(first.property)}`;
  return new ApiError('invalid_field', `${pointer}: ${message ?? 'is invalid'}`, { pointer });
}
