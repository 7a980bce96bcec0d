import type { SavedView } from '../../../../local-api/contract/index.ts';

/**
 * What the runs table is set to, as the address and saved views keep it. All texts; what is absent is as usual.
 *
 * - `columns`, `curves` (metrics drawn with their curve) and `group` are lists of `joinList`
 * - `aggregate`: what groups show of a metric
 * - `nested`: `yes` folds runs under their parents
 * - `only`: `starred`
 */
export type TableState = {
  filter?: string;
  sort?: string;
  columns?: string;
  curves?: string;
  group?: string;
  aggregate?: string;
  nested?: string;
  only?: string;
};

/** The address of a page with the runs table: its state, the saved view it began with, and whether the trash is shown. */
export type RunsSearch = TableState & { view?: string; trash?: string };

export type SearchChange = { [K in keyof RunsSearch]?: RunsSearch[K] | undefined };

const stateKeys = ['filter', 'sort', 'columns', 'curves', 'group', 'aggregate', 'nested', 'only'] as const;

/** The part of the address that a view keeps. */
export function stateOf(search: RunsSearch): TableState {
  const state: TableState = {};
  for (const key of stateKeys) {
    const value = search[key];
    if (value !== undefined && value !== '') state[key] = value;
  }
  return state;
}

/** The state that a view keeps; what is not text, or not known, is passed over. */
export function stateOfView(view: SavedView): TableState {
  const state: TableState = {};
  for (const key of stateKeys) {
    const value = view.state[key];
    if (typeof value === 'string' && value !== '') state[key] = value;
  }
  return state;
}

/** The change of the address that shows a view. */
export function showView(view: SavedView): SearchChange {
  return { ...emptySearch(), ...stateOfView(view), view: view.id };
}

/** The change of the address that goes back to the table as it usually is. */
export function emptySearch(): SearchChange {
  return {
    ...Object.fromEntries(stateKeys.map((key) => [key, undefined])),
    view: undefined,
    trash: undefined,
  };
}

/** Whether the table is no longer as the view has it. Columns count only where the view or the address names them. */
export function differsFrom(view: SavedView, search: RunsSearch): boolean {
  const kept = stateOfView(view);
  const now = stateOf(search);
  return stateKeys.some((key) => kept[key] !== now[key]);
}

/** Whether this view is the one that an experiment opens with. */
export function isDefaultView(view: SavedView): boolean {
  return view.state.isDefault === true;
}
