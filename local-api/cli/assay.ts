/** Where the `assay` command starts: nothing else is loaded before its code is looked for in the cache. */
import { enableCodeCache } from '../../engine/system/index.ts';
import { codeCacheDir } from './workspace-dir.ts';

enableCodeCache(codeCacheDir());
await import('./main.ts');
