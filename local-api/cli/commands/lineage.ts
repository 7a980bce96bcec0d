import { Command } from 'commander';
import pc from 'picocolors';
import type { ColumnLineage, ColumnLink, Lineage, LineageNode, LineageQuery } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import type { Output } from '../output.ts';

type Options = {
  column?: string;
  up?: boolean;
  down?: boolean;
  depth?: string;
  dot?: boolean;
  mermaid?: boolean;
};

export function lineageCommand(): Command {
  return new Command('lineage')
    .description('what something came of, and what came of it')
    .argument(
      '[node]',
      'flights@3, run:…, model:name@1.2.0, endpoint:name, transform:name; the whole workspace when left out',
    )
    .option('--column <name>', 'what one column of a dataset version is made of, and what was made of it')
    .option('--up', 'only what it came of')
    .option('--down', 'only what came of it')
    .option('--depth <n>', 'at most so many steps away')
    .option('--dot', 'as a graph for Graphviz')
    .option('--mermaid', 'as a Mermaid diagram')
    .addCommand(exportCommand())
    .addCommand(serverCommand())
    .action(async (node: string | undefined, options: Options, command: Command) => {
      const { output, withClient } = contextOf(command);
      const direction: LineageQuery['direction'] =
        options.up && !options.down ? 'up' : options.down && !options.up ? 'down' : 'both';
      await withClient(async (client) => {
        if (options.column !== undefined) {
          if (node === undefined)
            throw new CommandFailure(
              'request/invalid',
              'Name the dataset version that has the column: flights@3.',
              'assay lineage --help lists the options.',
              exitCodes.usage,
            );
          const query = { node, column: options.column, direction };
          const columns = await client.lineage.columns({ query });
          const { nodes } = await client.lineage.get({ query: { node, direction } });
          output.result(columns, () => printColumnLinks(output, columns, nodes));
          return;
        }
        const lineage = await client.lineage.get({
          query: {
            direction,
            ...(node === undefined ? {} : { node }),
            ...(options.depth === undefined ? {} : { depth: Number(options.depth) }),
          },
        });
        output.result(lineage, () => {
          if (options.dot) output.line(asDot(lineage));
          else if (options.mermaid) output.line(asMermaid(lineage));
          else printTree(output, lineage);
          if (lineage.cut !== null)
            output.note(pc.yellow(`! more lies behind ${lineage.cut.nodes.length} of these`));
        });
      });
    });
}

function exportCommand(): Command {
  return new Command('export')
    .description('what was done, as OpenLineage events: one JSON object a line')
    .requiredOption('--openlineage', 'the format')
    .action(async (_: unknown, command: Command) => {
      const { output, withClient } = contextOf(command);
      await withClient(async (client) => {
        let cursor: string | undefined;
        do {
          const page = await client.lineage.openLineage({
            query: { limit: 200, ...(cursor ? { cursor } : {}) },
          });
          for (const event of page.items) output.line(JSON.stringify(event));
          cursor = page.nextCursor ?? undefined;
        } while (cursor !== undefined);
      });
    });
}

/** Where the key of the server is read from: in the arguments it would stay in the history of the shell. */
const KEY = 'OPENLINEAGE_API_KEY';

function serverCommand(): Command {
  return new Command('server')
    .description('the server that OpenLineage events are sent to, and what waits for it')
    .option('--set-key', `keep the key that it asks for, read from the environment: ${KEY}`)
    .option('--forget-key', 'take the key away')
    .action(async (options: { setKey?: boolean; forgetKey?: boolean }, command: Command) => {
      const { output, withClient } = contextOf(command);
      const key = process.env[KEY] ?? '';
      if (options.setKey && key === '')
        throw new CommandFailure(
          'request/invalid',
          `${KEY} is not set.`,
          `Set it and run this again.`,
          exitCodes.usage,
        );
      await withClient(async (client) => {
        if (options.setKey) await client.lineage.setKey({ body: { key } });
        else if (options.forgetKey) await client.lineage.setKey({ body: { key: null } });
        const server = await client.lineage.server({});
        output.result(server, () => {
          output.line(
            server.url === '' ? pc.dim('Events are sent nowhere: set lineage.openLineageUrl.') : server.url,
          );
          output.line(`${server.hasKey ? 'a key is kept' : 'no key'}; ${server.waiting} events wait`);
          if (server.failure !== null) output.note(pc.yellow(`! ${server.failure}`));
        });
      });
    });
}

const howWords: Record<ColumnLink['how'], string> = {
  copied: 'as it is',
  derived: 'computed',
  aggregated: 'of several rows',
  unknown: 'not known: any column',
};

function printColumnLinks(
  output: Output,
  { links, isCut }: ColumnLineage,
  nodes: readonly LineageNode[],
): void {
  const titles = new Map(nodes.map(({ id, title }) => [id, title]));
  const words = ({ node, column }: ColumnLink['from']) =>
    `${titles.get(node) ?? node}  ${column === '*' ? pc.dim('any column') : column}`;
  output.table(
    links,
    [
      { title: 'column', value: ({ to }) => words(to) },
      { title: 'is made of', value: ({ from }) => words(from) },
      { title: 'how', value: ({ how }) => pc.dim(howWords[how]) },
    ],
    'It comes from no other dataset, and no transform uses it.',
  );
  if (isCut) output.note(pc.yellow('! there are more than these'));
}

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

function asDot({ nodes, edges }: Lineage): string {
  return [
    'digraph lineage {',
    '  rankdir=LR; node [shape=box];',
    ...nodes.map(
      ({ id, title, note }) => `  ${quoted(id)} [label=${quoted(title)}, tooltip=${quoted(note)}];`,
    ),
    ...edges.map(
      ({ from, to, label }) =>
        `  ${quoted(from)} -> ${quoted(to)}${label === '' ? '' : ` [label=${quoted(label)}]`};`,
    ),
    '}',
  ].join('\n');
}

function asMermaid({ nodes, edges }: Lineage): string {
  const names = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  const plain = (text: string): string => text.replaceAll('"', "'");
  return [
    'flowchart LR',
    ...nodes.map(
      ({ id, title, note }) => `  ${names.get(id)}["${plain(title)}<br><small>${plain(note)}</small>"]`,
    ),
    ...edges.map(
      ({ from, to, label }) =>
        `  ${names.get(from)} -->${label === '' ? '' : `|"${plain(label)}"|`} ${names.get(to)}`,
    ),
  ].join('\n');
}

/** A line for each node, below what it came of; one that came of several stands below the first and is named below the others. */
function printTree(output: Output, { root, nodes, edges }: Lineage): void {
  if (nodes.length === 0) {
    output.line(pc.dim('Nothing has been made yet.'));
    return;
  }
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const hasBefore = new Set(edges.map(({ to }) => to));
  const shown = new Set<string>();
  const print = (node: LineageNode, indent: string, label: string): void => {
    const title =
      node.id === root ? pc.bold(pc.cyan(node.title)) : node.isGone ? pc.dim(node.title) : node.title;
    const again = shown.has(node.id);
    output.line(
      `${indent}${title}  ${pc.dim([node.note, label === '' ? '' : `as ${label}`, again ? 'see above' : ''].filter((word) => word !== '').join(', '))}`,
    );
    if (again) return;
    shown.add(node.id);
    for (const edge of edges.filter(({ from }) => from === node.id)) {
      const next = byId.get(edge.to);
      if (next !== undefined) print(next, `${indent}  `, edge.label);
    }
  };
  for (const node of nodes) if (!hasBefore.has(node.id)) print(node, '', '');
}
