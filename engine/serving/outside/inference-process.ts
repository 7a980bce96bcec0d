/** What the process of a heavy model runs: one model, one run at a time. The engine starts it and ends it. */
import { AssayError, messageOf } from '../../errors.ts';
import { createSession, type OnnxSession } from '../../onnx/index.ts';
import { liveWithEngine } from '../../system/index.ts';
import type { FromInference, ToInference } from './inference-messages.ts';

let parts: Uint8Array[] = [];
let session: OnnxSession | null = null;

async function answer(message: Exclude<ToInference, { type: 'part' }>): Promise<FromInference> {
  if (message.type === 'open') {
    session = await createSession(Buffer.concat(parts));
    parts = [];
    return { type: 'opened', inputNames: session.inputNames, outputNames: session.outputNames };
  }
  if (session === null) throw new AssayError('internal', 'A run before the model was opened');
  const outputs = await session.run(message.feeds);
  const tensors = Object.entries(outputs.all()).map(([name, { type, data, dims }]) => [
    name,
    { type, data, dims },
  ]);
  return { type: 'outputs', tensors: Object.fromEntries(tensors), milliseconds: outputs.milliseconds };
}

function send(message: FromInference): void {
  // A host that has gone is noticed by 'disconnect'.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

process.on('message', (message: ToInference) => {
  if (message.type === 'part') parts.push(message.bytes);
  else answer(message).then(send, (thrown: unknown) => send({ type: 'failed', message: messageOf(thrown) }));
});
liveWithEngine(Number(process.argv[2]));
