import type { Deployment } from '../../../local-api/contract/index.ts';
import { type Draft, type Manifest, manifest, type Subject } from './manifest.ts';

type Autoscaling = NonNullable<Deployment['autoscaling']>;

/** Pods are taken away slowly, so that a short pause does not cost a cold start. */
const calmSeconds = 300;

/** An autoscaler; with a schedule one of KEDA, for two on one Deployment would fight. */
export function autoscalers(subject: Subject): Manifest[] {
  const { autoscaling, runtime } = subject.deployment;
  if (autoscaling === null || runtime === 'kserve') return [];
  const target =
    runtime === 'rollout'
      ? { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: subject.name }
      : { apiVersion: 'apps/v1', kind: 'Deployment', name: subject.name };
  return [
    autoscaling.schedule.length > 0
      ? scaledObject(subject, autoscaling, target)
      : horizontal(subject, autoscaling, target),
  ];
}

function horizontal(subject: Subject, autoscaling: Autoscaling, target: Draft): Manifest {
  const { min, max, cpuPercent, metric } = autoscaling;
  const metrics: Draft[] = [];
  if (cpuPercent !== null)
    metrics.push({
      type: 'Resource',
      resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpuPercent } },
    });
  if (metric !== null)
    metrics.push({
      type: 'Pods',
      pods: {
        metric: { name: metric.name },
        target: { type: 'AverageValue', averageValue: metric.average },
      },
    });
  return manifest(
    subject,
    { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
    {
      spec: {
        scaleTargetRef: target,
        minReplicas: min,
        maxReplicas: max,
        metrics,
        behavior: {
          scaleDown: { stabilizationWindowSeconds: calmSeconds },
          scaleUp: { stabilizationWindowSeconds: 0 },
        },
      },
    },
  );
}

function scaledObject(subject: Subject, autoscaling: Autoscaling, target: Draft): Manifest {
  const { min, max, cpuPercent, metric, schedule, prometheus } = autoscaling;
  const triggers: Draft[] = schedule.map(({ from, to, timezone, replicas }) => ({
    type: 'cron',
    metadata: { timezone, start: from, end: to, desiredReplicas: String(replicas) },
  }));
  if (cpuPercent !== null)
    triggers.push({ type: 'cpu', metricType: 'Utilization', metadata: { value: String(cpuPercent) } });
  if (metric !== null && prometheus !== undefined)
    triggers.push({
      type: 'prometheus',
      metricType: 'AverageValue',
      metadata: {
        serverAddress: prometheus,
        query: `sum(rate(assay_predictions_total{namespace="${subject.deployment.namespace}",job="${subject.name}"}[2m]))`,
        threshold: metric.average,
      },
    });
  return manifest(
    subject,
    { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject' },
    {
      spec: {
        scaleTargetRef: target,
        minReplicaCount: min,
        maxReplicaCount: max,
        cooldownPeriod: calmSeconds,
        triggers,
      },
    },
  );
}
