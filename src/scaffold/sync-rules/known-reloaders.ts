import type { Program } from '../dockerfile/programs.ts';
import type { ProjectFiles } from '../project-files.ts';
import { flask } from './flask.ts';
import { isTrue, type KnownReloader, type ReloaderTest, valuesOf } from './known-reloader.ts';
import { nodemon } from './nodemon.ts';

const JS = ['js', 'mjs', 'cjs', 'jsx', 'json'];
const TS = [...JS, 'ts', 'tsx', 'mts', 'cts'];
const PY = ['py'];

/** Development servers that notice every source file, and the first argument that makes them one; by their documentation. */
const DEV_SERVERS: Readonly<Record<string, RegExp>> = {
  vite: /^(dev|serve)?$/,
  next: /^dev$/,
  nuxt: /^dev$/,
  nuxi: /^dev$/,
  astro: /^dev$/,
  vinxi: /^dev$/,
  remix: /^(dev|vite:dev)$/,
  'react-router': /^dev$/,
  rsbuild: /^dev$/,
  'react-scripts': /^start$/,
  ng: /^serve$/,
  'vue-cli-service': /^serve$/,
  webpack: /^(serve|server)$/,
  'webpack-dev-server': /^/,
  parcel: /^(?!build|watch)/,
  gatsby: /^develop$/,
  hugo: /^server$/,
  mkdocs: /^serve$/,
};

/** Servers of files as they are. */
const FILE_SERVERS = /^(http-server|live-server|serve|http\.server)$/;

/** Every reloader that is known, the first that fits. */
export const RELOADERS: readonly ReloaderTest[] = [
  nodemon,
  devServer,
  nodeWatch,
  typescriptWatch,
  pythonServer,
  flask,
  django,
  goReloader,
  otherCompiled,
  rails,
  php,
  fileServer,
];

function devServer({ name, args }: Program): KnownReloader | undefined {
  const verb = args.find((arg) => !arg.startsWith('-')) ?? '';
  if (!Object.hasOwn(DEV_SERVERS, name) || !DEV_SERVERS[name]?.test(verb)) return undefined;
  return { name: `${name} ${verb}`.trim(), extensions: 'all', bundles: true };
}

/** Modules that are imported are watched, wherever they are. */
function nodeWatch({ name, args }: Program): KnownReloader | undefined {
  const script = args.findIndex((arg) => !arg.startsWith('-'));
  const options = script < 0 ? args : args.slice(0, script);
  const isWatching = args.some((arg) => /^--watch(-path)?(=|$)/.test(arg));
  if (name !== 'node' || !isWatching || options.length === 0) return undefined;
  return { name: 'node --watch', extensions: TS, folders: ['/'], servesAssets: true };
}

function typescriptWatch({ name, args }: Program): KnownReloader | undefined {
  const watches = args.some((arg) => /^(--watch|--hot|watch)$/.test(arg));
  const found = { extensions: TS, folders: ['/'], servesAssets: true };
  if (/^(tsx|bun|deno)$/.test(name) && watches) return { ...found, name: `${name} ${watchWord(args)}` };
  if (/^(ts-node-dev|tsnd)$/.test(name)) return { ...found, name };
  if (name === 'nest' && args[0] === 'start' && args.some((arg) => /^(-w|--watch)$/.test(arg)))
    return { name: 'nest start --watch', extensions: TS, compiles: true };
  return undefined;
}

const watchWord = (args: readonly string[]): string => args.find((arg) => /watch|hot/.test(arg)) ?? '';

function pythonServer(
  { name, args }: Program,
  env: Readonly<Record<string, string>>,
): KnownReloader | undefined {
  const all = name === 'gunicorn' ? [...args, ...(env['GUNICORN_CMD_ARGS'] ?? '').split(/\s+/)] : args;
  const reloads = all.includes('--reload') || (name === 'uvicorn' && isTrue(env['UVICORN_RELOAD']));
  const found = { extensions: PY, servesAssets: true };
  if (name === 'fastapi' && args[0] === 'dev' && !args.includes('--no-reload'))
    return { ...found, name: 'fastapi dev' };
  if (name === 'streamlit' && args[0] === 'run') return { ...found, name: 'streamlit', servesAssets: false };
  if (/^(watchfiles|watchmedo|hupper)$/.test(name)) return { ...found, name, servesAssets: false };
  if (name === 'sanic' && args.some((arg) => /^(--dev|-d|--auto-reload|-r)$/.test(arg)))
    return { ...found, name: 'sanic' };
  if (!/^(uvicorn|gunicorn|hypercorn|granian|litestar|quart)$/.test(name) || !reloads) return undefined;
  const folders = valuesOf('--reload-dir', args);
  return { ...found, name: `${name} --reload`, ...(folders.length > 0 ? { folders } : {}) };
}

function django({ name, args }: Program): KnownReloader | undefined {
  const words = [name, ...args].map((word) => word.replace(/^.*\//, ''));
  const at = words.findIndex((word) => word === 'manage.py' || word === 'django-admin');
  const runs = /^runserver(_plus)?$/.test(words[at + 1] ?? '') && at >= 0 && at <= 3;
  if (!runs || args.includes('--noreload')) return undefined;
  return { name: 'manage.py runserver', extensions: PY, folders: ['/'], servesAssets: true };
}

function goReloader({ name, args }: Program, _: unknown, files: ProjectFiles): KnownReloader | undefined {
  if (!/^(air|CompileDaemon|gow|wgo|fresh)$/.test(name)) return undefined;
  const config = files.text(valuesOf('-c', args)[0] ?? '.air.toml') ?? '';
  const [, list] = /^\s*include_ext\s*=\s*\[([^\]]*)\]/m.exec(config) ?? [];
  const given = [...(list ?? '').matchAll(/["'](\w+)["']/g)].map(([, extension]) => extension ?? '');
  // air's own defaults
  const usual = name === 'air' ? ['go', 'tpl', 'tmpl', 'html'] : ['go'];
  return { name, extensions: name === 'air' && given.length > 0 ? given : usual, compiles: true };
}

function otherCompiled({ name, args }: Program): KnownReloader | undefined {
  const found = { compiles: true };
  if (name === 'dotnet' && args[0] === 'watch')
    return {
      ...found,
      name: 'dotnet watch',
      extensions: ['cs', 'fs', 'vb', 'cshtml', 'razor', 'css', 'js', 'html'],
    };
  if (name === 'cargo-watch' || (name === 'cargo' && args[0] === 'watch'))
    return { ...found, name: 'cargo watch', extensions: ['rs'] };
  if (args.includes('quarkus:dev') || args.includes('quarkusDev'))
    return { ...found, name: 'quarkus dev', extensions: ['java', 'kt', 'html', 'properties'] };
  if (/^gradlew?$/.test(name) && args.some((arg) => arg === '-t' || arg === '--continuous'))
    return { ...found, name: 'gradle --continuous', extensions: ['java', 'kt', 'groovy'] };
  return undefined;
}

/** Code of `app` is loaded again at each request in development; the rest is read once. */
function rails({ name, args }: Program, env: Readonly<Record<string, string>>): KnownReloader | undefined {
  const mode = env['RAILS_ENV'] ?? env['RACK_ENV'] ?? 'development';
  if (name !== 'rails' || !/^(s|server)$/.test(args[0] ?? '') || mode !== 'development') return undefined;
  return { name: 'rails in development', extensions: 'all', folders: ['app', 'public'] };
}

function php({ name, args }: Program): KnownReloader | undefined {
  const isServing = name === 'php' && (args.includes('-S') || (args[0] === 'artisan' && args[1] === 'serve'));
  if (!isServing) return undefined;
  const extensions = ['php', 'phtml', 'html', 'css', 'js', 'svg', 'png', 'jpg', 'ico'];
  return { name: args[0] === 'artisan' ? 'artisan serve' : 'php -S', extensions, isServer: true };
}

function fileServer({ name, args }: Program): KnownReloader | undefined {
  if (!FILE_SERVERS.test(name)) return undefined;
  const [given] =
    name === 'http.server'
      ? valuesOf(/^(-d|--directory)$/, args)
      : args.filter((arg) => /^[./\w]*[a-z]/i.test(arg));
  return { name, extensions: 'all', folders: [given ?? '.'], isServer: true };
}
