/** Subjects of the floor. */
export const GRANTED = 'floor.granted';
export const CLAIM = 'floor.claim';

/** What the parts of the floor are started with. */
export interface FloorSettings {
  readonly servers: string;
  readonly databaseUrl: string;
}

/** The compare and set of each step: one row, found by its key, in a commit of its own. */
export const STEP = `UPDATE floor_jobs SET state = $2 WHERE id = $1 AND state = $3 RETURNING id`;
