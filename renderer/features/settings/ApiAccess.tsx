import { useQuery } from '@tanstack/react-query';
import { client } from '../../app/api.ts';
import { keys } from '../../app/queries.ts';
import { CodeBlock } from '../../components/CodeBlock.tsx';
import { Panel } from '../../components/Panel.tsx';
import classes from './SettingsPage.module.css';

const documents = [
  { href: '/docs', label: 'Interactive API documentation' },
  { href: '/openapi.json', label: 'OpenAPI document' },
  { href: '/docs/errors', label: 'Error codes' },
  { href: '/metrics', label: 'Metrics for Prometheus' },
];

/** How scripts reach what this page reaches. The token itself never comes to the page. */
export function ApiAccess() {
  const info = useQuery({
    queryKey: keys.workspace,
    queryFn: ({ signal }) => client.workspace.info({ signal }),
  });
  const separator = info.data?.machine.platform.startsWith('win') ? '\\' : '/';
  const tokenFile = `${info.data?.path ?? '<workspace>'}${separator}token`;
  const example = `curl -H "Authorization: Bearer $(cat '${tokenFile}')" \\\n  ${window.location.origin}/api/v1/runs`;
  return (
    <Panel title="API">
      <p className={classes.help}>
        All that the workbench does can be scripted. Scripts send the token from the file{' '}
        <code className="a-mono">{tokenFile}</code>, which only you can read.
      </p>
      <CodeBlock label="Example request" code={example} />
      <ul className={classes.links}>
        {documents.map(({ href, label }) => (
          <li key={href}>
            <a href={href} target="_blank" rel="noreferrer" className={classes.link}>
              {label}
            </a>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
