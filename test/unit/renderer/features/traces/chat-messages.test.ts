import { describe, expect, it } from 'vitest';
import { chatMessages } from '../../../../../renderer/features/traces/chat-messages.ts';

const turns = (value: unknown) => chatMessages(value)?.map(({ role, text }) => `${role}: ${text}`) ?? null;

describe('a conversation is found in', () => {
  it("the inputs of OpenAI's chat completions", () => {
    const messages = [
      { role: 'system', content: 'be short' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'hi' },
          { type: 'image_url', image_url: { url: 'data:' } },
        ],
      },
    ];
    expect(turns({ model: 'm', messages })).toEqual(['system: be short', 'user: hi']);
    expect(chatMessages({ messages })?.[1]?.others).toEqual(['image_url']);
  });

  it('their answer, with the tools that it calls', () => {
    const call = { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Graz"}' } };
    const found = chatMessages({
      choices: [{ message: { role: 'assistant', content: null, tool_calls: [call] } }],
    });
    expect(found).toEqual([
      { role: 'assistant', text: '', others: [], toolCalls: [{ name: 'weather', input: { city: 'Graz' } }] },
    ]);
  });

  it("the output of OpenAI's responses, without the reasoning", () => {
    const output = [
      { type: 'reasoning', summary: [] },
      { type: 'function_call', name: 'find', arguments: 'not json' },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'found' }] },
    ];
    expect(turns({ output })).toEqual(['assistant: ', 'assistant: found']);
  });

  it("LangChain's lists in lists and Anthropic's blocks", () => {
    expect(
      turns([
        [
          { type: 'human', content: 'hi' },
          { type: 'ai', content: 'hello' },
        ],
      ]),
    ).toEqual(['user: hi', 'assistant: hello']);
    expect(
      turns({
        role: 'assistant',
        content: [
          { type: 'text', text: 'ok' },
          { type: 'tool_use', name: 't', input: {} },
        ],
      }),
    ).toEqual(['assistant: ok']);
  });
});

describe('no conversation is seen in', () => {
  it.each([
    [null],
    ['hi'],
    [{}],
    [[]],
    [{ messages: [] }],
    [{ question: 'q' }],
    [[1, 2]],
    [{ type: 'x', content: 'y' }],
  ])('%j', (value) => {
    expect(chatMessages(value)).toBeNull();
  });
});
