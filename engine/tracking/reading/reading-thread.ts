/** The program of the reading thread: answers calls one after the other over a connection of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import { AssayError, messageOf } from '../../errors.ts';
import { count, list, openReader } from '../../store/index.ts';
import { runListing } from '../run-listing.ts';
import { createRunReader } from '../run-rows.ts';
import { exportRuns } from './export-runs.ts';
import { groupRuns } from './group-runs.ts';
import type { Fault, ReadingCall, ReadingReply } from './reading-calls.ts';

const port = parentPort;
if (port === null) throw new Error('this is the program of a thread');
const { path } = workerData as { path: string };
const reader = openReader(path);
const runs = createRunReader(reader);

function faultOf(thrown: unknown): Fault {
  if (!(thrown instanceof AssayError)) return { code: null, message: messageOf(thrown) };
  const { code, message, hint, problems } = thrown;
  return { code, message, hint, ...(problems === undefined ? {} : { problems: [...problems] }) };
}

async function answer(call: ReadingCall): Promise<unknown> {
  switch (call.kind) {
    case 'groups':
      return groupRuns(reader, call.input);
    case 'list':
      return list(reader.db, runListing, call.input, { load: (pks, fields) => runs.rows(pks, fields) });
    case 'count':
      return count(reader.db, runListing, call.input);
    case 'export':
      return exportRuns(reader, call.input);
  }
}

port.on('message', async (call: ReadingCall) => {
  let reply: ReadingReply;
  try {
    reply = { id: call.id, ok: true, value: await answer(call) };
  } catch (thrown) {
    reply = { id: call.id, ok: false, fault: faultOf(thrown) };
  }
  port.postMessage(reply);
});
