{{- define "metermesh.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Labels that pods are selected by. Takes {root, name}, name being the component's. */}}
{{- define "metermesh.selectorLabels" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end -}}

{{/* Labels of every object. Takes {root, name}. */}}
{{- define "metermesh.labels" -}}
{{ include "metermesh.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end -}}

{{/* Metadata of an object of a component. Takes {root, name, suffix?}. */}}
{{- define "metermesh.metadata" -}}
name: {{ include "metermesh.fullname" .root }}-{{ .name }}{{ with .suffix }}-{{ . }}{{ end }}
labels:
  {{- include "metermesh.labels" . | nindent 2 }}
{{- end -}}

{{/* The HTTP port of a component, as everywhere in Metermesh. Takes {name}. */}}
{{- define "metermesh.port" -}}
{{- get (dict "gateway" 4000 "device-registry" 4001 "ingestion" 4002 "billing" 4003 "control" 4004 "customer-care" 4005) .name -}}
{{- end -}}

{{- define "metermesh.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{/* An environment variable out of a secret. Takes {variable, secret, key}. */}}
{{- define "metermesh.secretVariable" -}}
- name: {{ .variable }}
  valueFrom:
    secretKeyRef: { name: {{ .secret }}, key: {{ .key }} }
{{- end -}}

{{/* NATS_URL on a line of its own, unless the config map has it. */}}
{{- define "metermesh.natsVariable" -}}
{{- with .Values.nats }}
{{- if .existingSecret }}
{{ include "metermesh.secretVariable" (dict "variable" "NATS_URL" "secret" .existingSecret "key" .key) }}
{{- end }}
{{- end }}
{{- end -}}
