import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { imageSchema } from '../../../src/config/schema.ts';
import { proposeSync, type SyncQuery } from '../../../src/scaffold/sync-rules/propose-sync.ts';
import { filesOf } from './files-of.ts';

type Files = Record<string, string> | string;

const texts = (files: Files) =>
  typeof files === 'string' ? Object.fromEntries(files.split(' ').map((path) => [path, ''])) : files;

const propose = (source: string, files: Files, more: Partial<SyncQuery> = {}) =>
  proposeSync({ source: source.trim(), files: filesOf(texts(files)), ...more });

/** `from -> to`, in their order */
const rules = (source: string, files: Files, more: Partial<SyncQuery> = {}) =>
  propose(source, files, more).rules.map(
    ({ from, to, run }) => `${from} -> ${to}${run ? ` ! ${run.join(' ')}` : ''}`,
  );

const NODE = 'package.json package-lock.json src/server.js src/lib/a.js README.md';
const PYTHON = 'requirements.txt app/main.py app/routers/x.py app/templates/x.html app/static/x.css';

describe('where a reloader notices', () => {
  test.each<[string, string, Files, string[]]>([
    [
      'node --watch',
      'FROM node:24\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY src ./src\nCMD ["node", "--watch", "src/server.js"]',
      NODE,
      ['src/** -> /app/src'],
    ],
    [
      'COPY . . is taken apart, manifests of packages stay out',
      'FROM node:24\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD node --watch server.js',
      `${NODE} server.js jest.config.js k8s/web.yaml .github/x.yml`,
      ['server.js -> /app/server.js', 'src/** -> /app/src'],
    ],
    [
      'a pattern at the top where all of its kind is noticed',
      'FROM python:3.13\nWORKDIR /srv\nCOPY . .\nRUN pip install -r requirements.txt\nCMD uvicorn app:app --reload',
      'requirements.txt app.py models.py README.md data.csv',
      ['*.py -> /srv'],
    ],
    [
      'npm scripts are seen through',
      'FROM node:24\nWORKDIR /app\nCOPY . .\nRUN npm install\nCMD ["npm", "run", "dev"]',
      {
        'package.json': '{"scripts":{"dev":"NODE_ENV=development tsx watch src/index.ts"}}',
        'src/index.ts': '',
      },
      ['src/** -> /app/src'],
    ],
    [
      'npm scripts of the package that is copied to where they run',
      'FROM node:24\nWORKDIR /app\nCOPY web/package.json .\nRUN npm i\nCOPY web .\nCMD npm run dev',
      { 'web/package.json': '{"scripts":{"dev":"vite"}}', 'web/index.html': '', 'web/src/a.ts': '' },
      ['web/*.html -> /app', 'web/src/** -> /app/src'],
    ],
    [
      'npm scripts of a package below, before those at the top',
      'FROM node:24\nWORKDIR /app\nCOPY package.json .\nCOPY api api\nWORKDIR /app/api\nCMD npm start',
      {
        'package.json': '{"scripts":{"start":"node all.js"}}',
        'api/package.json': '{"scripts":{"start":"nodemon"},"nodemonConfig":{"watch":["lib"],"ext":"js"}}',
        'api/lib/a.js': '',
        'api/other/a.js': '',
      },
      ['api/lib/** -> /app/api/lib'],
    ],
    [
      'nodemon looks at its own configuration',
      'FROM node:24\nWORKDIR /app\nCOPY . .\nCMD npx nodemon server.js',
      { 'nodemon.json': '{"watch":["lib"],"ext":"js"}', 'server.js': '', 'lib/a.js': '', 'lib/b.sql': '' },
      ['lib/**/*.js -> /app/lib'],
    ],
    [
      'a development server notices all',
      'FROM node:24\nWORKDIR /app\nCOPY package.json .\nRUN npm i\nCOPY . .\nCMD ["npm","run","dev","--","--host"]',
      {
        'package.json': '{"scripts":{"dev":"vite"}}',
        'index.html': '',
        'vite.config.ts': '',
        'src/App.vue': '',
        'public/x.svg': '',
      },
      ['*.html -> /app', 'public/** -> /app/public', 'src/** -> /app/src'],
    ],
    [
      'next dev',
      'FROM node:24\nWORKDIR /app\nCOPY . .\nCMD ["npx", "next", "dev"]',
      'package.json next.config.mjs app/page.tsx public/a.png styles/x.css tsconfig.json',
      ['app/** -> /app/app', 'public/** -> /app/public', 'styles/** -> /app/styles'],
    ],
    [
      'manifests beside a development server are none of its sources',
      'FROM node:24\nWORKDIR /app\nCOPY frontend .\nCMD ["npx", "next", "dev"]',
      'frontend/package.json frontend/k8s.yaml frontend/up.sh frontend/middleware.ts frontend/app/page.tsx frontend/content/a.yaml',
      ['frontend/*.ts -> /app', 'frontend/app/** -> /app/app', 'frontend/content/** -> /app/content'],
    ],
    [
      'rails gives out what lies in public',
      'FROM ruby:3.4\nWORKDIR /app\nCOPY . .\nCMD bin/rails server',
      'Gemfile public/robots.txt app/models/a.rb config/a.rb',
      ['app/** -> /app/app', 'public/** -> /app/public'],
    ],
    [
      'a file server gives them out',
      'FROM nginx\nWORKDIR /usr/share/nginx/html\nCOPY site/ .',
      'site/openapi.yaml site/index.html',
      ['site/** -> /usr/share/nginx/html'],
    ],
    [
      'uvicorn --reload with templates and static files',
      'FROM python:3.13\nWORKDIR /srv\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY app app\nCMD ["uvicorn","app.main:app","--reload"]',
      PYTHON,
      ['app/** -> /srv/app'],
    ],
    [
      'flask by the environment',
      'FROM python:3.13\nENV FLASK_DEBUG=1\nWORKDIR /srv\nCOPY app app/\nCMD flask run',
      'app/__init__.py app/data.json',
      ['app/**/*.py -> /srv/app'],
    ],
    [
      'django',
      'FROM python:3.13\nWORKDIR /srv\nCOPY . /srv/\nRUN pip install -r requirements.txt\nCMD python manage.py runserver 0.0.0.0:8000',
      'requirements.txt manage.py shop/settings.py shop/templates/a.html',
      ['*.py -> /srv', 'shop/** -> /srv/shop'],
    ],
    [
      'gunicorn by its variable',
      'FROM python:3.13\nENV GUNICORN_CMD_ARGS="--reload -w 2"\nWORKDIR /srv\nCOPY app app\nCMD gunicorn app:app',
      'app/x.py',
      ['app/** -> /srv/app'],
    ],
    [
      'air compiles by itself, a build before warms caches',
      'FROM golang:1.25\nWORKDIR /src\nCOPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\nRUN go build ./...\nCMD ["air"]',
      'go.mod go.sum main.go internal/x.go internal/x.tmpl .air.toml',
      ['*.go -> /src', 'internal/** -> /src/internal'],
    ],
    [
      'go tool air',
      'FROM golang:1.25\nWORKDIR /src\nCOPY cmd cmd\nCMD ["go", "tool", "air"]',
      'cmd/a.go',
      ['cmd/** -> /src/cmd'],
    ],
    [
      'go run of air',
      'FROM golang:1.25\nWORKDIR /src\nCOPY cmd cmd\nCMD ["go", "run", "github.com/air-verse/air@v1.62.0"]',
      'cmd/a.go',
      ['cmd/** -> /src/cmd'],
    ],
    [
      'a shell script as entrypoint',
      'FROM python:3.13\nWORKDIR /srv\nCOPY app app\nCOPY start.sh /\nENTRYPOINT ["/start.sh"]',
      { 'start.sh': '#!/bin/sh\n./wait\nexec uvicorn app:app --reload\n', 'app/a.py': '' },
      ['app/** -> /srv/app'],
    ],
    [
      'nginx: pages as they are, its configuration by a reload',
      'FROM nginx:1.29\nCOPY html /usr/share/nginx/html\nCOPY nginx.conf /etc/nginx/conf.d/default.conf',
      'html/index.html html/css/x.css nginx.conf',
      ['html/** -> /usr/share/nginx/html', 'nginx.conf -> /etc/nginx/conf.d/default.conf ! nginx -s reload'],
    ],
    [
      'a file into a folder that is there',
      'FROM nginx\nCOPY index.html /usr/share/nginx/html',
      'index.html',
      ['index.html -> /usr/share/nginx/html/index.html'],
    ],
    [
      'a file under another name',
      'FROM nginx\nCOPY a.html /usr/share/nginx/html/index.html',
      'a.html',
      ['a.html -> /usr/share/nginx/html/index.html'],
    ],
    [
      'a wildcard',
      'FROM nginx\nCOPY site/*.html /usr/share/nginx/html/',
      'site/a.html site/b.html site/c.md',
      ['site/*.html -> /usr/share/nginx/html'],
    ],
    [
      'several sources',
      'FROM nginx\nCOPY ["a.html", "css", "/usr/share/nginx/html/"]',
      'a.html css/x.css',
      ['a.html -> /usr/share/nginx/html/a.html', 'css/** -> /usr/share/nginx/html'],
    ],
    [
      'PHP is read at each request',
      'FROM php:8.4-apache\nCOPY src/ .',
      'src/index.php src/img/x.png',
      ['src/** -> /var/www/html'],
    ],
    [
      'variables',
      'FROM node:24\nARG DIR=src\nENV HOME_DIR=/opt/app\nWORKDIR $HOME_DIR\nCOPY $DIR ./${DIR}\nCMD node --watch src/a.js',
      'src/a.js',
      ['src/** -> /opt/app/src'],
    ],
    [
      'a stage that others are made from',
      'FROM node:24 AS base\nWORKDIR /app\nCOPY src src\nFROM base\nCMD node --watch src/a.js',
      'src/a.js',
      ['src/** -> /app/src'],
    ],
    [
      'installed packages from another stage',
      'FROM node:24 AS deps\nRUN npm ci\nFROM node:24\nWORKDIR /app\nCOPY src ./src\nCOPY --from=deps /x/node_modules ./node_modules\nCMD node --watch src/a.js',
      'src/a.js',
      ['src/** -> /app/src'],
    ],
  ])('%s', (_, source, files, expected) => {
    expect(rules(source, files)).toEqual(expected);
  });
});

describe('where it would not be right', () => {
  test.each<[string, string, Files, RegExp?]>([
    [
      'the program notices nothing',
      'FROM node:24\nWORKDIR /app\nCOPY src src\nCMD node src/server.js',
      NODE,
      /"node src\/server.js" is not known to notice/,
    ],
    [
      'node --watch belongs to node, not to its program',
      'FROM node:24\nWORKDIR /app\nCOPY src src\nCMD ["node", "src/server.js", "--watch"]',
      NODE,
      /not known to notice/,
    ],
    [
      'it is compiled afterwards',
      'FROM node:24\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\nCMD node --watch dist/a.js',
      'package.json src/a.ts',
      /RUN npm ci && npm run build \(Dockerfile:4\) makes something of it/,
    ],
    [
      'it is compiled in another stage',
      'FROM golang AS b\nCOPY . .\nRUN go build\nFROM scratch\nCOPY --from=b /x /x\nCMD ["/x"]',
      'main.go',
    ],
    [
      'pip install . takes a copy',
      'FROM python:3\nWORKDIR /a\nCOPY . .\nRUN pip install .\nCMD uvicorn a:b --reload',
      'a/b.py pyproject.toml',
      /pip install \./,
    ],
    [
      'another stage lies over it',
      'FROM node AS b\nFROM node\nWORKDIR /app\nCOPY src src\nCOPY --from=b /app /app\nCMD node --watch src/a.js',
      'src/a.js',
    ],
    [
      'packages only',
      'FROM node:24\nWORKDIR /app\nCOPY package*.json ./\nCMD npx nodemon x.js',
      'package.json package-lock.json',
    ],
    [
      'root owns it',
      'FROM node:24\nWORKDIR /app\nCOPY src src\nUSER node\nCMD node --watch src/a.js',
      'src/a.js',
      /runs as node and may not write there; with --chown=node/,
    ],
    [
      'the folder of an unknown image',
      'FROM corp/thing\nCOPY src src\nCMD node --watch src/a.js',
      'src/a.js',
      /not known/,
    ],
    ['a folder that the server does not serve', 'FROM nginx\nCOPY site /data', 'site/index.html'],
    [
      'reload of another folder',
      'FROM python:3\nWORKDIR /srv\nCOPY app app\nCOPY lib /lib/x\nCMD uvicorn app:a --reload --reload-dir /lib/x',
      'app/a.py',
    ],
    [
      'production rails',
      'FROM ruby:3\nWORKDIR /a\nENV RAILS_ENV=production\nCOPY . .\nCMD bin/rails server',
      'app/a.rb',
      /not known/,
    ],
    [
      'an archive is taken apart',
      'FROM nginx\nADD site.tar.gz /usr/share/nginx/html/\nCOPY a.html /usr/share/nginx/html/',
      'site.tar.gz',
    ],
    ['text in the Dockerfile', 'FROM nginx\nCOPY <<EOF /usr/share/nginx/html/index.html\nhello\nEOF', 'x'],
    ['nothing is copied', 'FROM busybox\nCMD sleep 1', 'x'],
    ['no Dockerfile at all', '', 'x'],
  ])('%s', (_, source, files, why) => {
    const found = propose(source, files);
    expect(found.rules).toEqual([]);
    if (why) expect(found.leftOut.join('\n')).toMatch(why);
    else expect(found.leftOut).toEqual([]);
  });
});

describe('FLASK_ENV, which Flask 2.3 took away', () => {
  const source = 'FROM python:3.13\nENV FLASK_ENV=development\nWORKDIR /srv\nCOPY app app\nCMD flask run';
  test.each<[string, boolean]>([
    ['flask==2.2.5', true],
    ['gunicorn\nFlask[async] == 1.1.2 # old', true],
    ['flask~=2.2.1', true],
    ['flask<2.3', true],
    ['flask==0.12.*', true],
    ['flask==3.0.3', false],
    ['flask==2.3.0', false],
    ['flask==10.1', false],
    ['flask', false],
    ['flask>=2.0', false],
    ['flask~=2.2', false],
    ['flask<=2.3.1', false],
    ['flask-cors==1.0', false],
    ['', false],
  ])('requirements.txt with %j', (list, isSynced) => {
    const found = propose(source, { 'requirements.txt': list, 'app/a.py': '' });
    expect(found.rules.map(({ from }) => from)).toEqual(isSynced ? ['app/**'] : []);
  });

  test('other lists of packages', () => {
    const rulesOf = (lists: Record<string, string>) => rules(source, { ...lists, 'app/a.py': '' }).length;
    expect(rulesOf({ Pipfile: '[packages]\nflask = "==1.1.2"\n' })).toBe(1);
    expect(rulesOf({ Pipfile: '[packages]\nflask = "*"\n' })).toBe(0);
    expect(rulesOf({ 'pyproject.toml': '[tool.poetry.dependencies]\nflask = "^2.2"\n' })).toBe(0);
    expect(rulesOf({ 'pyproject.toml': 'dependencies = [\n  "flask==2.1.0",\n]' })).toBe(1);
    expect(rulesOf({ 'requirements.txt': 'flask==2.1', 'dev/requirements.txt': 'flask==3.1' })).toBe(0);
  });
});

describe('who may write', () => {
  const app = (lines: string) => `FROM node:24\n${lines}\nCMD node --watch src/a.js`;
  test.each<[string, string, boolean]>([
    ['--chown', 'WORKDIR /app\nCOPY --chown=node:node src src\nUSER node', true],
    ['--chown by number, USER by name', 'WORKDIR /app\nCOPY --chown=1000 src src\nUSER node', true],
    ['--chown to somebody else', 'WORKDIR /app\nCOPY --chown=1000 src src\nUSER 1001', false],
    ['--chmod for all', 'WORKDIR /app\nCOPY --chmod=777 src src\nUSER node', false],
    ['chown afterwards', 'WORKDIR /app\nCOPY src src\nRUN chown -R node:node /app\nUSER node', true],
    ['chown before', 'WORKDIR /app\nRUN chown -R node:node /app\nCOPY src src\nUSER node', false],
    ['USER before COPY changes nothing', 'USER node\nWORKDIR /app\nCOPY src src', false],
    ['root by number', 'WORKDIR /app\nCOPY src src\nUSER 0:0', true],
  ])('%s', (_, lines, may) => {
    expect(rules(app(lines), 'src/a.js')).toEqual(may ? ['src/** -> /app/src'] : []);
  });
});

test('names that a pattern would take for something else are built', () => {
  const source = 'FROM node:24\nWORKDIR /app\nCOPY . .\nCMD npx next dev';
  expect(
    rules(source, 'app/[slug]/page.tsx pages/[id].tsx [odd]/a.ts a*b/c.ts vite.config.ts [x].html'),
  ).toEqual(['*.html -> /app', 'app/** -> /app/app', 'pages/** -> /app/pages']);
});

test('a target other than the last stage', () => {
  const source = `
FROM node:24 AS base
WORKDIR /app
COPY src ./src
FROM base AS dev
CMD ["node", "--watch", "src/a.js"]
FROM base
CMD ["node", "src/a.js"]`;
  expect(rules(source, 'src/a.js', { target: 'dev' })).toEqual(['src/** -> /app/src']);
  expect(rules(source, 'src/a.js')).toEqual([]);
});

test('a reason names the line and who notices', () => {
  const source = 'FROM node:24\nWORKDIR /app\nCOPY src ./src\nCMD ["node", "--watch", "src/a.js"]';
  expect(propose(source, 'src/a.js', { file: 'web/Dockerfile' }).rules).toEqual([
    { from: 'src/**', to: '/app/src', reason: 'COPY src ./src (web/Dockerfile:3), reloaded by node --watch' },
  ]);
});

test('what .dockerignore leaves out is not synced', () => {
  const source = 'FROM nginx\nCOPY . /usr/share/nginx/html';
  const files = 'index.html secret/x.html css/x.css';
  expect(rules(source, files, { ignore: 'secret\n' })).toEqual([
    '*.html -> /usr/share/nginx/html',
    'css/** -> /usr/share/nginx/html/css',
  ]);
});

test('whatever is copied, rules fit the schema, name files that are there, and never packages', () => {
  const path = fc
    .array(fc.constantFrom('src', 'a.js', 'package.json', 'x.py', 'public', '*', 'b.css', 'a[b', '..'), {
      minLength: 1,
      maxLength: 3,
    })
    .map((parts) => parts.join('/'));
  const line = fc.oneof(
    fc.tuple(path, path).map(([from, to]) => `COPY ${from} ${to}`),
    fc.constantFrom(
      'COPY . .',
      'WORKDIR /app',
      'USER node',
      'RUN npm ci',
      'COPY --chown=node . ./x/',
      'COPY $A $B',
    ),
  );
  fc.assert(
    fc.property(fc.array(line), fc.array(path), (lines, paths) => {
      const source = ['FROM node:24', ...lines, 'CMD node --watch x.js'].join('\n');
      for (const { from, to } of proposeSync({ source, files: { paths, text: () => undefined } }).rules) {
        expect(imageSchema.safeParse({ name: 'a', sync: [{ from, to }] }).success).toBe(true);
        expect(to.startsWith('/')).toBe(true);
        expect(from).not.toMatch(/package\.json$/);
      }
    }),
  );
});
