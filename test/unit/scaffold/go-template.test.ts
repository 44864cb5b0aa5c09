import { expect, it } from 'vitest';
import { expandTemplate, UNKNOWN } from '../../../src/scaffold/propose/go-template.ts';

const values = {
  image: { repository: 'acme/web', tag: '' },
  on: true,
  off: false,
  port: 80,
  list: [],
  nameOverride: '',
};
const expand = (source: string, release = 'web') => expandTemplate(source, { values, chart: 'web', release });

it.each([
  ['image: {{ .Values.image.repository }}:{{ .Values.image.tag | default "1" }}', 'image: acme/web:1'],
  ['image: "{{ .Values.image.registry }}/{{ .Values.image.repository }}"', 'image: "/acme/web"'],
  ['port: {{ .Values.port }}', 'port: 80'],
  ['name: {{ include "web.fullname" . }}', 'name: web'],
  ['name: {{ template "web.name" . }}-x', 'name: web-x'],
  ['name: {{ printf "%s-%s" .Release.Name "db" | trunc 63 | trimSuffix "-" }}', 'name: web-db'],
  ['name: {{ default .Chart.Name .Values.nameOverride }}', 'name: web'],
  ['name: {{ .Files.Get "x" }}', `name: ${UNKNOWN}`],
  ['{{- if .Values.on }}\na: 1\n{{- else }}\na: 2\n{{- end }}', 'a: 1'],
  ['{{- if not .Values.on }}\na: 1\n{{- else if .Values.off }}\na: 2\n{{ else }}\na: 3\n{{- end }}', 'a: 3'],
  ['{{- range .Values.list }}\n- {{ . }}\n{{- end }}\nb: 1', 'b: 1'],
  ['{{- if .Values.off }}\n{{- if .Values.on }}\na: 1\n{{- end }}\n{{- end }}\nb: 1', 'b: 1'],
  ['{{/* a\ncomment */}}\na: 1', '\na: 1'],
  ['a:\n  {{- toYaml .Values.image | nindent 2 }}\nb: 1', 'a:\nb: 1'],
])('%j is %j', (source, text) => {
  expect(expand(source)).toBe(text);
});

it('names what is in a release as most charts do', () => {
  expect(expand('{{ include "web.fullname" . }}x', 'shop')).toBe('shop-webx');
});
