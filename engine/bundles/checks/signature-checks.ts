import type { Problem } from '../../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../../errors.ts';
import { type Bundle, bundlePaths } from '../bundle.ts';
import { digits } from '../digest.ts';
import { openEnvelope } from '../dsse.ts';
import { type PublicKey, readPublicKey } from '../signing-key.ts';
import { Statement } from '../statement.ts';
import { shown } from './file-checks.ts';
import { type Finding, verdictOf } from './finding.ts';

/** A public key and what it is called here. */
export type NamedKey = PublicKey & { name: string };

/** Keys that bundles may be signed with; null: there is nothing to tell friend from stranger by. */
export type TrustedKeys = readonly NamedKey[] | null;

export type Signed = { body: Buffer; signedBy: PublicKey };

/** The statement and the key that signed it: one that is trusted, or else the one in the bundle. Errors: bundles/unreadable. */
export function readSigned(files: ReadonlyMap<string, Uint8Array>, trusted: TrustedKeys): Signed {
  const text = files.get(bundlePaths.statement);
  const pem = files.get(bundlePaths.publicKey);
  if (text === undefined || pem === undefined)
    throw unreadable(`There is no ${text === undefined ? bundlePaths.statement : bundlePaths.publicKey}`);
  const own = ownKey(pem);
  const opened = openEnvelope(Buffer.from(text).toString('utf8'), [...(trusted ?? []), own]);
  if (opened === null) throw unreadable(`${bundlePaths.statement} is no envelope of an in-toto statement`);
  const [signedBy] = opened.signedBy;
  if (signedBy === undefined)
    throw unreadable(`The signature in ${bundlePaths.statement} does not hold for the key ${own.keyId}`);
  if (!opened.signedBy.some(({ keyId }) => keyId === own.keyId))
    throw unreadable(`${bundlePaths.publicKey} is not the key that signed`);
  return { body: opened.body, signedBy };
}

function ownKey(pem: Uint8Array): PublicKey {
  try {
    return readPublicKey(Buffer.from(pem).toString('utf8'));
  } catch (thrown) {
    throw unreadable(`${bundlePaths.publicKey} cannot be taken: ${messageOf(thrown).replace(/\.$/, '')}`);
  }
}

function unreadable(message: string): AssayError {
  return new AssayError('bundles/unreadable', `${message}.`);
}

/** Whether the key is one of those trusted here. */
export function signerCheck({ signedBy }: Signed, trusted: TrustedKeys): Finding {
  if (trusted === null)
    return {
      verdict: 'warning',
      detail: `Signed with the key ${signedBy.keyId}. Whose it is cannot be told here: give the key that you expect.`,
    };
  const known = trusted.find(({ keyId }) => keyId === signedBy.keyId);
  return known === undefined
    ? { verdict: 'failed', detail: `Signed with the key ${signedBy.keyId}, which is not trusted here.` }
    : { verdict: 'passed', detail: `Signed by ${known.name}.` };
}

/** Whether the signed statement is one of provenance, and names every file with its digest. */
export function provenanceCheck({ files }: Bundle, { body }: Signed): Finding {
  const statement = readStatement(body);
  const stated = new Map(statement.subject.map(({ name, digest }) => [name, digest.sha256]));
  const covered = files.filter(
    ({ path }) => path !== bundlePaths.statement && path !== bundlePaths.publicKey,
  );
  const problems: Problem[] = covered.flatMap(({ path, digest }) => {
    const said = stated.get(path);
    stated.delete(path);
    if (said === undefined) return [{ path, message: 'is not named in the statement' }];
    return said === digits(digest) ? [] : [{ path, message: 'is not as it was signed' }];
  });
  for (const path of stated.keys()) problems.push({ path, message: 'is named in the statement and missing' });
  const { buildDefinition, runDetails } = statement.predicate;
  const materials = buildDefinition.resolvedDependencies?.length ?? 0;
  return verdictOf(problems, {
    failed: `${problems.length} files are not as they were signed: ${shown(problems)}.`,
    passed: `${covered.length} files; ${buildDefinition.buildType} by ${runDetails.builder.id} from ${materials} materials.`,
  });
}

function readStatement(body: Buffer): Statement {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch {
    throw unreadable('What was signed is no JSON');
  }
  const checked = Statement.safeParse(parsed);
  if (checked.success) return checked.data;
  const problems = checked.error.issues.map((issue) => ({
    path: issue.path.join('/'),
    message: issue.message,
  }));
  throw new AssayError('bundles/unreadable', 'What was signed is no in-toto statement of provenance.', {
    problems,
  });
}
