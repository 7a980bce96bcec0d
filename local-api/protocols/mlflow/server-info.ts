import { type MlflowEndpoint, raw } from './endpoint.ts';

/**
 * The version of MLflow's protocol that is spoken here, which its clients ask for: from 3.4 on they send spans of traces as
 * OTLP. It is not the version of Assay.
 */
const protocolVersion = '3.17.0';

export const serverInfoEndpoints: MlflowEndpoint[] = [
  raw('GET', '/version', 'query', async () => ({ kind: 'text', text: protocolVersion }), { version: 0 }),
  raw(
    'GET',
    '/mlflow/server-info',
    'query',
    async () => ({ kind: 'json', value: { store_type: 'SqlStore', workspaces_enabled: false } }),
    { version: 3 },
  ),
];
