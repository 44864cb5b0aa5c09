import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ChartConfig } from '../../../src/config/config.ts';
import { helmManifests } from '../../../src/deploy/helm-manifests.ts';
import { makeProject } from '../../unit/config/make-project.ts';
import { standInTools } from './stand-in-tools.ts';

const at = { file: 'rockpool.yaml', line: 4, column: 20 };
const chart = (more: Partial<ChartConfig> = {}): ChartConfig => ({
  ...{ tool: 'helm', chart: 'charts/db', isLocal: true, release: 'rel', values: [], set: {}, at },
  ...{ inputs: { files: [], folders: [] } },
  ...more,
});
const signal = AbortSignal.timeout(20_000);
const template = `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
data:
  fixed: "1"
  filled: {{ .Values.a | quote }}
`;
const files = {
  'charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 0.1.0\n',
  'charts/db/templates/cm.yaml': template,
};
const rendered = `---
# Source: db/templates/cm.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: rel
data:
  fixed: "1"
  filled: "x"
`;
const prints = (text: string) => `cat <<'END'\n${text}END`;
const fails = (text: string) => `cat >&2 <<'END'\n${text}\nEND\nexit 1`;
const render = async (given: ChartConfig, more: Record<string, string> = {}) =>
  helmManifests(given, { root: await makeProject({ ...files, ...more }), namespace: 'dev' }, signal);

test('objects are traced back to their templates, as far as that can be told', async () => {
  await standInTools({ helm: prints(rendered) });
  const [read] = (await render(chart())).manifests;
  expect(read?.file).toBe('charts/db/templates/cm.yaml');
  expect(await read?.locate(['data', 'fixed'])).toEqual({ file: read?.file, line: 6, column: 3 });
  expect(await read?.locate(['data', 'filled'])).toEqual({ file: read?.file, line: 7 });
  expect(await read?.locate(['metadata', 'name'])).toEqual({ file: read?.file, line: 4 });
});

test('release, namespace, files, values and version are handed on', async () => {
  const { calls } = await standInTools({ helm: '' });
  const set = { 'a.b': 'x,{y}', on: false, count: 2, text: '01' };
  await render(
    chart({ chart: 'repo/db', isLocal: false, version: '1.2', values: ['a.yaml', 'b.yaml'], set }),
  );
  expect(await readFile(calls, 'utf8')).toBe(
    'helm template rel repo/db --namespace dev --include-crds --version 1.2 --values a.yaml --values b.yaml ' +
      '--set-json a.b="x,{y}" --set-json on=false --set-json count=2 --set-json text="01"\n',
  );
});

test('hooks are left out with a word, tests without one', async () => {
  const hook = (name: string, value: string) =>
    `---\n# Source: db/templates/hooks.yaml\napiVersion: batch/v1\nkind: Job\nmetadata:\n  name: ${name}\n  annotations: { helm.sh/hook: "${value}" }\n`;
  await standInTools({
    helm: prints(rendered + hook('migrate', 'pre-install, pre-upgrade') + hook('try', 'test')),
  });
  const { manifests, warnings } = await render(chart());
  expect(manifests).toHaveLength(1);
  expect(warnings).toEqual(['charts/db: its hooks are not run yet: Job migrate (pre-install, pre-upgrade)']);
});

test('a chart that it names by file:// is put into a copy, and the project stays as it is', async () => {
  const dependencies =
    'dependencies:\n  - { name: common, version: 0.1.0, repository: "file://../common" }\n';
  await standInTools({
    helm: `[ -f "$3/charts/common/Chart.yaml" ] || exit 1\n${prints(rendered.replace('db/templates', 'db/charts/common/templates'))}`,
  });
  const root = await makeProject({
    ...files,
    'charts/db/Chart.yaml': files['charts/db/Chart.yaml'] + dependencies,
    'charts/common/Chart.yaml': 'apiVersion: v2\nname: common\nversion: 0.1.0\n',
    'charts/common/templates/cm.yaml': template,
  });
  const { manifests, failures } = await helmManifests(chart(), { root, namespace: 'dev' }, signal);
  expect(failures).toEqual([]);
  expect(manifests[0]?.file).toBe('charts/common/templates/cm.yaml');
  await expect(readFile(join(root, 'charts/db/charts/common/Chart.yaml'))).rejects.toThrow('ENOENT');
});

describe('what helm says is wrong', () => {
  test.each([
    [
      'helm 4',
      'Error: db/templates/cm.yaml:7:15\n  executing "db/templates/cm.yaml" at <.Values.a.b>:\n    nil pointer evaluating interface {}.b\n\nUse --debug flag to render out invalid YAML',
      { line: 7, column: 16 },
      /is not set/,
    ],
    [
      'helm 3',
      'Error: template: db/templates/cm.yaml:7:15: executing "db/templates/cm.yaml" at <.Values.a.b>: nil pointer evaluating interface {}.b',
      { line: 7, column: 16 },
      /is not set/,
    ],
    [
      'an include',
      'Error: db/templates/other.yaml:6:8\n  executing "db/templates/other.yaml" at <include "db.labels" .>:\n    error calling include:\ndb/templates/cm.yaml:7:15\n  executing "db.labels" at <.Values.a.b>:\n    nil pointer evaluating interface {}.b',
      { line: 7, column: 16 },
      /is not set/,
    ],
    [
      'a template that does not parse',
      'Error: parse error at (db/templates/cm.yaml:3): unclosed action',
      { line: 3 },
      undefined,
    ],
    [
      'what is no YAML',
      'Error: YAML parse error on db/templates/cm.yaml: error converting YAML to JSON: yaml: line 6: x',
      {},
      undefined,
    ],
  ])('%s has the place in the template', async (_, stderr, place, hint) => {
    await standInTools({ helm: fails(stderr) });
    const [failure] = (await render(chart())).failures;
    expect(failure).toMatchObject({ code: 'HELM_FAILED', subject: 'chart/charts/db' });
    expect(failure?.at).toEqual({ file: 'charts/db/templates/cm.yaml', ...place });
    expect(failure?.message).toMatch(
      /^helm does not render charts\/db: .*\(rockpool\.yaml:4:20 names the chart\)$/,
    );
    if (hint) {
      expect(failure?.hint).toMatch(hint);
      expect(failure?.message).toContain(
        'charts/db: at <.Values.a.b>: nil pointer evaluating interface {}.b',
      );
    }
    expect(failure?.command).toBe('helm template rel charts/db --namespace dev --include-crds');
  });

  test('charts that cannot be fetched, and charts that lack others', async () => {
    await standInTools({ helm: fails('Error: repo gone not found') });
    expect((await render(chart({ chart: 'gone/db', isLocal: false }))).failures).toMatchObject(
      [
        {
          message: 'helm does not render gone/db: repo gone not found',
          hint: /there is no folder gone\/db/,
          at,
        },
      ].map((failure) => ({ ...failure, hint: expect.stringMatching(failure.hint) })),
    );
    await standInTools({
      helm: fails(
        "Error: an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: redis",
      ),
    });
    const [failure] = (await render(chart())).failures;
    expect(failure?.hint).toContain('`helm dependency build charts/db`');
  });

  test('values that may be secrets are not repeated', async () => {
    await standInTools({ helm: fails('Error: execution error at (db/templates/cm.yaml:1:1): bad hunter2') });
    const [failure] = (await render(chart({ set: { password: 'hunter2' } }))).failures;
    expect(JSON.stringify(failure)).not.toContain('hunter2');
    expect(failure?.message).toContain('bad $password');
  });

  test('no helm', async () => {
    await standInTools({});
    await expect(render(chart())).rejects.toMatchObject({
      failures: [
        { code: 'TOOL_MISSING', message: expect.stringContaining('which renders the chart charts/db'), at },
      ],
    });
  });

  test('an abort ends it', async () => {
    await standInTools({ helm: 'sleep 300' });
    const root = await makeProject(files);
    const rendering = helmManifests(chart(), { root, namespace: 'dev' }, AbortSignal.timeout(200));
    await expect(rendering).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});
