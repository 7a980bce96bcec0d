import { PasswordInput, SegmentedControl, Select, TextInput } from '@mantine/core';
import type { ExportDraft } from './export-request.ts';
import classes from './imports.module.css';

const signIns: { value: ExportDraft['signIn']; label: string }[] = [
  { value: 'none', label: 'Nothing' },
  { value: 'token', label: 'A token' },
  { value: 'password', label: 'Name and password' },
];

type Props = { draft: ExportDraft; onChange: (part: Partial<ExportDraft>) => void };

/** Where runs are to go: a folder, or a server with what it takes to sign in there. */
export function ExportTargetFields({ draft, onChange }: Props) {
  const text = (name: 'folder' | 'url' | 'token' | 'username' | 'password') => ({
    value: draft[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => onChange({ [name]: event.currentTarget.value }),
    spellCheck: false,
    autoComplete: 'off',
  });
  return (
    <div className={classes.fields}>
      <SegmentedControl
        aria-label="Where to"
        fullWidth
        value={draft.kind}
        onChange={(kind) => onChange({ kind: kind === 'mlflow' ? 'mlflow' : 'mlruns' })}
        data={[
          { value: 'mlruns', label: 'Folder (mlruns)' },
          { value: 'mlflow', label: 'MLflow server' },
        ]}
      />
      {draft.kind === 'mlruns' ? (
        <TextInput
          label="Folder"
          description="New or empty, as a full path on the machine where the engine runs."
          placeholder="/home/me/mlruns"
          required
          {...text('folder')}
        />
      ) : (
        <>
          <TextInput
            label="Address of the server"
            placeholder="https://mlflow.example.com"
            required
            {...text('url')}
          />
          <Select
            label="Signs in with"
            data={signIns}
            value={draft.signIn}
            onChange={(value) =>
              onChange({ signIn: signIns.find((each) => each.value === value)?.value ?? 'none' })
            }
            allowDeselect={false}
          />
          {draft.signIn === 'token' ? <PasswordInput label="Token" required {...text('token')} /> : null}
          {draft.signIn === 'password' ? (
            <>
              <TextInput label="Name" required {...text('username')} />
              <PasswordInput label="Password" {...text('password')} />
            </>
          ) : null}
        </>
      )}
    </div>
  );
}
