import { Checkbox, NumberInput, Select, TextInput } from '@mantine/core';
import type { DeploymentDocument, DeploymentFormat } from '../../../local-api/contract/index.ts';
import classes from './deploy-files.module.css';
import { environmentNames, type FieldPath, fieldOf, withField } from './document.ts';

type Props = {
  format: DeploymentFormat;
  document: DeploymentDocument;
  onDocument: (document: DeploymentDocument) => void;
  environment: string | null;
  onEnvironment: (environment: string | null) => void;
  /** What the objects would be called when the document does not say. */
  imageHint: string;
};

const runtimes = [
  { value: 'deployment', label: 'Deployment' },
  { value: 'kserve', label: 'InferenceService of KServe' },
  { value: 'rollout', label: 'Rollout of Argo' },
];

/** The fields of a deployment that are changed most; the rest is in the document itself. */
export function DocumentForm({ format, document, onDocument, environment, onEnvironment, imageHint }: Props) {
  const isCluster = format === 'k8s' || format === 'kustomize' || format === 'helm';
  const set = (path: FieldPath, value: unknown) => onDocument(withField(document, path, value));
  const text = (path: FieldPath) => {
    const value = fieldOf(document, path);
    return typeof value === 'string' ? value : '';
  };
  const isOn = (path: FieldPath) => {
    const value = fieldOf(document, path);
    return typeof value === 'object' && value !== null;
  };
  const replicas = fieldOf(document, ['replicas']);
  const host = text(['ingress', 'host']);
  return (
    <div className={classes.fields}>
      {format === 'k8s' ? (
        <Select
          label="Environment"
          placeholder="The document itself"
          data={environmentNames(document)}
          value={environment}
          onChange={onEnvironment}
          clearable
          clearButtonProps={{ 'aria-label': 'No environment' }}
        />
      ) : null}
      <TextInput
        label="Image"
        description="Where the cluster gets it from, without its tag."
        placeholder={imageHint}
        value={text(['image', 'repository'])}
        onChange={({ currentTarget }) => set(['image', 'repository'], currentTarget.value || undefined)}
      />
      {isCluster ? (
        <>
          <TextInput
            label="Namespace"
            placeholder="models"
            value={text(['namespace'])}
            onChange={({ currentTarget }) => set(['namespace'], currentTarget.value || undefined)}
          />
          <Select
            label="Runs as"
            data={runtimes}
            allowDeselect={false}
            value={text(['runtime']) || 'deployment'}
            onChange={(value) => set(['runtime'], value === 'deployment' ? undefined : value)}
          />
          <NumberInput
            label="Replicas"
            min={0}
            max={1000}
            allowDecimal={false}
            value={typeof replicas === 'number' ? replicas : 2}
            onChange={(value) => set(['replicas'], typeof value === 'number' ? value : undefined)}
          />
          <TextInput
            label="Host"
            description="Makes an ingress with TLS."
            placeholder="models.example.com"
            value={host}
            onChange={({ currentTarget }) =>
              set(
                currentTarget.value === '' ? ['ingress'] : ['ingress', 'host'],
                currentTarget.value || undefined,
              )
            }
          />
          <Checkbox
            label="Scale by CPU"
            checked={isOn(['autoscaling'])}
            onChange={({ currentTarget }) => set(['autoscaling'], currentTarget.checked ? {} : undefined)}
          />
        </>
      ) : null}
      {format === 'docker' ? null : (
        <Checkbox
          label={isCluster ? 'Monitoring, alerts and a dashboard' : 'Own limits of alerts'}
          checked={isOn(['monitoring'])}
          onChange={({ currentTarget }) => set(['monitoring'], currentTarget.checked ? {} : undefined)}
        />
      )}
    </div>
  );
}
