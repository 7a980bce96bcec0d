import { useQuery } from '@tanstack/react-query';
import type { EndpointRoute, ModelVersion, ServingEndpoint } from '../../../local-api/contract/index.ts';
import { stableRefOf } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { keys } from '../../app/queries.ts';
import { Panel } from '../../components/Panel.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Snippets } from '../model-landing/index.ts';

/** A call of the endpoint in every protocol, with an example of what it is asked. */
export function CallPanel({ endpoint: { name, route } }: { endpoint: ServingEndpoint }) {
  const ref = stableRefOf(route) ?? firstOf(route);
  const version = useQuery({
    queryKey: keys.part('endpoints', name, 'called', ref),
    queryFn: ({ signal }) => versionOf(ref, signal),
  });
  return (
    <Panel title="How to call it">
      <QueryView query={version}>
        {({ signature }) =>
          signature === null ? null : (
            <Snippets
              prediction={{
                origin: window.location.origin,
                model: name,
                isEndpoint: true,
                signature,
                row: Object.fromEntries(
                  signature.inputs.map((input) => [input.name, input.examples[0] ?? null]),
                ),
              }}
            />
          )
        }
      </QueryView>
    </Panel>
  );
}

/** Of a route without a stable version. */
function firstOf(route: EndpointRoute): string {
  if (route.kind === 'ab') return route.arms[0]?.ref ?? '';
  return route.kind === 'ensemble' ? (route.members[0]?.ref ?? '') : '';
}

/** What a reference names now; a name alone is the newest version. */
async function versionOf(ref: string, signal: AbortSignal): Promise<ModelVersion> {
  const [, model = ref, mark, rest = ''] = /^(.+?)([/@])([^/@]+)$/.exec(ref) ?? [];
  if (mark !== undefined) {
    const version = mark === '@' ? `@${rest}` : rest;
    return client.models.version({ params: { model, version }, signal });
  }
  const { items } = await client.models.versions({ params: { model }, query: { limit: 1 }, signal });
  const [newest] = items;
  if (newest === undefined) throw new Error(`${model} has no version.`);
  return newest;
}
