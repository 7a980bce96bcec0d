import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import pc from 'picocolors';
import { parse as parseYaml, stringify as toYaml } from 'yaml';
import { ReleasePolicy } from '../../contract/index.ts';
import { contextOf } from '../context.ts';

type PolicyOptions = { env: string; file?: string; remove?: boolean };

/** `assay policy` shows, sets and removes the policy of an environment. */
export function policyCommand(): Command {
  return new Command('policy')
    .description('show, set or remove what a version must pass before it is promoted to an environment')
    .argument('<model>', 'a model')
    .requiredOption('--env <environment>', 'the environment')
    .option('-f, --file <path>', 'a YAML or JSON file with the policy; - for standard input')
    .option('--remove', 'remove the policy: every version may be promoted')
    .action(async (model: string, options: PolicyOptions, command: Command) => {
      const { output, withClient } = contextOf(command);
      const params = { model, environment: options.env };
      await withClient(async (client) => {
        if (options.remove) {
          await client.releases.deletePolicy({ params });
          return output.result({ removed: true }, () =>
            output.line(`${pc.green('✓')} ${options.env} has no policy for ${model}`),
          );
        }
        if (options.file !== undefined) {
          const policy = await client.releases.setPolicy({ params, body: readPolicy(options.file) });
          return output.result(policy, () =>
            output.line(
              `${pc.green('✓')} ${policy.gates.length} gates before ${model} goes to ${options.env}`,
            ),
          );
        }
        const { environments } = await client.releases.board({ params: { model } });
        const policy = environments.find(({ environment }) => environment === options.env)?.policy ?? null;
        output.result(policy, () =>
          output.line(policy === null ? pc.dim('No policy.') : toYaml(policy).trimEnd()),
        );
      });
    });
}

/** Reads a policy; throws with every fault. */
function readPolicy(path: string): ReleasePolicy {
  const raw: unknown = parseYaml(readFileSync(path === '-' ? 0 : path, 'utf8'));
  const parsed = ReleasePolicy.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw Object.assign(new Error(`${path} is no policy.`), {
    code: 'request/invalid',
    hint: 'Correct each entry; docs/guide/releasing.md describes the fields.',
    problems: parsed.error.issues.map((issue) => ({
      path: `/${issue.path.join('/')}`,
      message: issue.message,
    })),
  });
}
