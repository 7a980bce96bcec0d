import { JsonTree } from '../../components/JsonTree.tsx';
import { Markdown } from '../../components/Markdown.tsx';
import type { ChatMessage } from './chat-messages.ts';
import classes from './traces.module.css';

/** More turns than these are a history that nobody reads here; the JSON has them. */
const shownAtMost = 100;

/** Messages of a chat, in order. */
export function Conversation({ messages, label }: { messages: readonly ChatMessage[]; label: string }) {
  const left = Math.max(0, messages.length - shownAtMost);
  return (
    <ol className={classes.conversation} aria-label={label}>
      {left > 0 ? <li className="a-dim">{left} earlier messages</li> : null}
      {messages.slice(-shownAtMost).map((message, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: messages have no identity but their place.
        <li key={index} className={classes.message} data-role={message.role}>
          <span className={classes.role}>{message.role}</span>
          {message.text === '' ? null : <Markdown text={message.text} />}
          {message.others.map((kind, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: see above.
            <span key={place} className="a-dim">
              [{kind.replaceAll('_', ' ')}]{' '}
            </span>
          ))}
          {message.toolCalls.map((call, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: see above.
            <div key={place} className={classes.call}>
              <code className="a-mono">{call.name}</code>
              <JsonTree value={call.input} label={`Arguments of ${call.name}`} />
            </div>
          ))}
        </li>
      ))}
    </ol>
  );
}
