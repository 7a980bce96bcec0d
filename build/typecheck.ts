/** Type-checks every folder by its own tsconfig, so that a wrong runtime's types are a compile error. */
import { spawnSync } from 'node:child_process';

const folders = [
  'local-api/contract',
  'local-api/client',
  'engine',
  'local-api',
  'serve',
  'renderer',
  'electron',
  'build',
  'test',
];
let failed = 0;
for (const folder of folders) {
  const result = spawnSync('tsc', ['-p', folder], { stdio: 'inherit', shell: process.platform === 'win32' });
  if (result.status !== 0) failed += 1;
}
if (failed > 0) console.error(`Types do not hold in ${failed} of ${folders.length} folders.`);
process.exitCode = failed > 0 ? 1 : 0;
