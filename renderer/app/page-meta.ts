import { useEffect, useSyncExternalStore } from 'react';

export type Crumb = { label: string; href: string };
export type PageMeta = { title: string; crumbs: readonly Crumb[] };

let current: PageMeta = { title: '', crumbs: [] };
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What the page shown calls itself; the top bar draws its breadcrumbs from it. */
export function usePageMeta(): PageMeta {
  return useSyncExternalStore(subscribe, () => current);
}

/** Names the page: the window title and the breadcrumbs follow. `crumbs` are the pages above it, outermost first. */
export function useSetPageMeta(title: string, crumbs: readonly Crumb[]): void {
  const key = JSON.stringify(crumbs);
  useEffect(() => {
    current = { title, crumbs: JSON.parse(key) as Crumb[] };
    document.title = title === '' ? 'Assay' : `${title} · Assay`;
    for (const listener of listeners) listener();
  }, [title, key]);
}
