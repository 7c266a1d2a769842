import type { Sql } from '@countersign/persistence';
import type { Change } from './changes-between.js';

/** An edit as it is kept: the job that goes on, and the answer of the person who has edited it. */
export interface StoredEdit {
  readonly tenant_id: string;
  readonly job_id: string;
  readonly job_hash: string;
  readonly job: string;
  /** The question about the original. */
  readonly approval_id: string;
  readonly original_job_id: string;
  readonly original_job_hash: string;
  readonly changes: readonly Change[];
  readonly by: string;
  readonly names: readonly string[];
  readonly groups: readonly string[];
  readonly confirm: string | null;
  readonly note: string;
}

type Row = Omit<StoredEdit, 'changes' | 'names' | 'groups'> & {
  readonly changes: string;
  readonly names: string;
  readonly groups: string;
};

const COLUMNS = {
  tenant_id: 'text',
  job_id: 'text',
  job_hash: 'text',
  job: 'text',
  approval_id: 'text',
  original_job_id: 'text',
  original_job_hash: 'text',
  changes: 'text',
  by: 'text',
  names: 'text',
  groups: 'text',
  confirm: 'text',
  note: 'text',
} as const;
const NAMES = Object.keys(COLUMNS);

export async function insertEdit(sql: Sql, edit: StoredEdit): Promise<void> {
  const [changes, names, groups] = [edit.changes, edit.names, edit.groups].map((list) =>
    JSON.stringify(list),
  );
  await sql.insertMany('approval_edits', COLUMNS, [{ ...edit, changes, names, groups }]);
}

/** The edits that jobs came about by. */
export async function findEdits(
  sql: Sql,
  jobs: readonly { readonly tenant_id: string; readonly job_id: string }[],
): Promise<readonly StoredEdit[]> {
  const wanted = jobs.map(({ tenant_id, job_id }) => ({ tenant_id, job_id }));
  const rows = await sql.query<Row>(
    `SELECT ${NAMES.map((name) => `e.${name}`).join(', ')} FROM approval_edits e
      WHERE (e.tenant_id, e.job_id) IN
            (SELECT r.tenant_id, r.job_id FROM json_to_recordset($1::json) AS r(tenant_id text, job_id text))`,
    [JSON.stringify(wanted)],
  );
  return rows.map(editOf);
}

/** The edit that a question ended by. */
export async function findEditOf(sql: Sql, approvalId: string): Promise<StoredEdit | undefined> {
  const [row] = await sql.query<Row>(
    `SELECT ${NAMES.join(', ')} FROM approval_edits WHERE approval_id = $1`,
    [approvalId],
  );
  return row && editOf(row);
}

function editOf(row: Row): StoredEdit {
  return {
    ...row,
    changes: JSON.parse(row.changes) as Change[],
    names: JSON.parse(row.names) as string[],
    groups: JSON.parse(row.groups) as string[],
  };
}
