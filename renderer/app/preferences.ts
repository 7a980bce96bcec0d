import { useMantineColorScheme } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Settings } from '../../local-api/contract/index.ts';
import { client } from './api.ts';
import { keys } from './queries.ts';

/** The settings in force, where each comes from, and their schema. */
export function useSettings() {
  return useQuery({
    queryKey: keys.settings,
    queryFn: ({ signal }) => client.settings.get({ signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Makes the page follow `ui.theme` and `ui.density` of the workspace. */
export function useFollowPreferences(): void {
  const { setColorScheme } = useMantineColorScheme();
  const ui = useSettings().data?.settings.ui;
  const theme = ui?.theme;
  const density = ui?.density;
  useEffect(() => {
    if (theme) setColorScheme(theme);
  }, [theme, setColorScheme]);
  useEffect(() => {
    document.documentElement.dataset.density = density ?? 'compact';
  }, [density]);
}

/** Changes settings by dotted key and shows the result at once: `await change({ 'ui.theme': 'dark' })`. */
export function useChangeSettings(): (patch: Record<string, unknown>) => Promise<Settings> {
  const cache = useQueryClient();
  return async (patch) => {
    const answer = await client.settings.update({ body: patch });
    cache.setQueryData(keys.settings, answer);
    return answer.settings;
  };
}
