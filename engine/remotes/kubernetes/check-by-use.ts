import type { PushVerification } from '../../../local-api/contract/index.ts';
import { portName } from '../../deployment/index.ts';
import type { Bundle } from '../target.ts';
import { answersCheck, answersIn } from '../verify-files.ts';
import type { ClusterClient } from './cluster-client.ts';
import type { Wanted } from './wanted-objects.ts';

/**
 * Asks the service for the golden rows. No check where it cannot be asked: callers need a token, KServe has services of its own,
 * or a network policy keeps the API of the cluster out.
 */
export async function checkByUse(
  client: ClusterClient,
  { name, namespace, isGuarded, objects }: Wanted,
  bundle: Bundle,
): Promise<PushVerification['checks']> {
  const hasService = objects.some(({ kind, metadata }) => kind === 'Service' && metadata.name === name);
  if (isGuarded || !hasService) return [];
  const { model, version } = bundle.version;
  const answer = await client.ask({ namespace, name, port: portName }, '/api/v1/predictions', {
    model: `${model}/${version}`,
    rows: bundle.golden.rows,
  });
  const answers = answersIn(answer);
  return answers === null ? [] : [answersCheck(bundle, answers)];
}
