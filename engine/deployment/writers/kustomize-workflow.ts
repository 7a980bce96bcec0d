import type { Environment } from '../read-document.ts';
import { yamlOf } from './yaml.ts';

/** A workflow of GitHub Actions that shows what would change in an environment, applies its overlay and waits for the pods. */
export function kustomizeWorkflow(environments: readonly Environment[]): string {
  const expression = (text: string) => `\${{ ${text} }}`;
  const names = environments.flatMap(({ environment }) => (environment === null ? [] : [environment]));
  const [first] = names;
  const workload =
    environments[0]?.subject.deployment.runtime === 'deployment' ? environments[0].subject.name : null;
  return yamlOf({
    name: 'Deploy the model',
    on: {
      workflow_dispatch: {
        inputs: {
          environment: { type: 'choice', required: true, options: names, default: first },
        },
      },
    },
    permissions: { contents: 'read' },
    concurrency: { group: `deploy-${expression('inputs.environment')}` },
    jobs: {
      deploy: {
        'runs-on': 'ubuntu-latest',
        // Rules of the environment in GitHub hold: reviewers, branches, its own secrets.
        environment: expression('inputs.environment'),
        env: { OVERLAY: `overlays/${expression('inputs.environment')}`, KUBECONFIG: '.kubeconfig' },
        steps: [
          { uses: 'actions/checkout@v4' },
          { name: 'Files are as they were exported', run: 'sha256sum --check checksums.sha256' },
          {
            name: 'Sign in to the cluster',
            env: { CONTENT: expression('secrets.KUBECONFIG') },
            run: 'umask 077 && printf "%s" "$CONTENT" > "$KUBECONFIG"',
          },
          {
            name: 'What would change',
            // 1 says that something would; anything above is a failure.
            run: 'kubectl diff --server-side -k "$OVERLAY" || test $? -eq 1',
          },
          {
            name: 'Apply',
            run: 'kubectl apply --server-side --field-manager assay -k "$OVERLAY"',
          },
          ...(workload === null
            ? []
            : [
                {
                  name: 'Wait for the pods',
                  run: `namespace=$(kubectl kustomize "$OVERLAY" | sed -n 's/^  namespace: //p' | head -n 1)\nkubectl rollout status deployment/${workload} --namespace "$namespace" --timeout 10m`,
                },
              ]),
        ],
      },
    },
  });
}
