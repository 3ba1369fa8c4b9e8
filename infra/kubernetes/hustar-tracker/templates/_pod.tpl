{{/* What all pods have in common. */}}

{{- define "hustar.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}

{{- define "hustar.container" -}}
image: {{ include "hustar.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  runAsNonRoot: true
  capabilities: {drop: [ALL]}
  seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{/* Settings that every process is given. What is secret comes as a file, whose path is told. */}}
{{- define "hustar.environment" -}}
- {name: HUSTAR_ENV, value: production}
- {name: HOST, value: 0.0.0.0}
- {name: DEMO, value: "0"}
- {name: HUSTAR_PUBLIC_URL, value: {{ .Values.publicUrl | quote }}}
- {name: HUSTAR_DATABASE_PREFIX, value: {{ .Values.settings.databasePrefix | quote }}}
- {name: HUSTAR_TOPIC_PREFIX, value: {{ .Values.settings.topicPrefix | quote }}}
- {name: HUSTAR_TOPIC_REPLICATION, value: {{ .Values.kafka.replication | quote }}}
- {name: KAFKA_BOOTSTRAP_SERVERS, value: {{ .Values.kafka.bootstrapServers | quote }}}
{{- with .Values.kafka }}
- {name: KAFKA_SECURITY_PROTOCOL, value: {{ .securityProtocol }}}
{{- if hasPrefix "SASL" .securityProtocol }}
- {name: KAFKA_SASL_MECHANISM, value: {{ .saslMechanism }}}
- {name: KAFKA_SASL_PASSWORD_FILE, value: /secrets/kafka/password}
{{- end }}
{{- if .caFile }}
- {name: KAFKA_SSL_CAFILE, value: /secrets/kafka/ca.crt}
{{- end }}
{{- if .clientCertificate }}
- {name: KAFKA_SSL_CERTFILE, value: /secrets/kafka/tls.crt}
- {name: KAFKA_SSL_KEYFILE, value: /secrets/kafka/tls.key}
{{- end }}
{{- end }}
- {name: HUSTAR_OIDC_ISSUER, value: {{ .Values.oidc.issuer | quote }}}
- {name: HUSTAR_OIDC_JWKS_URL, value: {{ .Values.oidc.jwksUrl | quote }}}
- {name: HUSTAR_OIDC_CLIENT_ID, value: {{ .Values.oidc.clientId | quote }}}
- {name: HUSTAR_TRUSTED_PROXIES, value: {{ .Values.settings.trustedProxies | quote }}}
- {name: HUSTAR_MAIL_FROM, value: {{ .Values.settings.mailFrom | quote }}}
- {name: LOG_LEVEL, value: {{ .Values.settings.logLevel | quote }}}
{{- with .Values.tracing.endpoint }}
- {name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ . | quote }}}
- {name: OTEL_TRACES_SAMPLER_ARG, value: {{ $.Values.tracing.share | quote }}}
{{- end }}
- {name: HUSTAR_SECRET_FILE, value: /secrets/keys/hustar_secret}
{{- if .Values.secrets.mail }}
- {name: HUSTAR_SMTP_URL_FILE, value: /secrets/keys/hustar_smtp_url}
{{- end }}
{{- range $name, $value := .Values.settings.extra }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- end -}}

{{/* "yes" where brokers ask for something that is kept in a secret. */}}
{{- define "hustar.kafkaSecret" -}}
{{- if or (hasPrefix "SASL" .Values.kafka.securityProtocol) .Values.kafka.caFile .Values.kafka.clientCertificate -}}yes{{- end -}}
{{- end -}}

{{/* Who a service is to the brokers; without a service whoever makes topics and backups. Call with (dict "root" $ "service" ...). */}}
{{- define "hustar.kafkaUser" -}}
{{- if and .service .root.Values.kafka.serviceUsers -}}
{{ .root.Values.kafka.serviceUsers | replace "{service}" .service }}
{{- else -}}
{{ .root.Values.kafka.username }}
{{- end -}}
{{- end -}}

{{/* The secret with what that user signs in with. Called in the same way. */}}
{{- define "hustar.kafkaSecretName" -}}
{{ .root.Values.secrets.kafka }}{{ if and .service .root.Values.kafka.serviceUsers }}-{{ .service }}{{ end }}
{{- end -}}

{{/* The user's name as a setting. */}}
{{- define "hustar.kafkaIdentity" -}}
{{- if hasPrefix "SASL" .root.Values.kafka.securityProtocol }}
- {name: KAFKA_SASL_USERNAME, value: {{ include "hustar.kafkaUser" . | quote }}}
{{- end }}
{{- end -}}

{{/* Where a service's database is told. Call with (dict "root" $ "services" (list ...)). */}}
{{- define "hustar.databases" -}}
{{- range .services }}
- {name: POSTGRES_URL_{{ . | upper }}_FILE, value: /secrets/{{ . }}/postgres_url}
{{- end }}
{{- end -}}

{{- define "hustar.mounts" -}}
- {name: tmp, mountPath: /tmp}
- {name: keys, mountPath: /secrets/keys, readOnly: true}
{{- range .services }}
- {name: database-{{ . }}, mountPath: /secrets/{{ . }}, readOnly: true}
{{- end }}
{{- if .oidc }}
- {name: oidc, mountPath: /secrets/oidc, readOnly: true}
{{- end }}
{{- if include "hustar.kafkaSecret" .root }}
- {name: kafka, mountPath: /secrets/kafka, readOnly: true}
{{- end }}
{{- end -}}

{{- define "hustar.volumes" -}}
- name: tmp
  emptyDir: {sizeLimit: 512Mi}
- name: keys
  secret: {secretName: {{ .root.Values.secrets.keys }}, defaultMode: 288}
{{- range .services }}
- name: database-{{ . }}
  secret: {secretName: {{ $.root.Values.secrets.database }}-{{ . }}, defaultMode: 288}
{{- end }}
{{- if .oidc }}
- name: oidc
  secret: {secretName: {{ .root.Values.secrets.oidc }}, defaultMode: 288}
{{- end }}
{{- if include "hustar.kafkaSecret" .root }}
- name: kafka
  secret: {secretName: {{ include "hustar.kafkaSecretName" . }}, defaultMode: 288}
{{- end }}
{{- end -}}

{{- define "hustar.probes" -}}
startupProbe:
  httpGet: {path: /startupz, port: http}
  periodSeconds: 2
  failureThreshold: 90
livenessProbe:
  httpGet: {path: /livez, port: http}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: {path: /readyz, port: http}
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 3
{{- end -}}
