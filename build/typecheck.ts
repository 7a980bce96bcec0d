/**
 * Type-checks everything with the types of the runtime it is for, so that a wrong runtime's types are a compile error. What runs
 * in Node is one program: folder by folder, the engine would be checked again with each folder that uses it.
 */
import { spawnSync } from 'node:child_process';

const programs = ['local-api/contract', 'local-api/client', 'tsconfig.node.json', 'renderer', 'test'];
let failed = 0;
for (const program of programs) {
  const result = spawnSync('tsc', ['-p', program], { stdio: 'inherit', shell: process.platform === 'win32' });
  if (result.status !== 0) failed += 1;
}
if (failed > 0) console.error(`Types do not hold in ${failed} of ${programs.length} programs.`);
process.exitCode = failed > 0 ? 1 : 0;
