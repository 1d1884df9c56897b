{{/* pawl.config.json: the values' own, with the keys and the key file where the pod has them. */}}
{{- define "pawl.configuration" -}}
{{- $keys := list }}
{{- range .Values.auth.keys }}
{{- $keys = append $keys (merge (dict "secretAccessKeyFile" (printf "/etc/pawl/keys/%s" .accessKeyId)) .) }}
{{- end }}
{{- $own := dict "auth" (dict "keys" $keys) }}
{{- if .Values.encryption.secretName }}
{{- $_ := set $own "encryption" (dict "keyFile" "/etc/pawl/encryption/pawl.key") }}
{{- end }}
{{- merge $own .Values.config | toPrettyJson }}
{{- end }}

{{/* Seconds that a node may take to hand over, and 5 more, behind those before SIGTERM. */}}
{{- define "pawl.graceSeconds" -}}
{{- $cluster := .Values.config.cluster | default dict }}
{{- $drainMs := hasKey $cluster "drainMs" | ternary $cluster.drainMs 5000 | int }}
{{- add (div (add $drainMs 999) 1000) 5 .Values.preStopSeconds }}
{{- end }}
