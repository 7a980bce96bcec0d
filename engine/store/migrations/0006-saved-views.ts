import { type Kysely, sql } from 'kysely';

/*
 * Views of the workbench's tables under a name, and what the table of runs asks for: runs without a parent in the order of
 * time, and how many runs are below one.
 */
const statements = [
  `CREATE TABLE saved_views (
    pk INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    page TEXT NOT NULL CHECK (page IN ('runs', 'compare')),
    experiment_id INTEGER REFERENCES experiments (id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (json_valid(state)),
    lifecycle TEXT NOT NULL DEFAULT 'active' CHECK (lifecycle IN ('active', 'deleted')),
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL,
    deleted_at_ms INTEGER
  ) STRICT`,
  'CREATE INDEX saved_views_by_experiment ON saved_views (experiment_id)',

  'CREATE INDEX root_runs_by_start ON runs (lifecycle, started_at_ms) WHERE parent_run_id IS NULL',
  'CREATE INDEX root_runs_by_experiment ON runs (experiment_id, lifecycle, started_at_ms) WHERE parent_run_id IS NULL',
  'DROP INDEX runs_by_parent',
  'CREATE INDEX runs_by_parent ON runs (parent_run_id, lifecycle, started_at_ms) WHERE parent_run_id IS NOT NULL',
];

const undo = [
  'DROP INDEX runs_by_parent',
  'CREATE INDEX runs_by_parent ON runs (parent_run_id) WHERE parent_run_id IS NOT NULL',
  'DROP INDEX root_runs_by_experiment',
  'DROP INDEX root_runs_by_start',
  'DROP TABLE saved_views',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const statement of undo) await sql.raw(statement).execute(db);
}
