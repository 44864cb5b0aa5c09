import { posix } from 'node:path';
import type { Reloader } from './reloader.ts';

/** Files that say what is installed: a change of them needs a build. */
const MANIFESTS =
  /^(package(-lock)?\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|pnpm-workspace\.yaml|bun\.lockb?|\.npmrc|\.yarnrc(\.yml)?|deno\.lock|requirements[\w.-]*\.(txt|in)|constraints[\w.-]*\.txt|pyproject\.toml|setup\.(py|cfg)|Pipfile(\.lock)?|poetry\.lock|uv\.lock|environment\.ya?ml|go\.(mod|sum|work)|Cargo\.(toml|lock)|Gemfile(\.lock)?|composer\.(json|lock)|pom\.xml|(build|settings)\.gradle(\.kts)?|gradle\.properties|.*\.(cs|fs|vb)proj|.*\.sln|nuget\.config|Makefile|Dockerfile.*|.*\.[Dd]ockerfile|(docker-)?compose[\w.-]*\.ya?ml|rockpool\.yaml)$/;

/** Configuration of tools, which is read once. */
const TOOL_CONFIG =
  /^(\..*|.*\.config\.\w+|.*rc\.(js|cjs|json)|tsconfig.*\.json|jsconfig\.json|nodemon\.json|angular\.json|nest-cli\.json)$/;

/** Files that no program reads. */
const IDLE =
  /(^|\/)(\.git(ignore|keep|attributes)|\.gitkeep|\.editorconfig|\.prettier\w*|\.eslint\w*|LICENSE\w*|.*\.(md|markdown|rst))$/;

/** Folders that are no part of a program though they are copied with it. */
const OUTSIDE =
  /^(\.[^/]+|node_modules|venv|__pycache__|target|coverage|k8s|kube|kubernetes|manifests|deploy|deployment|deployments|charts?|helm|kustomize|terraform|docs?|e2e|cypress)\//;

/**
 * What a development server reads in the very folder that it runs in: manifests, scripts and lists that people keep
 * there are none of its sources.
 */
const SOURCES =
  /\.(html?|css|s[ac]ss|less|styl|[mc]?[jt]sx?|json|vue|svelte|astro|mdx?|svg|png|jpe?g|gif|webp|avif|ico)$/i;

/** Folders by whose names frameworks give out files as they are, and the files they give out. */
const ASSET_FOLDERS = /(^|\/)(public|static|assets|wwwroot)\//;
const ASSETS =
  /\.(html?|css|m?js|map|json|svg|png|jpe?g|gif|webp|avif|ico|woff2?|ttf|otf|eot|txt|xml|webmanifest|pdf|mp4|webm|mp3|wasm)$/i;
const TEMPLATE_FOLDERS = /(^|\/)(templates|views|layouts|partials)\//;
const TEMPLATES = /\.(html?|ejs|hbs|handlebars|pug|njk|mustache|jinja2?|j2|txt|xml)$/i;

/**
 * What becomes of a changed file in the container: `noticed` by the program, `idle` where nothing reads it, `other` where
 * it needs a build or nobody knows. Pure.
 * @param path in the build context
 * @param to absolute, in the container
 */
export function classify(path: string, to: string, reloader: Reloader): 'noticed' | 'idle' | 'other' {
  const name = posix.basename(path);
  if (IDLE.test(path)) return 'idle';
  if (namesPackages(path) || TOOL_CONFIG.test(name)) return 'other';
  const { extensions, folders, servesAssets, bundles } = reloader;
  const isTop = folders.includes(posix.dirname(to));
  if (bundles && isTop && !SOURCES.test(name)) return 'other';
  const isSeen = folders.some((folder) => folder === '/' || to === folder || to.startsWith(`${folder}/`));
  const extension = posix.extname(name).slice(1).toLowerCase();
  if (isSeen && (extensions === 'all' || extensions.has(extension))) return 'noticed';
  const isAsset = ASSET_FOLDERS.test(path) && ASSETS.test(name);
  const isTemplate = TEMPLATE_FOLDERS.test(path) && TEMPLATES.test(name);
  return servesAssets && (isAsset || isTemplate) ? 'noticed' : 'other';
}

/**
 * Whether a path lies beside the program in its project: manifests, documentation, tests of the whole. Pure.
 * @param path relative to the project's own folder
 */
export function isBesideProgram(path: string): boolean {
  return OUTSIDE.test(path);
}

/** Installed packages and what tools write: never synced, whatever copies it. Pure. */
export function isNeverSynced(path: string): boolean {
  return /(^|\/)(node_modules|__pycache__|\.git|\.venv|\.next)\//.test(path);
}

/** Whether a file says what a program needs installed or how it is built. Pure. */
export function namesPackages(path: string): boolean {
  return MANIFESTS.test(posix.basename(path));
}
