{{/* The pod of a node, on either store. */}}
{{- define "pawl.pod" -}}
metadata:
  labels:
    {{- include "pawl.labels" . | nindent 4 }}
    {{- with .Values.podLabels }}{{ toYaml . | nindent 4 }}{{ end }}
  annotations:
    # Pods are made anew when the configuration changes: it is read at the start.
    checksum/configuration: {{ include "pawl.configuration" . | sha256sum }}
    {{- with .Values.podAnnotations }}{{ toYaml . | nindent 4 }}{{ end }}
spec:
  automountServiceAccountToken: false
  # A Service named pawl would set PAWL_PORT to its address.
  enableServiceLinks: false
  {{- with .Values.serviceAccountName }}
  serviceAccountName: {{ . }}
  {{- end }}
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets: {{ toYaml . | nindent 4 }}
  {{- end }}
  terminationGracePeriodSeconds: {{ include "pawl.graceSeconds" . }}
  securityContext:
    runAsNonRoot: true
    runAsUser: {{ .Values.user }}
    runAsGroup: {{ .Values.user }}
    # The volume is writable, and the secrets are readable, by this group.
    fsGroup: {{ .Values.user }}
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile:
      type: RuntimeDefault
  containers:
    - name: pawl
      image: {{ printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) | quote }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      securityContext:
        readOnlyRootFilesystem: true
        allowPrivilegeEscalation: false
        capabilities:
          drop: [ALL]
      ports:
        - name: http
          containerPort: 8083
      env:
        - name: PAWL_CONFIG
          value: /etc/pawl/configuration/pawl.config.json
        {{- if .Values.postgres.secretName }}
        - name: PAWL_DB
          valueFrom:
            secretKeyRef:
              name: {{ .Values.postgres.secretName }}
              key: {{ .Values.postgres.secretKey }}
        {{- end }}
        {{- with .Values.env }}{{ toYaml . | nindent 8 }}{{ end }}
      startupProbe:
        httpGet: { path: /health, port: http }
        periodSeconds: 2
        failureThreshold: {{ max 1 (div (add .Values.startupSeconds 1) 2) }}
      livenessProbe:
        httpGet: { path: /health, port: http }
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 3
      readinessProbe:
        httpGet: { path: /ready, port: http }
        periodSeconds: 2
        timeoutSeconds: 5
        failureThreshold: 1
      {{- if .Values.preStopSeconds }}
      lifecycle:
        preStop:
          exec:
            command: [sleep, {{ .Values.preStopSeconds | quote }}]
      {{- end }}
      resources: {{ toYaml .Values.resources | nindent 8 }}
      volumeMounts:
        - { name: data, mountPath: /data }
        - { name: tmp, mountPath: /tmp }
        - { name: configuration, mountPath: /etc/pawl/configuration, readOnly: true }
        - { name: keys, mountPath: /etc/pawl/keys, readOnly: true }
        {{- if .Values.encryption.secretName }}
        - { name: encryption, mountPath: /etc/pawl/encryption, readOnly: true }
        {{- end }}
        {{- with .Values.volumeMounts }}{{ toYaml . | nindent 8 }}{{ end }}
  volumes:
    {{- if .Values.postgres.secretName }}
    - name: data
      emptyDir: {}
    {{- end }}
    - name: tmp
      emptyDir: {}
    - name: configuration
      configMap:
        name: {{ include "pawl.name" . }}
    - name: keys
      secret:
        secretName: {{ required "auth.secretName is missing: name a Secret with an entry for each access key, such as kubectl create secret generic pawl-keys --from-literal=admin=\"$(openssl rand -hex 20)\"" .Values.auth.secretName }}
        defaultMode: 288 # 0440
    {{- if .Values.encryption.secretName }}
    - name: encryption
      secret:
        secretName: {{ .Values.encryption.secretName }}
        defaultMode: 288 # 0440
        items:
          - { key: {{ .Values.encryption.secretKey | quote }}, path: pawl.key }
    {{- end }}
    {{- with .Values.volumes }}{{ toYaml . | nindent 4 }}{{ end }}
  {{- if gt (int .Values.replicas) 1 }}
  topologySpreadConstraints:
    {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
    - maxSkew: 1
      topologyKey: {{ . }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "pawl.selector" $ | nindent 10 }}
    {{- end }}
  {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity: {{ toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
