import { useQueryClient } from '@tanstack/react-query';
import type { BodyInput, servingEndpointsApi } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { toastFault, toastWithUndo } from '../../components/toasts.tsx';

/**
 * Changes an endpoint and offers to take it back; a refusal is shown as a toast.
 *
 * @returns a function that resolves to false when the change was refused
 */
export function useEndpointChange(name: string) {
  const cache = useQueryClient();
  const params = { name };
  const refresh = () => cache.invalidateQueries({ queryKey: ['endpoints'] });
  return async (body: BodyInput<typeof servingEndpointsApi.update>, done: string): Promise<boolean> => {
    try {
      await client.endpoints.update({ params, body });
      await refresh();
      toastWithUndo(done, async () => {
        await client.endpoints.undo({ params, body: {} });
        await refresh();
      });
      return true;
    } catch (thrown) {
      toastFault(thrown);
      return false;
    }
  };
}
