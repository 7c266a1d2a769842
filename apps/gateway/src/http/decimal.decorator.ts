import { Transform } from 'class-transformer';

const DECIMAL = /^(0|[1-9][0-9]*)$/;

/** Reads a query parameter as a number when it is plain decimal digits; anything else stays as it is, for `IsInt` to refuse. */
export const Decimal = (): PropertyDecorator =>
  Transform(({ value }: { readonly value: unknown }) =>
    typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value,
  );
