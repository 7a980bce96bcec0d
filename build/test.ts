/**
 * `npm test`: every check in the order of cost, each to its end, so that one run tells everything that is wrong.
 * Ends with a plain line that counts: `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'node_modules', '.bin');
const reports = mkdtempSync(join(tmpdir(), 'assay-test-'));

type Stage = { name: string; command: string[]; counts: 'itself' | 'its tests' };

const vitest = (name: string, projects: string[]): Stage => ({
  name,
  command: [
    'vitest',
    'run',
    ...projects.flatMap((project) => ['--project', project]),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${join(reports, `${name}.json`)}`,
  ],
  counts: 'its tests',
});

const stages: Stage[] = [
  { name: 'types', command: ['node', 'build/typecheck.ts'], counts: 'itself' },
  { name: 'lint', command: ['biome', 'check', '--error-on-warnings', '.'], counts: 'itself' },
  { name: 'import directions', command: ['npm', 'run', '--silent', 'deps:check'], counts: 'itself' },
  { name: 'unused code', command: ['knip'], counts: 'itself' },
  { name: 'build', command: ['node', 'build/build.ts'], counts: 'itself' },
  vitest('unit', ['unit']),
  vitest('integration', ['integration']),
  vitest('fault', ['fault']),
  vitest('browser', ['e2e', 'desktop']),
];

/** `numPassedTests` and `numFailedTests` of vitest's report; a run that died without a report is one failure. */
function testCounts(stage: Stage, status: number | null): { passed: number; failed: number } {
  try {
    const report: unknown = JSON.parse(readFileSync(join(reports, `${stage.name}.json`), 'utf8'));
    if (typeof report !== 'object' || report === null) throw new Error('no report');
    const passed = 'numPassedTests' in report ? Number(report.numPassedTests) : 0;
    const failed = 'numFailedTests' in report ? Number(report.numFailedTests) : 0;
    return { passed, failed: status === 0 ? failed : Math.max(1, failed) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

const environment = {
  ...process.env,
  PATH: `${bin}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`,
};
const summary: string[] = [];
let passed = 0;
let failed = 0;
for (const stage of stages) {
  const [program = '', ...args] = stage.command;
  const started = Date.now();
  console.log(`\n── ${stage.name} ──`);
  const { status } = spawnSync(program, args, {
    cwd: root,
    stdio: 'inherit',
    env: environment,
    shell: process.platform === 'win32',
  });
  const counts =
    stage.counts === 'itself'
      ? { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1 }
      : testCounts(stage, status);
  passed += counts.passed;
  failed += counts.failed;
  summary.push(
    `${stage.name.padEnd(18)} ${counts.failed === 0 ? 'ok    ' : 'FAILED'} ${String(counts.passed).padStart(5)} passed ${String(counts.failed).padStart(4)} failed ${((Date.now() - started) / 1000).toFixed(1).padStart(7)} s`,
  );
}
rmSync(reports, { recursive: true, force: true });
console.log(`\n${summary.join('\n')}\n\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
