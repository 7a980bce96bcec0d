import pc from 'picocolors';
import type { Client } from '../../client/index.ts';
import type { EndpointValidation, RequestValidation } from '../../contract/index.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { formatCount, type Output } from '../output.ts';

type Options = { reason: string; validate?: RequestValidation['mode']; schema?: string };

/** Sets how the requests of an endpoint are checked, where that is asked for, and shows what was found. */
export async function endpointChecks(
  client: Client,
  output: Output,
  name: string,
  { reason, validate, schema }: Options,
): Promise<void> {
  const params = { name };
  if (validate !== undefined || schema !== undefined) {
    const { validation: before } = await client.endpoints.get({ params });
    const validation = {
      mode: validate ?? (before.mode === 'off' ? 'log' : before.mode),
      schema: schema === undefined ? before.schema : schemaOf(schema),
    };
    await client.endpoints.update({ params, body: { validation, reason } });
  }
  const found = await client.endpoints.validation({ params });
  output.result(found, () => print(name, found, output));
}

function schemaOf(text: string): RequestValidation['schema'] {
  if (text === 'training') return null;
  const [, dataset, version] = /^([^@]+)(?:@(\d+))?$/.exec(text) ?? [];
  if (dataset === undefined)
    throw new CommandFailure(
      'usage',
      `"${text}" names no schema.`,
      'For example: --schema flights, --schema flights@3, --schema training',
      exitCodes.usage,
    );
  return { dataset, ...(version === undefined ? {} : { version: Number(version) }) };
}

const words = {
  off: 'not checked',
  log: 'checked, broken rules are counted',
  reject: 'checked, refused with 422 when a rule of severity error is broken',
};

function print(name: string, found: EndpointValidation, output: Output): void {
  const { mode, schema, why, requests, broken, refused, rules, leftOut } = found;
  output.line(`${pc.bold(name)}: requests are ${words[mode]}`);
  if (mode === 'off') return;
  if (schema === null) {
    output.line(pc.yellow(`Nothing is checked: ${why}`));
    return;
  }
  output.line(`by schema ${schema.version} of ${schema.dataset}, ${why}`);
  output.line(
    `${formatCount(requests)} requests, ${formatCount(broken)} with a broken rule, ${formatCount(refused)} refused`,
  );
  output.table(
    rules,
    [
      { title: 'rule', value: ({ ruleId }) => ruleId },
      { title: 'expected', value: ({ expected }) => short(expected) },
      { title: 'a broken row', value: meaningOf },
      { title: 'rows', value: (rule) => formatCount(rule.broken), align: 'right' },
      {
        title: 'last values',
        value: ({ examples }) => short(examples.map(({ value }) => JSON.stringify(value)).join(', ')),
      },
    ],
    'No rule of the schema can be held against one row.',
  );
  for (const { ruleId, reason } of leftOut) output.line(pc.dim(`not checked: ${ruleId}, ${reason}`));
}

function meaningOf({ refuses, severity }: EndpointValidation['rules'][number]): string {
  if (refuses) return 'is a fault';
  return severity === 'warn' ? 'is a warning' : 'is counted';
}

function short(text: string): string {
  return text.length > 50 ? `${text.slice(0, 49)}…` : text;
}
