import { expect, test } from 'vitest';
import { templatePlace } from '../../../src/deploy/template-place.ts';

const template = `kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
  fixed: 1
  {{- with .Values.more }}
      deep: 2
  {{- end }}
  same: 1
  same: 1
`;

test.each<[string, number | undefined, object | undefined]>([
  ['  fixed: 1', 3, { line: 6, column: 3 }],
  ['  deep: 2', 3, { line: 8, column: 7 }],
  ['  replicas: 3', 13, { line: 5 }],
  ['  same: 1', 3, undefined],
  ['  unknown: 1', 3, undefined],
  ['  kind: Other', 3, undefined],
  ['', 1, undefined],
])('%s', (rendered, column, expected) => {
  expect(templatePlace(template, rendered, column)).toEqual(expected);
});
