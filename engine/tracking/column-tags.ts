/**
 * Tags by which MLflow's clients say what a run has columns for. They are kept in the columns alone, so that a name given
 * there is the name shown here, and the other way round.
 */
export const columnTags = {
  'mlflow.runName': 'name',
  'mlflow.user': 'user',
  'mlflow.source.name': 'source',
  'mlflow.note.content': 'notes',
  'mlflow.parentRunId': 'parent_run_id',
} as const;

type ColumnTag = keyof typeof columnTags;

export function isColumnTag(key: string): key is ColumnTag {
  return Object.hasOwn(columnTags, key);
}

type Columns = { name: string; user: string; source: string; notes: string; parentRunId: string | null };

/** The tags that the columns of a run come to. */
export function tagsOfColumns(run: Columns): Record<string, string> {
  const tags = {
    'mlflow.runName': run.name,
    'mlflow.user': run.user,
    'mlflow.source.name': run.source,
    'mlflow.note.content': run.notes,
    'mlflow.parentRunId': run.parentRunId ?? '',
  };
  return Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== ''));
}
