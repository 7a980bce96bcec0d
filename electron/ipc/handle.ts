/** The only file that touches `ipcMain`: every request is checked for its sender and its arguments here. */
import { ipcMain } from 'electron';
import { type RequestAnswer, type RequestArguments, type RequestChannel, requests } from './channels.ts';
import { isTrustedSender } from './trusted-sender.ts';

type Handlers = { [C in RequestChannel]: (...args: RequestArguments<C>) => Promise<RequestAnswer<C>> };

/** Answers the page's requests. `origin` gives the origin of the running engine, null while there is none. */
export function handleRequests(handlers: Handlers, origin: () => string | null): void {
  for (const channel of Object.keys(requests) as RequestChannel[])
    register(channel, handlers[channel], origin);
}

function register<C extends RequestChannel>(
  channel: C,
  handler: Handlers[C],
  origin: () => string | null,
): void {
  ipcMain.handle(channel, async (event, ...raw: unknown[]) => {
    const frame = event.senderFrame;
    const sender = frame && { url: frame.url, isMainFrame: frame.parent === null };
    if (!isTrustedSender(sender, origin())) throw new Error(`Refused: ${channel} from an unknown page`);
    const parsed = requests[channel].arguments.safeParse(raw);
    if (!parsed.success) throw new Error(`Refused: ${channel} with arguments that do not fit`);
    return handler(...(parsed.data as RequestArguments<C>));
  });
}
