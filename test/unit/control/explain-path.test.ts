import { expect, test } from 'vitest';
import { createDockerIgnore } from '../../../src/build/docker-ignore.ts';
import { explainPath } from '../../../src/control/explain-path.ts';
import { explanationText } from '../../../src/control/explanation-text.ts';
import { readSyncRules } from '../../../src/sync/sync-rules.ts';
import { manifestRule } from '../../../src/watch/watch-rules.ts';

const text = 'node_modules\n*.log\n';
const entries = ['k8s/*.yaml', 'k8s/*.liquid'];
const rules = {
  root: '/p',
  images: [
    {
      name: 'shop/web',
      context: '/p/web',
      files: ['/p/web/Dockerfile', '/p/web/.dockerignore'],
      contexts: ['/p/common'],
      ignore: createDockerIgnore(text, ['secret']),
      sync: readSyncRules([{ from: 'src/**', to: '/app/src', restart: false }], 'auto'),
    },
  ],
  manifests: entries.map((entry) => manifestRule('/p', entry)),
  inputs: [{ files: ['/p/overlays/kustomization.yaml'], folders: ['/p/charts/db'] }],
  config: ['/p/rockpool.yaml', '/p/.env'],
};
const explain = (path: string, is: 'file' | 'folder' | 'nothing' = 'file') =>
  explainPath({
    ...{ rules, entries: entries.slice(0, 1), path, is },
    generated: ['the chart charts/db'],
    finds: () => ['/p/k8s/web.yaml'],
    ignoreFile: () => ({ file: 'web/.dockerignore', lines: text.split('\n') }),
    users: () => ['Deployment web'],
  });

test.each([
  ['/p/web/a.js', /image shop\/web: it is in its build context web\n.*built, and Deployment web applied/],
  ['/p/web/src/a.js', /is synced into the running containers of shop\/web, else it is built/],
  ['/p/common/x', /build context common/],
  ['/p/web/Dockerfile', /says how the image is built\n.*configuration[\s\S]*read again/],
  ['/p/web/a.log', /leaves it out: web\/\.dockerignore:2 \(\*\.log\)\n.*nothing happens/],
  ['/p/web/secret', /a pattern under ignore in rockpool\.yaml/],
  ['/p/k8s/web.yaml', /manifests: k8s\/\*\.yaml reads it\n.*rendered/],
  ['/p/k8s/more.liquid', /no entry of manifests reads it: it counts where.*\n.*rendered/],
  ['/p/charts/db/templates/a.tpl', /manifests: the chart charts\/db reads it\n.*rendered/],
  ['/p/.env', /configuration/],
  ['/p/README.md', /in no build context, and no entry of manifests reads it\n.*nothing happens/],
  ['/p/.git/HEAD', /git’s own/],
  ['/p/.rockpool/events.jsonl', /rockpool’s own/],
  ['/p/web/.a.js.swp', /editors and file managers/],
  ['/elsewhere/x', /^\/elsewhere\/x\n.*no build context/],
])('%s', (path, about) => {
  expect(explanationText(explain(path))).toMatch(about);
});

test('only the entry that names the file is told', () => {
  expect(explain('/p/k8s/web.yaml').manifests).toEqual(['k8s/*.yaml']);
});

test('a folder is told with what lies in it, and what is not there is said to be so', () => {
  expect(explanationText(explain('/p/k8s', 'folder'))).toMatch(
    /it is a folder\n.*k8s\/\*\.yaml reads it\n.*rendered/,
  );
  expect(explanationText(explain('/p/web', 'folder'))).toMatch(/its build context is in it/);
  expect(explanationText(explain('/p/k8s/new.yaml', 'nothing'))).toMatch(/nothing is there now\n.*reads it/);
  expect(explanationText(explain('/p/nowhere', 'nothing'))).toMatch(/nothing is there now\n.*in no build/);
});
