import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { ProblemDto } from './problem.dto.js';

/** Documents the statuses with which an operation refuses, all as problem details. */
export function ApiProblems(...statuses: readonly number[]): MethodDecorator {
  return applyDecorators(
    ...statuses.map((status) =>
      ApiResponse({
        status,
        description: 'Problem details (RFC 9457); `code` says which.',
        content: {
          'application/problem+json': { schema: { $ref: `#/components/schemas/${ProblemDto.name}` } },
        },
      }),
    ),
  );
}
