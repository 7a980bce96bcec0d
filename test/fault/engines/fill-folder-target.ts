import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../../../engine/errors.ts';
import { folderKind } from '../../../engine/remotes/folder/folder-kind.ts';
import { manyBytes, pushContext, pushedBundle, receiptOf } from '../../kit/remotes/sample-push.ts';

/** Pushes to a folder on a small disk what does not fit there, then what does. */
const [path = ''] = process.argv.slice(2);
const remote = await folderKind.open({ path });
const large = await pushedBundle({}, { 'big.bin': manyBytes(6 * 1024 ** 2) });
const failure = await remote.push(large, pushContext()).catch((thrown: unknown) => thrown);
const model = join(path, 'Late flights');
say({ code: failure instanceof AssayError ? failure.code : String(failure), left: readdirSync(model) });

const small = await pushedBundle();
const receipt = receiptOf(small, await remote.push(small, pushContext()));
const checks = await remote.verify(receipt, small, pushContext());
say({ verified: checks.every(({ ok }) => ok), left: readdirSync(model).sort() });

function say(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
