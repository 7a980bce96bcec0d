import { alertRules } from '../manifests/alerts.ts';
import { yamlOf } from './yaml.ts';

/*
 * The templates of the chart. They make the same objects of the values as the builders in `manifests/` make of a document:
 * test/interop/deployment/helm.test.ts renders both and compares.
 */

const helpers = `{{- define "model.name" -}}
{{- .Values.name | default .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{- define "model.selector" -}}
app.kubernetes.io/name: {{ include "model.name" . }}
app.kubernetes.io/instance: {{ include "model.name" . }}
{{- end -}}

{{- define "model.canarySelector" -}}
app.kubernetes.io/name: {{ include "model.name" . }}
app.kubernetes.io/instance: {{ include "model.name" . }}-canary
{{- end -}}

{{- define "model.labels" -}}
{{- with .Values.labels }}
{{- toYaml . }}
{{ end -}}
app.kubernetes.io/name: {{ include "model.name" . }}
app.kubernetes.io/version: {{ .Values.model.version | quote }}
app.kubernetes.io/component: model-server
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "model.annotations" -}}
{{- with .Values.annotations }}
  annotations: {{- toYaml . | nindent 4 }}
{{- end }}
{{- end -}}

{{- define "model.versionAnnotations" -}}
assay/model: {{ .root.Values.model.name | quote }}
assay/version: {{ .version | quote }}
{{- if eq .version .root.Values.model.version }}
assay/digest: {{ .root.Values.model.digest | quote }}
{{- end }}
{{- end -}}

{{- define "model.locked" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop:
    - ALL
{{- end -}}

{{- /* The container that serves: root, tag and folder. */ -}}
{{- define "model.server" -}}
image: {{ printf "%s:%s" .root.Values.image.repository .tag | quote }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
args:
  - assay-serve.mjs
  - {{ .folder }}
  - --host
  - 0.0.0.0
  - --port
  - "8080"
  - --workers
  - {{ int .root.Values.server.workers | quote }}
  - --max-queue
  - {{ int .root.Values.server.maxQueue | quote }}
  - --grace
  - {{ int .root.Values.server.graceSeconds | quote }}
{{- with .root.Values.token }}
env:
  - name: ASSAY_SERVE_TOKEN
    valueFrom:
      secretKeyRef:
        name: {{ .name }}
        key: {{ .key }}
{{- end }}
resources: {{- toYaml .root.Values.resources | nindent 2 }}
securityContext: {{- include "model.locked" . | nindent 2 }}
{{- end -}}

{{- /* The template of pods: root, selector, version and tag. */ -}}
{{- define "model.pod" -}}
{{- $root := .root -}}
metadata:
  labels:
    {{- include "model.labels" $root | nindent 4 }}
    {{- include .selector $root | nindent 4 }}
    app.kubernetes.io/version: {{ .version | quote }}
  annotations:
    {{- with $root.Values.annotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    {{- include "model.versionAnnotations" . | nindent 4 }}
spec:
  serviceAccountName: {{ include "model.name" $root }}
  automountServiceAccountToken: false
  {{- with $root.Values.image.pullSecret }}
  imagePullSecrets:
    - name: {{ . }}
  {{- end }}
  {{- with $root.Values.nodeSelector }}
  nodeSelector: {{- toYaml . | nindent 4 }}
  {{- end }}
  terminationGracePeriodSeconds: {{ add $root.Values.server.graceSeconds 10 }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 65532
    runAsGroup: 65532
    fsGroup: 65532
    seccompProfile:
      type: RuntimeDefault
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels: {{- include .selector $root | nindent 10 }}
  {{- with $root.Values.storage }}
  initContainers:
    - name: fetch
      {{- if hasPrefix "oci://" .uri }}
      image: {{ $root.Values.fetchImages.oci }}
      {{- else }}
      image: {{ $root.Values.fetchImages.s3 }}
      {{- end }}
      command:
        - /bin/sh
        - -c
        - |
          set -e
          target='/models/{{ $root.Values.model.version }}'
          part="$target.$HOSTNAME.part"
          if [ -f "$target/MLmodel" ]; then exit 0; fi
          rm -rf "$part"
          {{- if hasPrefix "oci://" .uri }}
          oras pull --output "$part" "$MODEL_URI"
          {{- else }}
          aws s3 cp --recursive --only-show-errors "$MODEL_URI" "$part"
          {{- end }}
          mv -T "$part" "$target" || { rm -rf "$part"; test -f "$target/MLmodel"; }
      env:
        - name: MODEL_URI
          value: {{ trimPrefix "oci://" .uri | quote }}
        - name: HOME
          value: /tmp
        {{- if and .secret (hasPrefix "oci://" .uri) }}
        - name: DOCKER_CONFIG
          value: /credentials
        {{- end }}
      {{- if and .secret (not (hasPrefix "oci://" .uri)) }}
      envFrom:
        - secretRef:
            name: {{ .secret }}
      {{- end }}
      resources:
        requests: {{- toYaml $root.Values.resources.requests | nindent 10 }}
        limits:
          memory: {{ $root.Values.resources.limits.memory }}
      securityContext: {{- include "model.locked" $root | nindent 8 }}
      volumeMounts:
        - name: tmp
          mountPath: /tmp
        - name: model
          mountPath: /models
        {{- if and .secret (hasPrefix "oci://" .uri) }}
        - name: credentials
          mountPath: /credentials
          readOnly: true
        {{- end }}
  {{- end }}
  containers:
    - name: server
      {{- $folder := "/model" }}
      {{- if $root.Values.storage }}
      {{- $folder = printf "/models/%s" $root.Values.model.version }}
      {{- end }}
      {{- include "model.server" (dict "root" $root "tag" .tag "folder" $folder) | nindent 6 }}
      ports:
        - name: http
          containerPort: 8080
          protocol: TCP
      startupProbe:
        httpGet:
          path: /v2/health/ready
          port: http
        timeoutSeconds: 3
        periodSeconds: 2
        failureThreshold: 60
      readinessProbe:
        httpGet:
          path: /v2/health/ready
          port: http
        timeoutSeconds: 3
        periodSeconds: 5
        failureThreshold: 2
      livenessProbe:
        httpGet:
          path: /v2/health/live
          port: http
        timeoutSeconds: 3
        periodSeconds: 10
        failureThreshold: 3
      lifecycle:
        preStop:
          exec:
            command:
              - /nodejs/bin/node
              - -e
              - setTimeout(() => {}, 5000)
      volumeMounts:
        - name: tmp
          mountPath: /tmp
        {{- if $root.Values.storage }}
        - name: model
          mountPath: /models
          readOnly: true
        {{- end }}
  volumes:
    - name: tmp
      emptyDir: {}
    {{- with $root.Values.storage }}
    - name: model
      {{- if .keep }}
      persistentVolumeClaim:
        claimName: {{ include "model.name" $root }}-model
      {{- else }}
      emptyDir: {}
      {{- end }}
    {{- if and .secret (hasPrefix "oci://" .uri) }}
    - name: credentials
      secret:
        secretName: {{ .secret }}
        items:
          - key: .dockerconfigjson
            path: config.json
    {{- end }}
    {{- end }}
{{- end -}}
`;

/** The head of an object; \`nameEnd\` follows the name of the release. */
function head(apiVersion: string, kind: string, options: { nameEnd?: string; labels?: string } = {}): string {
  return `apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: {{ include "model.name" . }}${options.nameEnd ?? ''}
  namespace: {{ .Release.Namespace }}
  labels: {{- include "model.labels" . | nindent 4 }}${options.labels ?? ''}
  {{- include "model.annotations" . }}
`;
}

const selectorLabels = '\n    app.kubernetes.io/instance: {{ include "model.name" . }}';
const canaryLabels = `${selectorLabels}-canary`;
const chosenLabels = `
    {{- with .Values.monitoring.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}`;

const serviceAccount = `${head('v1', 'ServiceAccount')}automountServiceAccountToken: false
`;

const volumeClaim = `{{- with .Values.storage }}{{- if and .keep (ne $.Values.runtime "kserve") }}{{- with $ }}
${head('v1', 'PersistentVolumeClaim', { nameEnd: '-model' })}spec:
  accessModes:
    {{- if and (not .Values.autoscaling) (le (int .Values.replicas) 1) }}
    - ReadWriteOnce
    {{- else }}
    - ReadWriteMany
    {{- end }}
  {{- with .Values.storage.keep.storageClass }}
  storageClassName: {{ . }}
  {{- end }}
  resources:
    requests:
      storage: {{ .Values.storage.keep.size }}
{{- end }}{{- end }}{{- end }}
`;

const networkPolicy = `{{- if .Values.network }}
${head('networking.k8s.io/v1', 'NetworkPolicy')}spec:
  podSelector:
    matchLabels:
      {{- if eq .Values.runtime "kserve" }}
      serving.kserve.io/inferenceservice: {{ include "model.name" . }}
      {{- else }}
      app.kubernetes.io/name: {{ include "model.name" . }}
      {{- end }}
  policyTypes:
    - Ingress
    - Egress
  ingress:
    - from:
        - podSelector: {}
        {{- range .Values.network.from }}
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: {{ . }}
        {{- end }}
        {{- if and .Values.monitoring .Values.network.monitoring }}
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: {{ .Values.network.monitoring }}
        {{- end }}
      ports:
        - protocol: TCP
          port: 8080
  egress:
    - ports:
        - protocol: UDP
          port: 53
        - protocol: TCP
          port: 53
    {{- if .Values.storage }}
    - ports:
        - protocol: TCP
          port: 443
    {{- end }}
    {{- range .Values.network.egress }}
    - to:
        - ipBlock:
            cidr: {{ .cidr }}
      ports:
        - protocol: TCP
          port: {{ int .port }}
    {{- end }}
{{- end }}
`;

const servicePorts = `  ports:
    - name: http
      port: {{ int .Values.servicePort }}
      targetPort: http
      protocol: TCP
      appProtocol: http
`;

const service = `{{- if ne .Values.runtime "kserve" }}
${head('v1', 'Service', { labels: selectorLabels })}spec:
  type: ClusterIP
  selector: {{- include "model.selector" . | nindent 4 }}
${servicePorts}{{- if and .Values.canary .Values.canary.route }}
---
${head('v1', 'Service', { nameEnd: '-canary', labels: canaryLabels })}spec:
  type: ClusterIP
  {{- if eq .Values.runtime "rollout" }}
  selector: {{- include "model.selector" . | nindent 4 }}
  {{- else }}
  selector: {{- include "model.canarySelector" . | nindent 4 }}
  {{- end }}
${servicePorts}{{- end }}
{{- end }}
`;

const deploymentRest = `  revisionHistoryLimit: 5
  progressDeadlineSeconds: 600
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
`;

const deployment = `{{- if eq .Values.runtime "deployment" }}
{{- $version := .Values.model.version }}
{{- $tag := .Values.image.tag }}
{{- with .Values.canary }}
{{- $version = .stable.version }}
{{- $tag = .stable.tag | default .stable.version }}
{{- end }}
${head('apps/v1', 'Deployment', { labels: `${selectorLabels}\n    app.kubernetes.io/version: {{ $version | quote }}` })}spec:
  {{- if not .Values.autoscaling }}
  replicas: {{ int .Values.replicas }}
  {{- end }}
${deploymentRest}  selector:
    matchLabels: {{- include "model.selector" . | nindent 6 }}
  template: {{- include "model.pod" (dict "root" . "selector" "model.selector" "version" $version "tag" $tag) | nindent 4 }}
{{- if .Values.canary }}
---
${head('apps/v1', 'Deployment', { nameEnd: '-canary', labels: canaryLabels })}spec:
  replicas: {{ int .Values.canary.replicas }}
${deploymentRest}  selector:
    matchLabels: {{- include "model.canarySelector" . | nindent 6 }}
  template: {{- include "model.pod" (dict "root" . "selector" "model.canarySelector" "version" .Values.model.version "tag" .Values.image.tag) | nindent 4 }}
{{- end }}
{{- end }}
`;

const rollout = `{{- if eq .Values.runtime "rollout" }}
${head('argoproj.io/v1alpha1', 'Rollout', { labels: selectorLabels })}spec:
  {{- if not .Values.autoscaling }}
  replicas: {{ int .Values.replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  selector:
    matchLabels: {{- include "model.selector" . | nindent 6 }}
  strategy:
    canary:
      {{- with .Values.canary }}
      {{- if .route }}
      stableService: {{ include "model.name" $ }}
      canaryService: {{ include "model.name" $ }}-canary
      trafficRouting:
        {{- if eq .route "istio" }}
        istio:
          virtualService:
            name: {{ include "model.name" $ }}
            routes:
              - primary
        {{- else }}
        plugins:
          argoproj-labs/gatewayAPI:
            httpRoute: {{ include "model.name" $ }}
            namespace: {{ $.Release.Namespace }}
        {{- end }}
      {{- end }}
      {{- end }}
      maxSurge: 1
      maxUnavailable: 0
      {{- if .Values.canary }}
      steps:
        - setWeight: {{ int .Values.canary.weight }}
        - pause: {}
        {{- range .Values.canary.steps }}
        - setWeight: {{ int .weight }}
        {{- if .pauseSeconds }}
        - pause:
            duration: {{ printf "%ds" (int .pauseSeconds) }}
        {{- else }}
        - pause: {}
        {{- end }}
        {{- end }}
      {{- else }}
      steps: []
      {{- end }}
  template: {{- include "model.pod" (dict "root" . "selector" "model.selector" "version" .Values.model.version "tag" .Values.image.tag) | nindent 4 }}
{{- end }}
`;

const kserveContainer = (folder: string, indent: number) =>
  `- name: kserve-container
  {{- include "model.server" (dict "root" . "tag" .Values.image.tag "folder" "${folder}") | nindent ${indent + 2} }}
  ports:
    - name: http1
      containerPort: 8080
      protocol: TCP
  readinessProbe:
    httpGet:
      path: /v2/health/ready
      port: 8080
    periodSeconds: 5
  livenessProbe:
    httpGet:
      path: /v2/health/live
      port: 8080
    periodSeconds: 10
`.replace(/^(?=.)/gm, ' '.repeat(indent));

const kserve = `{{- if eq .Values.runtime "kserve" }}
{{- if .Values.storage }}
${head('serving.kserve.io/v1alpha1', 'ServingRuntime')}spec:
  supportedModelFormats:
    - name: assay
      version: "1"
      autoSelect: false
  protocolVersions:
    - v2
  multiModel: false
  containers:
${kserveContainer('/mnt/models', 4)}---
{{- end }}
${head('serving.kserve.io/v1beta1', 'InferenceService')}spec:
  predictor:
    {{- if .Values.autoscaling }}
    minReplicas: {{ int .Values.autoscaling.min }}
    maxReplicas: {{ int .Values.autoscaling.max }}
    {{- with .Values.autoscaling.cpuPercent }}
    scaleMetric: cpu
    scaleTarget: {{ int . }}
    {{- end }}
    {{- else }}
    minReplicas: {{ int .Values.replicas }}
    maxReplicas: {{ max 1 (int .Values.replicas) }}
    {{- end }}
    {{- with .Values.canary }}
    canaryTrafficPercent: {{ int .weight }}
    {{- end }}
    serviceAccountName: {{ include "model.name" . }}
    {{- with .Values.image.pullSecret }}
    imagePullSecrets:
      - name: {{ . }}
    {{- end }}
    {{- with .Values.nodeSelector }}
    nodeSelector: {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- if .Values.storage }}
    model:
      modelFormat:
        name: assay
      protocolVersion: v2
      runtime: {{ include "model.name" . }}
      storageUri: {{ .Values.storage.uri }}
    {{- else }}
    containers:
${kserveContainer('/model', 6)}    {{- end }}
{{- end }}
`;

const scaleTarget = `  scaleTargetRef:
    {{- if eq .Values.runtime "rollout" }}
    apiVersion: argoproj.io/v1alpha1
    kind: Rollout
    {{- else }}
    apiVersion: apps/v1
    kind: Deployment
    {{- end }}
    name: {{ include "model.name" . }}
`;

const autoscaler = `{{- if and .Values.autoscaling (ne .Values.runtime "kserve") }}
{{- if .Values.autoscaling.schedule }}
${head('keda.sh/v1alpha1', 'ScaledObject')}spec:
${scaleTarget}  minReplicaCount: {{ int .Values.autoscaling.min }}
  maxReplicaCount: {{ int .Values.autoscaling.max }}
  cooldownPeriod: 300
  triggers:
    {{- range .Values.autoscaling.schedule }}
    - type: cron
      metadata:
        timezone: {{ .timezone }}
        start: {{ .from | quote }}
        end: {{ .to | quote }}
        desiredReplicas: {{ int .replicas | quote }}
    {{- end }}
    {{- with .Values.autoscaling.cpuPercent }}
    - type: cpu
      metricType: Utilization
      metadata:
        value: {{ int . | quote }}
    {{- end }}
    {{- with .Values.autoscaling.metric }}
    - type: prometheus
      metricType: AverageValue
      metadata:
        serverAddress: {{ $.Values.autoscaling.prometheus }}
        query: {{ printf "sum(rate(assay_predictions_total{namespace=\\"%s\\",job=\\"%s\\"}[2m]))" $.Release.Namespace (include "model.name" $) | squote }}
        threshold: {{ .average | quote }}
    {{- end }}
{{- else }}
${head('autoscaling/v2', 'HorizontalPodAutoscaler')}spec:
${scaleTarget}  minReplicas: {{ int .Values.autoscaling.min }}
  maxReplicas: {{ int .Values.autoscaling.max }}
  metrics:
    {{- with .Values.autoscaling.cpuPercent }}
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: {{ int . }}
    {{- end }}
    {{- with .Values.autoscaling.metric }}
    - type: Pods
      pods:
        metric:
          name: {{ .name }}
        target:
          type: AverageValue
          averageValue: {{ .average | quote }}
    {{- end }}
  behavior:
    scaleDown:
      stabilizationWindowSeconds: 300
    scaleUp:
      stabilizationWindowSeconds: 0
{{- end }}
{{- end }}
`;

const disruptionBudget = `{{- $least := int .Values.replicas }}
{{- with .Values.autoscaling }}{{- $least = int .min }}{{- end }}
{{- if and .Values.disruption (ge $least 2) (ne .Values.runtime "kserve") }}
${head('policy/v1', 'PodDisruptionBudget')}spec:
  maxUnavailable: {{ int .Values.disruption.maxUnavailable }}
  selector:
    matchLabels: {{- include "model.selector" . | nindent 6 }}
{{- end }}
`;

const ingress = `{{- if .Values.ingress }}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ include "model.name" . }}
  namespace: {{ .Release.Namespace }}
  labels: {{- include "model.labels" . | nindent 4 }}
  {{- $annotations := merge (dict) .Values.ingress.annotations .Values.annotations }}
  {{- if and .Values.ingress.tls .Values.ingress.tls.issuer }}
  {{- $annotations = merge $annotations (dict "cert-manager.io/cluster-issuer" .Values.ingress.tls.issuer) }}
  {{- end }}
  {{- with $annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- with .Values.ingress.className }}
  ingressClassName: {{ . }}
  {{- end }}
  {{- if .Values.ingress.tls }}
  tls:
    - hosts:
        - {{ .Values.ingress.host }}
      secretName: {{ .Values.ingress.tls.secret | default (printf "%s-tls" (include "model.name" .)) }}
  {{- end }}
  rules:
    - host: {{ .Values.ingress.host }}
      http:
        paths:
          - path: {{ .Values.ingress.path }}
            pathType: Prefix
            backend:
              service:
                name: {{ include "model.name" . }}
                port:
                  name: http
{{- end }}
`;

const route = `{{- if and .Values.canary .Values.canary.route }}
{{- $name := include "model.name" . }}
{{- $weight := ternary 0 (int .Values.canary.weight) (eq .Values.runtime "rollout") }}
{{- if eq .Values.canary.route "istio" }}
${head('networking.istio.io/v1', 'VirtualService')}spec:
  hosts:
    - {{ .Values.canary.host | default $name }}
  gateways:
    - {{ .Values.canary.gateway }}
  http:
    - name: primary
      route:
        - destination:
            host: {{ $name }}
            port:
              number: {{ int .Values.servicePort }}
          weight: {{ sub 100 $weight }}
        - destination:
            host: {{ $name }}-canary
            port:
              number: {{ int .Values.servicePort }}
          weight: {{ $weight }}
{{- else }}
${head('gateway.networking.k8s.io/v1', 'HTTPRoute')}spec:
  parentRefs:
    {{- if eq .Values.canary.route "linkerd" }}
    - group: ""
      kind: Service
      name: {{ $name }}
      port: {{ int .Values.servicePort }}
    {{- else if contains "/" .Values.canary.gateway }}
    - name: {{ index (splitList "/" .Values.canary.gateway) 1 }}
      namespace: {{ index (splitList "/" .Values.canary.gateway) 0 }}
    {{- else }}
    - name: {{ .Values.canary.gateway }}
    {{- end }}
  {{- if and .Values.canary.host (ne .Values.canary.route "linkerd") }}
  hostnames:
    - {{ .Values.canary.host }}
  {{- end }}
  rules:
    - matches:
        - path:
            type: PathPrefix
            value: /
      backendRefs:
        - name: {{ $name }}
          port: {{ int .Values.servicePort }}
          weight: {{ sub 100 $weight }}
        - name: {{ $name }}-canary
          port: {{ int .Values.servicePort }}
          weight: {{ $weight }}
{{- end }}
{{- end }}
`;

const scrapeEndpoint = `path: /metrics
      interval: {{ .Values.monitoring.interval }}
      {{- with .Values.token }}
      authorization:
        type: Bearer
        credentials:
          name: {{ .name }}
          key: {{ .key }}
      {{- end }}
`;

const monitor = `{{- if and .Values.monitoring .Values.monitoring.serviceMonitor }}
{{- if eq .Values.runtime "kserve" }}
${head('monitoring.coreos.com/v1', 'PodMonitor', { labels: chosenLabels })}spec:
  selector:
    matchLabels:
      serving.kserve.io/inferenceservice: {{ include "model.name" . }}
  podMetricsEndpoints:
    - port: http1
      ${scrapeEndpoint}      relabelings:
        - action: replace
          targetLabel: job
          replacement: {{ include "model.name" . }}
{{- else }}
${head('monitoring.coreos.com/v1', 'ServiceMonitor', { labels: chosenLabels })}spec:
  jobLabel: app.kubernetes.io/name
  selector:
    matchLabels:
      app.kubernetes.io/name: {{ include "model.name" . }}
  endpoints:
    - port: http
      ${scrapeEndpoint}{{- end }}
{{- end }}
`;

/** Expressions of Helm in the places of name, selector and limits. */
function rules(): string {
  const name = '{{ include "model.name" . }}';
  const listed = alertRules(name, `namespace="{{ .Release.Namespace }}",job="${name}"`, {
    errorRatio: '{{ .Values.monitoring.maxErrorRatio }}',
    errorPercent: '{{ mulf .Values.monitoring.maxErrorRatio 100 }}',
    p99Seconds: '{{ .Values.monitoring.maxP99Seconds }}',
  });
  return `{{- if and .Values.monitoring .Values.monitoring.rules }}
${head('monitoring.coreos.com/v1', 'PrometheusRule', { labels: chosenLabels })}spec:
  groups:
    - name: {{ include "model.name" . }}
      rules:
${yamlOf(listed).replace(/^(?=.)/gm, ' '.repeat(8))}{{- end }}
`;
}

const board = `{{- if and .Values.monitoring .Values.monitoring.dashboard }}
${head('v1', 'ConfigMap', { nameEnd: '-dashboard', labels: '\n    grafana_dashboard: "1"' })}data:
  {{ include "model.name" . }}.json: {{ .Files.Get "files/dashboard.json" | toJson }}
{{- end }}
`;

const notes = `{{ .Values.model.name }} {{ .Values.model.version }} is served in {{ .Release.Namespace }} as {{ include "model.name" . }}.

  kubectl -n {{ .Release.Namespace }} port-forward service/{{ include "model.name" . }}{{ if eq .Values.runtime "kserve" }}-predictor{{ end }} 8080:{{ if eq .Values.runtime "kserve" }}80{{ else }}{{ int .Values.servicePort }}{{ end }}
  curl http://127.0.0.1:8080/v2
`;

/** By their names in `templates/`. */
export const helmTemplates: Readonly<Record<string, string>> = {
  '_helpers.tpl': helpers,
  'NOTES.txt': notes,
  'autoscaler.yaml': autoscaler,
  'dashboard.yaml': board,
  'deployment.yaml': deployment,
  'disruption-budget.yaml': disruptionBudget,
  'ingress.yaml': ingress,
  'kserve.yaml': kserve,
  'monitor.yaml': monitor,
  'network-policy.yaml': networkPolicy,
  'rollout.yaml': rollout,
  'route.yaml': route,
  'rules.yaml': rules(),
  'service-account.yaml': serviceAccount,
  'service.yaml': service,
  'volume-claim.yaml': volumeClaim,
};
