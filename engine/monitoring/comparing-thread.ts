/** The program of a comparing thread: sorts and compares one column after the other. */
import { parentPort } from 'node:worker_threads';
import { messageOf } from '../errors.ts';
import { compareRead, type NumberTask } from './compare-numbers.ts';
import type { ComparingReply } from './comparing-threads.ts';

const port = parentPort;
if (port === null) throw new Error('this is the program of a thread');

port.on('message', (task: NumberTask) => {
  const buffers = [task.reference.buffer, task.current.buffer];
  let reply: ComparingReply;
  try {
    reply = { outcome: compareRead(task), buffers };
  } catch (thrown) {
    reply = { fault: messageOf(thrown) };
  }
  port.postMessage(reply, buffers);
});
