import type { Model } from '../../local-api/contract/index.ts';
import type { EventBus } from '../events/index.ts';
import type { RegistryChange } from './model-registry.ts';

type Change = 'created' | 'updated' | 'deleted' | 'alias';

/** Tells of committed changes: the event bus in few words, listeners with what changed. */
export function registryChanges(events: Pick<EventBus, 'emit'>, forget: () => void) {
  const listeners: ((change: RegistryChange) => void)[] = [];
  return {
    onChange: (listener: (change: RegistryChange) => void) => void listeners.push(listener),

    /** `forget` drops what is out of date by it. With `text` it is a line of the activity, too. */
    tell(model: string, version: string | null, change: Change, text?: string): void {
      forget();
      const gone = change === 'deleted';
      const query = version === null || gone ? '' : `?version=${encodeURIComponent(version)}`;
      const link = gone && version === null ? null : `/models/${encodeURIComponent(model)}${query}`;
      events.emit(
        { type: 'model.changed', data: { model, version, change } },
        ...(text === undefined ? [] : [{ text, link }]),
      );
    },

    detail(model: { name: string; kind: Model['kind'] }, change: DetailOf<RegistryChange>): void {
      for (const listener of listeners) listener({ model: model.name, kind: model.kind, ...change });
    },
  };
}
export type RegistryChanges = ReturnType<typeof registryChanges>;

type DetailOf<T> = T extends unknown ? Omit<T, 'model' | 'kind'> : never;
