import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { SavedView } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { keys } from '../../../app/queries.ts';
import { toastFault, toastWithUndo } from '../../../components/toasts.tsx';
import { isDefaultView, type TableState } from './table-state.ts';

/** The saved views of a page of runs, by name: those of the experiment, or those of all runs. */
export function useRunViews(experimentId: string | undefined) {
  const place = experimentId === undefined ? 'experimentId is null' : `experimentId = '${experimentId}'`;
  const filter = `page = 'runs' and ${place}`;
  return useQuery({
    queryKey: keys.list('views', { filter }),
    queryFn: async ({ signal }) =>
      (await client.views.list({ query: { filter, sort: 'name', limit: 1000 }, signal })).items,
  });
}

/** What can be done with saved views; each reads the list again, and shows why when it failed. */
export function useViewActions(experimentId: string | undefined, views: readonly SavedView[]) {
  const cache = useQueryClient();
  const refresh = () => cache.invalidateQueries({ queryKey: ['views'] });
  const act = async <T>(task: () => Promise<T>): Promise<T | null> => {
    try {
      const result = await task();
      await refresh();
      return result;
    } catch (error) {
      toastFault(error);
      return null;
    }
  };
  return {
    create: (name: string, state: TableState) =>
      act(() =>
        client.views.create({
          body: { name, page: 'runs', experimentId: experimentId ?? null, state: { ...state } },
        }),
      ),
    save: (view: SavedView, state: TableState) =>
      act(() =>
        client.views.update({
          params: { viewId: view.id },
          body: { state: { ...state, ...(isDefaultView(view) ? { isDefault: true } : {}) } },
        }),
      ),
    rename: (view: SavedView, name: string) =>
      act(() => client.views.update({ params: { viewId: view.id }, body: { name } })),
    remove: (view: SavedView) =>
      act(async () => {
        await client.views.delete({ params: { viewId: view.id } });
        toastWithUndo(`Deleted the view “${view.name}”`, async () => {
          await client.views.restore({ params: { viewId: view.id } });
          await refresh();
        });
      }),
    /** One view at most is the one that the page opens with; `null` for none. */
    setDefault: (chosen: SavedView | null) =>
      act(async () => {
        for (const view of views) {
          const shouldBe = view.id === chosen?.id;
          if (isDefaultView(view) === shouldBe) continue;
          const { isDefault: _, ...state } = view.state;
          await client.views.update({
            params: { viewId: view.id },
            body: { state: shouldBe ? { ...state, isDefault: true } : state },
          });
        }
      }),
  };
}
