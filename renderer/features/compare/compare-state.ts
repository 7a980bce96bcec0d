import { useNavigate, useSearch } from '@tanstack/react-router';
import { createContext, useCallback, useContext, useMemo } from 'react';
import type { SavedView } from '../../../local-api/contract/index.ts';
import { readSettings, type Settings, writeSettings } from './settings-text.ts';

/** What each tab keeps its settings under. */
export const settingNames = [
  'curves',
  'parallel',
  'scatter',
  'surface',
  'boxes',
  'importance',
  'difference',
  'images',
  'files',
] as const;
export type SettingName = (typeof settingNames)[number];

/** What a saved view keeps of the address. */
const stateNames = ['runs', 'filter', 'group', 'tab', 'only', ...settingNames] as const;

/**
 * The address of the page: the runs (by id, or those that a filter finds), what they are grouped by, the tab, and the
 * settings of every tab. All of it is text, and what is absent is as usual.
 */
export type CompareSearch = { [K in (typeof stateNames)[number] | 'view']?: string };
export type SearchChange = { [K in keyof CompareSearch]?: CompareSearch[K] | undefined };

/** The part of the address that a view keeps. */
export function stateOf(search: CompareSearch): Record<string, string> {
  return Object.fromEntries(
    stateNames.flatMap((name) => (search[name] === undefined ? [] : [[name, search[name]]])),
  );
}

/** The change of the address that shows a view. */
export function showView(view: SavedView): SearchChange {
  const kept = stateNames.map((name) => {
    const value = view.state[name];
    return [name, typeof value === 'string' && value !== '' ? value : undefined];
  });
  return { ...Object.fromEntries(kept), view: view.id };
}

/** Whether what is shown is no longer as the view has it. */
export function differsFrom(view: SavedView, search: CompareSearch): boolean {
  return stateNames.some((name) => (view.state[name] ?? undefined) !== search[name]);
}

/** The address and how it is changed. Another tab or other runs are a step that Back undoes; settings of a chart are not. */
export function useCompareSearch() {
  const search: CompareSearch = useSearch({ from: '/compare' });
  const navigate = useNavigate();
  const change = useCallback(
    (part: SearchChange, { isStep = false } = {}) =>
      void navigate({
        to: '/compare',
        search: (before: CompareSearch) => ({ ...before, ...part }) as CompareSearch,
        replace: !isStep,
      }),
    [navigate],
  );
  return { search, change };
}

export type CompareAddress = ReturnType<typeof useCompareSearch>;

export const CompareContext = createContext<CompareAddress | null>(null);

/** The settings of a tab as the address has them. */
export function useTabSettings<S extends Settings>(name: SettingName, usual: S) {
  const address = useContext(CompareContext);
  if (!address) throw new Error('useTabSettings needs the page to compare runs around it.');
  const { search, change } = address;
  const text = search[name];
  const settings = useMemo(() => readSettings(text, usual), [text, usual]);
  const onSettings = useCallback(
    (part: Partial<S>) => change({ [name]: writeSettings({ ...settings, ...part }, usual) }),
    [change, name, settings, usual],
  );
  return [settings, onSettings] as const;
}
