import { type Kysely, sql } from 'kysely';

/*
 * Words of runs: of name, notes, user and source, and of the values of params and tags. Triggers keep them. The index holds
 * no text of its own. A row of it is named by the run (from bit 24 on), what it is of (bits 22 and 23) and the key.
 */
const rowOf = (run: string, kind: number, key: string) =>
  `(${run} << 24) + (${kind} << 22) + (${key} & 4194303)`;
const ofRun = (row: string) => rowOf(`${row}.pk`, 0, '0');
const ofParam = (row: string) => rowOf(`${row}.run_pk`, 1, `${row}.key_id`);
const ofTag = (row: string) => rowOf(`${row}.run_pk`, 2, `${row}.key_id`);
const runText = (row: string) =>
  `${row}.name || ' ' || ${row}.notes || ' ' || ${row}.user || ' ' || ${row}.source`;

const add = (row: string, text: string) => `INSERT INTO run_text (rowid, text) VALUES (${row}, ${text});`;
const remove = (row: string) => `DELETE FROM run_text WHERE rowid = ${row};`;

const triggers: Record<string, string> = {
  run_text_of_new_run: `AFTER INSERT ON runs BEGIN ${add(ofRun('new'), runText('new'))} END`,
  run_text_of_changed_run: `AFTER UPDATE OF name, notes, user, source ON runs BEGIN
    ${remove(ofRun('old'))} ${add(ofRun('new'), runText('new'))} END`,
  run_text_of_removed_run: `AFTER DELETE ON runs BEGIN ${remove(ofRun('old'))} END`,
  run_text_of_new_param: `AFTER INSERT ON run_params BEGIN ${add(ofParam('new'), 'new.value')} END`,
  run_text_of_removed_param: `AFTER DELETE ON run_params BEGIN ${remove(ofParam('old'))} END`,
  run_text_of_new_tag: `AFTER INSERT ON run_tags BEGIN ${add(ofTag('new'), 'new.value')} END`,
  run_text_of_changed_tag: `AFTER UPDATE OF value ON run_tags BEGIN
    ${remove(ofTag('old'))} ${add(ofTag('new'), 'new.value')} END`,
  run_text_of_removed_tag: `AFTER DELETE ON run_tags BEGIN ${remove(ofTag('old'))} END`,
};

export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `CREATE VIRTUAL TABLE run_text USING fts5 (text, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2')`,
    `INSERT INTO run_text (rowid, text) SELECT ${ofRun('runs')}, ${runText('runs')} FROM runs`,
    `INSERT INTO run_text (rowid, text) SELECT ${ofParam('run_params')}, value FROM run_params`,
    `INSERT INTO run_text (rowid, text) SELECT ${ofTag('run_tags')}, value FROM run_tags`,
    ...Object.entries(triggers).map(([name, body]) => `CREATE TRIGGER ${name} ${body}`),
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const name of Object.keys(triggers)) await sql.raw(`DROP TRIGGER ${name}`).execute(db);
  await sql.raw('DROP TABLE run_text').execute(db);
}
