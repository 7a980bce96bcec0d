/** Serves a workspace over HTTP until it is killed. */
import { openWorkspace } from '../../../engine/index.ts';
import { silentLogger } from '../../../engine/system/index.ts';
import { startServer } from '../../../local-api/server.ts';
import { acknowledge, folderAndSeed, ready, workspaceIn } from './acknowledge.ts';

const { dir } = folderAndSeed();
const workspace = await openWorkspace({ dir: workspaceIn(dir), logger: silentLogger, environment: {} });
const { url } = await startServer({ workspace, port: 0, logger: silentLogger });
acknowledge('serving', { url, token: workspace.token });
ready();
