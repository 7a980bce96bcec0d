import type { RunGroup, RunRow } from '../../../../local-api/contract/index.ts';

/** A row of the runs table: a run, a group of runs, or a line that says something of the rows around it. */
export type RunsTableRow =
  | { kind: 'run'; id: string; run: RunRow; level: number; isUnfolded: boolean | null }
  | { kind: 'group'; id: string; group: RunGroup; level: 1; isUnfolded: boolean }
  | { kind: 'note'; id: string; level: number; text: string; more: string | null };

/** The runs below a group or a parent, as far as they were read. */
export type Below = { items: readonly RunRow[]; hasMore: boolean; isPending: boolean; error: string | null };

export const groupRowId = (group: RunGroup): string => `group:${JSON.stringify(group.values)}`;

/** Rows of groups, with the runs of those that are unfolded. */
export function groupRows(groups: readonly RunGroup[], below: ReadonlyMap<string, Below>): RunsTableRow[] {
  return groups.flatMap((group): RunsTableRow[] => {
    const id = groupRowId(group);
    const inside = below.get(id);
    const row: RunsTableRow = { kind: 'group', id, group, level: 1, isUnfolded: inside !== undefined };
    if (!inside) return [row];
    return [row, ...inside.items.map((run) => runRow(run, 2, null)), ...notes(id, inside, 2)];
  });
}

/** Rows of runs; where they are folded under their parents, with the children of those that are unfolded, to any depth. */
export function runRows(
  runs: readonly RunRow[],
  below: ReadonlyMap<string, Below>,
  options: { isNested: boolean; without: ReadonlySet<string> },
): RunsTableRow[] {
  const rows: RunsTableRow[] = [];
  const add = (run: RunRow, level: number) => {
    if (level === 1 && options.without.has(run.id)) return;
    const hasChildren = options.isNested && (run.childCount ?? 0) > 0;
    const inside = hasChildren ? below.get(run.id) : undefined;
    rows.push(runRow(run, level, hasChildren ? inside !== undefined : null));
    if (!inside) return;
    for (const child of inside.items) add(child, level + 1);
    rows.push(...notes(run.id, inside, level + 1));
  };
  for (const run of runs) add(run, 1);
  return rows;
}

function runRow(run: RunRow, level: number, isUnfolded: boolean | null): RunsTableRow {
  return { kind: 'run', id: run.id, run, level, isUnfolded };
}

function notes(id: string, inside: Below, level: number): RunsTableRow[] {
  const note = (text: string, more: string | null): RunsTableRow[] => [
    { kind: 'note', id: `note:${id}`, level, text, more },
  ];
  if (inside.error !== null) return note(inside.error, null);
  if (inside.isPending) return note('Loading …', null);
  if (inside.hasMore) return note('Show more of these', id);
  return inside.items.length === 0 ? note('Nothing here', null) : [];
}
