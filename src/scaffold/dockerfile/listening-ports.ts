import { expandVariables } from '../../build/expand-variables.ts';
import { baseImage } from './base-images.ts';
import type { Program } from './programs.ts';
import type { WalkedStage } from './walk-stage.ts';

export interface ListeningPorts {
  /** TCP, in the order in which they are named */
  readonly ports: readonly number[];
  /** what says so, in words: "EXPOSE 8080 (line 7)", "ENV PORT", "uvicorn" */
  readonly from: string;
}

/** A range of ports that nobody wants one by one in a Service. */
const MAX_RANGE = 20;

/** What programs listen on when they are told nothing, by their documentation. */
const DEFAULTS: readonly (readonly [RegExp, number])[] = [
  [
    /^(uvicorn|gunicorn|hypercorn|daphne|granian|fastapi|litestar|sanic|http\.server|django-admin|manage\.py)$/,
    8000,
  ],
  [/^(flask|quart)$/, 5000],
  [/^streamlit$/, 8501],
  [/^(vite|vite-dev)$/, 5173],
  [/^(next|nuxt|nuxi|remix|react-scripts|rails)$/, 3000],
  [/^ng$/, 4200],
  [/^astro$/, 4321],
  [/^(webpack|webpack-dev-server|vue-cli-service)$/, 8080],
  [/^puma$/, 9292],
  [/^(nginx|httpd|httpd-foreground|apache2-foreground|caddy)$/, 80],
  [/^php-fpm$/, 9000],
];

/**
 * The TCP ports that a container of a stage listens on: what EXPOSE says, else `ENV PORT`, else what its programs are
 * told (`--port 8000`, `--bind 0.0.0.0:8000`) or take by default, else what its base image is known for. Pure.
 */
export function listeningPorts(stage: WalkedStage, programs: readonly Program[]): ListeningPorts | undefined {
  return (
    exposed(stage) ??
    fromEnv(stage.env) ??
    told(stage.env, programs) ??
    byDefault(programs) ??
    ofBase(stage.base)
  );
}

/** The ports of programs by their arguments, which is sure, else by what they take by default. Pure. */
export function toldPorts(programs: readonly Program[]): {
  readonly ports: readonly number[];
  readonly isSure: boolean;
} {
  const sure = told(new Map(), programs);
  return { ports: (sure ?? byDefault(programs))?.ports ?? [], isSure: sure !== undefined };
}

function exposed({ steps }: WalkedStage): ListeningPorts | undefined {
  const exposes = steps.filter(({ instruction }) => instruction.keyword === 'EXPOSE');
  const ports = exposes.flatMap(({ instruction, variables }) =>
    instruction.words.flatMap(({ text }) => portsIn(expandVariables(text, variables))),
  );
  const [first] = exposes;
  if (ports.length === 0 || !first) return undefined;
  return { ports: [...new Set(ports)], from: `EXPOSE (line ${first.instruction.line})` };
}

/** `8080`, `8080/tcp`, `8000-8010`; UDP is left out. */
function portsIn(word: string): readonly number[] {
  const [, from, to, protocol = 'tcp'] = /^(\d+)(?:-(\d+))?(?:\/(\w+))?$/.exec(word) ?? [];
  if (from === undefined || protocol.toLowerCase() !== 'tcp') return [];
  const [first, last] = [Number(from), Number(to ?? from)];
  if (last < first || last - first >= MAX_RANGE) return isPort(first) ? [first] : [];
  return Array.from({ length: last - first + 1 }, (_, index) => first + index).filter(isPort);
}

function fromEnv(env: ReadonlyMap<string, string>): ListeningPorts | undefined {
  const names = ['PORT', 'HTTP_PORT', 'SERVER_PORT', 'APP_PORT', 'LISTEN_PORT', 'ASPNETCORE_HTTP_PORTS'];
  const name = names.find((candidate) => isPort(Number(env.get(candidate))));
  if (name !== undefined) return { ports: [Number(env.get(name))], from: `ENV ${name}` };
  // `http://+:8080;https://+:8443`
  const [, url] = /^http:\/\/[^:;]*:(\d+)/.exec(env.get('ASPNETCORE_URLS') ?? '') ?? [];
  return url === undefined ? undefined : { ports: [Number(url)], from: 'ENV ASPNETCORE_URLS' };
}

function told(env: ReadonlyMap<string, string>, programs: readonly Program[]): ListeningPorts | undefined {
  for (const { name, args } of programs) {
    const port = portInArgs(args.map((arg) => expandVariables(arg, env)));
    if (port !== undefined) return { ports: [port], from: `the arguments of ${name}` };
  }
  return undefined;
}

function portInArgs(args: readonly string[]): number | undefined {
  for (const [index, arg] of args.entries()) {
    const [, option, inline] = /^(--?[\w.-]+?)(?:=(.*))?$/s.exec(arg) ?? [];
    const value = inline ?? (option === undefined ? arg : args[index + 1]) ?? '';
    const isPortOption = option !== undefined && /^(-p|--(server[.-]|http-)?port)$/i.test(option);
    const isAddressOption =
      option !== undefined && /^(-b|-S|--bind|--listen|--addr(ess)?|--urls|--http-address)$/.test(option);
    const [, address] = /^(?:https?:\/\/)?(?:[\w.*+[\]-]*:)?(\d{2,5})\/?$/.exec(value) ?? [];
    if (address === undefined || !isPort(Number(address))) continue;
    if (isPortOption || isAddressOption) return Number(address);
    if (option === undefined && /^(0\.0\.0\.0|\*|\[::\]|localhost|127\.0\.0\.1)?:\d+$/.test(arg))
      return Number(address);
  }
  return undefined;
}

function byDefault(programs: readonly Program[]): ListeningPorts | undefined {
  for (const { name, args } of programs) {
    const subject = /^(python|php|java)/.test(name)
      ? (args.find((arg) => /manage\.py$/.test(arg)) ?? name)
      : name;
    const port = DEFAULTS.find(([pattern]) => pattern.test(subject.replace(/^.*\//, '')))?.[1];
    if (port !== undefined) return { ports: [port], from: `the default of ${subject}` };
  }
  return undefined;
}

function ofBase(base: string): ListeningPorts | undefined {
  const ports = baseImage(base)?.ports;
  return ports === undefined ? undefined : { ports, from: `the base image ${base}` };
}

const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65_535;
