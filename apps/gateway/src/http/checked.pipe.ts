import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { pointerToken } from '@countersign/kernel';
import { ApiError } from './problem.js';

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
      exceptionFactory: (errors: ValidationError[]) => refusalOf(errors),
    });
  }
}

/** The refusal that the first of some validation errors calls for. It names the member and never its value. */
export function refusalOf(errors: readonly ValidationError[]): ApiError {
  const first = errors[0];
  if (!first) return new ApiError('invalid_field', 'The value is invalid.', { pointer: '' });
  const pointer = `/${pointerToken(first.property)}`;
  const [rule, message] = Object.entries(first.constraints ?? {})[0] ?? [];
  if (rule === 'whitelistValidation')
    return new ApiError('unknown_field', `the member ${pointer} is not known`, { pointer });
  return new ApiError('invalid_field', `${pointer}: ${message ?? 'is invalid'}`, { pointer });
}
