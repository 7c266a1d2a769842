import { ValidateIf } from 'class-validator';

/** Topics of a filter: one, or all below with `.>`. */
export const TOPIC_FILTER = /^job(\.[a-z0-9_-]+)*(\.>)?$/;
/** PostgreSQL's `integer` ends here; a larger number would fail in a table instead of at the edge. */
export const INT4_MAX = 2_147_483_647;

/** A query parameter that is checked when it is there. */
export const given = (name: string): PropertyDecorator =>
  ValidateIf((query: object) => (query as Readonly<Record<string, unknown>>)[name] !== undefined);
