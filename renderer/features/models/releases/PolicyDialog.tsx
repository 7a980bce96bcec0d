import { Button, Menu, MultiSelect, Select, Switch, Textarea } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type EnvironmentState, ReleasePolicy } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { FormDialog } from '../../../components/FormDialog.tsx';
import { gateTemplates } from './gate-templates.ts';
import classes from './releases.module.css';
import { useTargets } from './releases-queries.ts';

type Props = { model: string; state: EnvironmentState; onClose: () => void };

/** What a version must pass before it is promoted to an environment. Saved without gates and options, there is no policy. */
export function PolicyDialog({ model, state, onClose }: Props) {
  const cache = useQueryClient();
  const { environment, policy } = state;
  const [gates, setGates] = useState(() => JSON.stringify(policy?.gates ?? [], null, 2));
  const [champion, setChampion] = useState(policy?.champion ?? false);
  const [skipped, setSkipped] = useState(policy?.skipped ?? 'allow');
  const [onRegister, setOnRegister] = useState(policy?.onRegister ?? 'nothing');
  const [push, setPush] = useState(policy?.push ?? []);
  const targets = useTargets();
  const { parsed, faults } = readPolicy(gates, { champion, skipped, onRegister, push });
  const params = { model, environment };
  const save = async () => {
    if (parsed === null) return;
    await client.releases.setPolicy({ params, body: parsed });
    await cache.invalidateQueries({ queryKey: ['models'] });
    onClose();
  };
  return (
    <FormDialog
      title={`Gates of ${environment}`}
      submitLabel="Save"
      canSubmit={parsed !== null}
      size="lg"
      onSubmit={save}
      onClose={onClose}
    >
      <div className={classes.fields}>
        <div className={classes.editor}>
          <Textarea
            label="Gates"
            description="A list in JSON; the guide on releasing describes every kind."
            value={gates}
            onChange={(event) => setGates(event.currentTarget.value)}
            spellCheck={false}
            autosize
            minRows={6}
            maxRows={18}
            aria-invalid={faults.length > 0}
          />
          {faults.length > 0 ? (
            <ul className={classes.faults} aria-label="Faults of the gates">
              {faults.map((fault) => (
                <li key={fault}>{fault}</li>
              ))}
            </ul>
          ) : null}
        </div>
        <Menu position="bottom-start" width={320}>
          <Menu.Target>
            <Button variant="default" leftSection={<IconPlus size={15} />} w="fit-content">
              Add a gate
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {gateTemplates.map(({ label, gate }) => (
              <Menu.Item key={label} onClick={() => setGates((text) => withGate(text, gate))}>
                {label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        <Select
          label="Gates that could not be judged"
          data={[
            { value: 'allow', label: 'let a version pass' },
            { value: 'refuse', label: 'stop it' },
          ]}
          value={skipped}
          allowDeselect={false}
          onChange={(value) => setSkipped(value === 'refuse' ? 'refuse' : 'allow')}
        />
        <Switch
          label="A promotion moves the alias champion, too"
          checked={champion}
          onChange={(event) => setChampion(event.currentTarget.checked)}
        />
        <Switch
          label="New versions are promoted by themselves when the gates pass"
          checked={onRegister === 'promote'}
          onChange={(event) => setOnRegister(event.currentTarget.checked ? 'promote' : 'nothing')}
        />
        <MultiSelect
          label="A promotion pushes to"
          description="Targets that get the version; a push that fails leaves the promotion as it is."
          data={targetNames(targets.data?.items ?? [], push)}
          value={push}
          onChange={setPush}
          placeholder={push.length === 0 ? 'none' : ''}
          nothingFoundMessage="There are no targets; Targets adds one."
          searchable
          clearable
        />
      </div>
    </FormDialog>
  );
}

/** The targets there are, and those that the policy still names. */
function targetNames(targets: readonly { name: string }[], named: readonly string[]): string[] {
  return [...new Set([...targets.map(({ name }) => name), ...named])];
}

function readPolicy(
  text: string,
  options: Pick<ReleasePolicy, 'champion' | 'skipped' | 'onRegister' | 'push'>,
): { parsed: ReleasePolicy | null; faults: string[] } {
  try {
    const gates: unknown = JSON.parse(text);
    const result = ReleasePolicy.safeParse({ ...options, gates });
    if (result.success) return { parsed: result.data, faults: [] };
    const faults = result.error.issues.map(({ path, message }) => `${placeOf(path)}: ${message}`);
    return { parsed: null, faults: [...new Set(faults)] };
  } catch (thrown) {
    return { parsed: null, faults: [thrown instanceof Error ? thrown.message : String(thrown)] };
  }
}

function placeOf(path: readonly PropertyKey[]): string {
  const [, index, ...rest] = path;
  const gate = typeof index === 'number' ? `Gate ${index + 1}` : 'The list';
  return [gate, ...rest.map(String)].join(', ');
}

/** The list with one more gate; a text that cannot be read stays as it is. */
function withGate(text: string, gate: object): string {
  try {
    const gates: unknown = JSON.parse(text);
    return Array.isArray(gates) ? JSON.stringify([...gates, gate], null, 2) : text;
  } catch {
    return text;
  }
}
