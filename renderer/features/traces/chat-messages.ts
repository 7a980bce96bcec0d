/** A turn of a conversation, whatever the library that wrote it. */
export type ChatMessage = {
  role: string;
  text: string;
  /** Images and other parts that are not text. */
  others: readonly string[];
  toolCalls: readonly { name: string; input: unknown }[];
};

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: unknown): unknown {
  if (typeof text !== 'string') return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Roles as LangChain names them. */
const roles: Record<string, string> = {
  human: 'user',
  ai: 'assistant',
  AIMessage: 'assistant',
  HumanMessage: 'user',
};

/**
 * The conversation within inputs or outputs of a span; null where there is none.
 *
 * Known forms: a list of messages or one; `{messages}` as OpenAI's chat completions and MLflow take them; `{choices}` as
 * they answer; `{input}` and `{output}` of OpenAI's responses; LangChain's lists in lists; Anthropic's content blocks.
 */
export function chatMessages(value: unknown): ChatMessage[] | null {
  const messages = messagesWithin(value, 0);
  return messages === null || messages.length === 0 ? null : messages;
}

function messagesWithin(value: unknown, depth: number): ChatMessage[] | null {
  if (depth > 3) return null;
  if (Array.isArray(value)) {
    if (value.length === 1 && Array.isArray(value[0])) return messagesWithin(value[0], depth + 1);
    const messages = value.map(messageOf);
    return messages.length > 0 && messages.every((message) => message !== null) ? messages : null;
  }
  if (!isObject(value)) return null;
  const single = messageOf(value);
  if (single !== null) return [single];
  if (Array.isArray(value.choices)) {
    return messagesWithin(
      value.choices.map((choice) => (isObject(choice) ? (choice.message ?? choice.delta) : null)),
      depth + 1,
    );
  }
  if (Array.isArray(value.messages)) {
    const system = typeof value.system === 'string' ? [plain('system', value.system)] : [];
    const messages = messagesWithin(value.messages, depth + 1);
    return messages === null ? null : [...system, ...messages];
  }
  for (const part of [value.output, value.input]) {
    if (!Array.isArray(part)) continue;
    const spoken = part.filter((item) => !isObject(item) || item.type !== 'reasoning');
    const messages = messagesWithin(spoken, depth + 1);
    if (messages !== null) return messages;
  }
  return null;
}

function plain(role: string, text: string): ChatMessage {
  return { role, text, others: [], toolCalls: [] };
}

function messageOf(value: unknown): ChatMessage | null {
  if (!isObject(value)) return null;
  if (value.type === 'function_call' && typeof value.name === 'string') {
    return { ...plain('assistant', ''), toolCalls: [{ name: value.name, input: parsed(value.arguments) }] };
  }
  if (value.type === 'function_call_output') return plain('tool', textOf(value.output));
  const named = typeof value.role === 'string' ? value.role : value.type;
  if (typeof named !== 'string' || !('content' in value)) return null;
  const isTurn = typeof value.role === 'string' || /^(human|ai|system|tool|function|\w+Message)$/.test(named);
  if (!isTurn) return null;
  const { text, others, toolCalls } = contentOf(value.content);
  return {
    role: roles[named] ?? named,
    text,
    others,
    toolCalls: [...toolCalls, ...callsOf(value.tool_calls)],
  };
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

function contentOf(content: unknown): Omit<ChatMessage, 'role'> {
  if (!Array.isArray(content)) return plain('', textOf(content));
  const texts: string[] = [];
  const others: string[] = [];
  const toolCalls: { name: string; input: unknown }[] = [];
  for (const part of content) {
    if (typeof part === 'string') texts.push(part);
    else if (!isObject(part)) continue;
    else if (typeof part.text === 'string') texts.push(part.text);
    else if (part.type === 'tool_use' && typeof part.name === 'string') {
      toolCalls.push({ name: part.name, input: part.input });
    } else if (part.type === 'tool_result') texts.push(contentOf(part.content).text);
    else others.push(typeof part.type === 'string' ? part.type : 'part');
  }
  return { text: texts.join('\n\n'), others, toolCalls };
}

function callsOf(calls: unknown): { name: string; input: unknown }[] {
  if (!Array.isArray(calls)) return [];
  return calls.flatMap((call) => {
    if (!isObject(call)) return [];
    if (isObject(call.function)) {
      return [{ name: textOf(call.function.name), input: parsed(call.function.arguments) }];
    }
    return typeof call.name === 'string' ? [{ name: call.name, input: call.args ?? call.arguments }] : [];
  });
}
