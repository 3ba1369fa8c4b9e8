{{/* Names and labels. A name is the release's and a part's: hustar-trainees-api. */}}
{{- define "hustar.name" -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* Labels by which a part is found; they never change. Call with (dict "root" $ "service" "trainees" "part" "api"). */}}
{{- define "hustar.selector" -}}
app.kubernetes.io/name: hustar-tracker
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .service }}-{{ .part }}
{{- end -}}

{{- define "hustar.labels" -}}
{{ include "hustar.selector" . }}
app.kubernetes.io/part-of: hustar
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{/* Labels of what belongs to no part. */}}
{{- define "hustar.common" -}}
app.kubernetes.io/name: hustar-tracker
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: hustar
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "hustar.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}
