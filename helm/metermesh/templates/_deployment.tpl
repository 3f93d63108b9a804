{{/*
The Deployment of a component. Takes {root, name, entry, settings, scaled, env}: entry is the file that node runs,
scaled says that something else sets the number of replicas, env is a list of variables as YAML.
*/}}
{{- define "metermesh.deployment" -}}
{{- $values := .root.Values -}}
{{- $port := include "metermesh.port" . -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "metermesh.metadata" . | nindent 2 }}
spec:
  {{- if not .scaled }}
  replicas: {{ .settings.replicas }}
  {{- end }}
  strategy:
    rollingUpdate: { maxSurge: 1, maxUnavailable: 0 }
  selector:
    matchLabels:
      {{- include "metermesh.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "metermesh.selectorLabels" . | nindent 8 }}
      annotations:
        checksum/config: {{ include "metermesh.config" .root | sha256sum }}
        {{- with $values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ include "metermesh.fullname" .root }}-{{ .name }}
      automountServiceAccountToken: false
      {{- with $values.imagePullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      terminationGracePeriodSeconds: 45
      securityContext:
        runAsNonRoot: true
        runAsUser: 1000
        runAsGroup: 1000
        fsGroup: 1000
        seccompProfile: { type: RuntimeDefault }
      containers:
        - name: {{ .name }}
          image: {{ include "metermesh.image" .root }}
          imagePullPolicy: {{ $values.image.pullPolicy }}
          args: [{{ .entry }}]
          ports:
            - { name: http, containerPort: {{ $port }} }
            {{- if eq .name "ingestion" }}
            - { name: dlms, containerPort: 4059 }
            - { name: dlms-udp, containerPort: 4059, protocol: UDP }
            {{- range $protocol, $listens := $values.frames.listeners }}
            - { name: {{ $protocol }}, containerPort: {{ $listens }} }
            {{- end }}
            {{- end }}
          envFrom:
            - configMapRef: { name: {{ include "metermesh.fullname" .root }}-config }
          env:
            - { name: HTTP_PORT, value: {{ $port | quote }} }
            {{- .env | nindent 12 }}
            {{- with .settings.extraEnv }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
          # Migrations run before the service listens: it may take its time to start, but not afterwards.
          startupProbe:
            httpGet: { path: /health/live, port: http }
            periodSeconds: 2
            failureThreshold: 90
          livenessProbe:
            httpGet: { path: /health/live, port: http }
            timeoutSeconds: 3
          readinessProbe:
            httpGet: { path: /health/ready, port: http }
            periodSeconds: 5
            timeoutSeconds: 3
          lifecycle:
            preStop:
              sleep: { seconds: 5 }
          resources:
            {{- toYaml .settings.resources | nindent 12 }}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: { drop: [ALL] }
          volumeMounts:
            - { name: tmp, mountPath: /tmp }
            {{- if and (eq .name "ingestion") $values.mqtt.usersClaim }}
            - { name: mqtt-users, mountPath: /var/lib/metermesh/mqtt }
            {{- end }}
            {{- if and (eq .name "ingestion") $values.payloadCodecs.configMap }}
            - { name: payload-codecs, mountPath: /etc/metermesh/payload-codecs, readOnly: true }
            {{- end }}
      volumes:
        - name: tmp
          emptyDir: { sizeLimit: 256Mi }
        {{- if and (eq .name "ingestion") $values.mqtt.usersClaim }}
        - name: mqtt-users
          persistentVolumeClaim: { claimName: {{ $values.mqtt.usersClaim }} }
        {{- end }}
        {{- if and (eq .name "ingestion") $values.payloadCodecs.configMap }}
        - name: payload-codecs
          configMap: { name: {{ $values.payloadCodecs.configMap }} }
        {{- end }}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "metermesh.selectorLabels" . | nindent 14 }}
      {{- with $values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.affinity }}
      affinity:
        {{- toYaml . | nindent 8 }}
      {{- end }}
{{- end -}}
