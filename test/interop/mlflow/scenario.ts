import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const Case = z.object({
  title: z.string(),
  outcome: z.enum(['passed', 'failed', 'left out']),
  reason: z.string().optional(),
  seconds: z.number().optional(),
});
export type Case = z.infer<typeof Case>;

const scripts = fileURLToPath(new URL('.', import.meta.url));

/**
 * Runs a scenario with the real client against a server, and gives what became of each of its cases. The client takes the
 * server from its own environment variables, as anybody's script does.
 */
export function runScenario(
  python: string,
  scenario: string,
  server: { url: string; token: string },
): Promise<Case[]> {
  const others = Object.entries(process.env).filter(([name]) => !/^(?:MLFLOW|ASSAY)_/.test(name));
  const child = spawn(python, [`${scenario}.py`], {
    cwd: scripts,
    env: {
      ...Object.fromEntries(others),
      MLFLOW_TRACKING_URI: server.url,
      MLFLOW_TRACKING_TOKEN: server.token,
      MLFLOW_DISABLE_TELEMETRY: 'true',
      // A fault of the server is to be seen, and not waited on.
      MLFLOW_HTTP_REQUEST_MAX_RETRIES: '1',
      MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT: 'true',
      GIT_PYTHON_REFRESH: 'quiet',
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONIOENCODING: 'utf-8',
      TQDM_DISABLE: '1',
    },
  });
  let printed = '';
  let complaints = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-4000);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const lines = printed.split('\n').filter((line) => line.startsWith('case '));
      const cases = lines.map((line) => Case.parse(JSON.parse(line.slice('case '.length))));
      if (code === 0 && cases.length > 0) resolve(cases);
      else reject(new Error(`${scenario}.py ended with ${code} after ${cases.length} cases: ${complaints}`));
    });
  });
}
