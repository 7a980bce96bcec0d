/** The program of the reading thread: answers calls one after the other over a connection of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import { AssayError, messageOf } from '../../errors.ts';
import { openReader } from '../../store/index.ts';
import { exportRuns } from './export-runs.ts';
import { groupRuns } from './group-runs.ts';
import type { Fault, ReadingCall, ReadingReply } from './reading-calls.ts';

const port = parentPort;
if (port === null) throw new Error('this is the program of a thread');
const { path } = workerData as { path: string };
const reader = openReader(path);

function faultOf(thrown: unknown): Fault {
  if (!(thrown instanceof AssayError)) return { code: null, message: messageOf(thrown) };
  const { code, message, hint, problems } = thrown;
  return { code, message, hint, ...(problems === undefined ? {} : { problems: [...problems] }) };
}

async function answer(call: ReadingCall): Promise<unknown> {
  switch (call.kind) {
    case 'groups':
      return groupRuns(reader, call.input);
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
