import { parseImageName } from '../../build/image-name.ts';

export type Language =
  | 'node'
  | 'typescript'
  | 'python'
  | 'go'
  | 'java'
  | 'ruby'
  | 'php'
  | 'rust'
  | 'dotnet'
  | 'static';

/** What is known of a public image, from its own Dockerfile. */
export interface BaseImage {
  readonly language?: Language;
  /** absent: not known */
  readonly workingDir?: string;
  /** who programs run as; absent: root */
  readonly user?: string;
  /** what it listens on when nothing else is said */
  readonly ports?: readonly number[];
  /** folders whose files it serves as they are at each request */
  readonly serves?: readonly string[];
  /** the program that it runs when nothing else is said */
  readonly command?: readonly string[];
}

const at = (workingDir: string, language?: Language): BaseImage => ({
  workingDir,
  ...(language === undefined ? {} : { language }),
});
const nginx: BaseImage = {
  ...at('/', 'static'),
  ports: [80],
  serves: ['/usr/share/nginx/html'],
  command: ['nginx', '-g', 'daemon off;'],
};
const php: BaseImage = at('/var/www/html', 'php');

/** By repository and tag, the first that fits. Facts are those of the images' Dockerfiles as of 2026. */
const IMAGES: readonly (readonly [RegExp, BaseImage])[] = [
  [/^(scratch|alpine|busybox|debian|ubuntu|fedora|rockylinux|almalinux)(:|$)/, at('/')],
  [/^gcr\.io\/distroless\/nodejs/, at('/', 'node')],
  [/^gcr\.io\/distroless\/python/, at('/', 'python')],
  [/^gcr\.io\/distroless\/java/, at('/', 'java')],
  [/^gcr\.io\/distroless\//, at('/')],
  [/(^|\/)node(:|$)/, at('/', 'node')],
  [/^(oven\/)?bun(:|$)/, at('/home/bun/app', 'node')],
  [/^(denoland\/)?deno(:|$)/, at('/', 'typescript')],
  [/(^|\/)(python|pypy)(:|$)/, at('/', 'python')],
  [/^ghcr\.io\/astral-sh\/uv(:|$)/, at('/', 'python')],
  [/(^|\/)golang(:|$)/, at('/go', 'go')],
  [/(^|\/)ruby(:|$)/, at('/', 'ruby')],
  [/(^|\/)php:.*apache/, { ...php, ports: [80], serves: ['/var/www/html'], command: ['apache2-foreground'] }],
  [/(^|\/)php:.*fpm/, { ...php, ports: [9000], serves: ['/var/www/html'], command: ['php-fpm'] }],
  [/(^|\/)(php|composer)(:|$)/, php],
  [/(^|\/)rust(:|$)/, at('/', 'rust')],
  [/(^|\/)(openjdk|eclipse-temurin|amazoncorretto|maven)(:|$)/, at('/', 'java')],
  [/(^|\/)gradle(:|$)/, at('/home/gradle', 'java')],
  [/(^|\/)tomcat(:|$)/, { ...at('/usr/local/tomcat', 'java'), ports: [8080] }],
  // ASP.NET 8 and later listen on 8080, older ones on 80
  [/^mcr\.microsoft\.com\/dotnet\/(nightly\/)?aspnet:[3-7]\b/, { ...at('/', 'dotnet'), ports: [80] }],
  [/^mcr\.microsoft\.com\/dotnet\/(nightly\/)?aspnet(:|$)/, { ...at('/', 'dotnet'), ports: [8080] }],
  [/^mcr\.microsoft\.com\/dotnet\//, at('/', 'dotnet')],
  [/(^|\/)nginx-unprivileged(:|$)/, { ...nginx, ports: [8080], user: '101' }],
  [/(^|\/)nginx(:|$)/, nginx],
  [
    /(^|\/)httpd(:|$)/,
    {
      ...at('/usr/local/apache2', 'static'),
      ports: [80],
      serves: ['/usr/local/apache2/htdocs'],
      command: ['httpd-foreground'],
    },
  ],
  [
    /^caddy(:|$)/,
    { ...at('/srv', 'static'), ports: [80], serves: ['/usr/share/caddy', '/srv'], command: ['caddy', 'run'] },
  ],
];

/** The user that the `nonroot` variants of distroless images run as. */
const NONROOT = '65532';

/** What is known of an image by its reference; undefined for one that nothing is known of. Pure. */
export function baseImage(ref: string): BaseImage | undefined {
  const { repository, tag = '' } = parseImageName(ref);
  const name = `${repository.replace(/^public\.ecr\.aws\/docker\/library\//, '')}${tag === '' ? '' : `:${tag}`}`;
  const found = IMAGES.find(([pattern]) => pattern.test(name))?.[1];
  return found && /nonroot/.test(name) ? { ...found, user: NONROOT } : found;
}
