import type { ServiceSketch } from '../proposal.ts';
import { knownImage } from './known-images.ts';
import { namePorts } from './port-names.ts';

/** Enough for development servers of most languages. */
const MEMORY = '1Gi';

/**
 * The container of a program. Pure.
 * @param fileMounts where its files are mounted
 */
export function containerOf(sketch: ServiceSketch, fileMounts: readonly object[]): object {
  const { name, image, command, args, workingDir, env, secretEnv, volumes } = sketch;
  const names = new Set([...Object.keys(env), ...Object.keys(secretEnv)]);
  const literal = (text: string) => withoutReferences(text, names);
  const ports = namePorts(sketch).map((port) => ({ name: port.name, containerPort: port.number }));
  const variables = Object.entries(env).map(([key, value]) => ({ name: key, value: literal(value) }));
  const mounts = [
    ...volumes.map(({ name: volume, mountPath }) => ({ name: volume, mountPath })),
    ...fileMounts,
  ];
  const hasSecret = Object.keys(secretEnv).length > 0;
  return {
    name,
    image,
    ...(command ? { command: command.map(literal) } : {}),
    ...(args ? { args: args.map(literal) } : {}),
    ...(workingDir === undefined ? {} : { workingDir }),
    ...(hasSecret ? { envFrom: [{ secretRef: { name } }] } : {}),
    ...(variables.length > 0 ? { env: variables } : {}),
    ...(ports.length > 0 ? { ports } : {}),
    ...probeOf(sketch, literal),
    resources: {
      requests: { cpu: '50m', memory: '64Mi' },
      limits: { memory: knownImage(image)?.memory ?? MEMORY },
    },
    ...(mounts.length > 0 ? { volumeMounts: mounts } : {}),
  };
}

/** Whether it takes requests. Restarting what does not answer is left to those who know the program. */
function probeOf(sketch: ServiceSketch, literal: (text: string) => string): object {
  const { health } = sketch;
  const [port] = namePorts(sketch);
  if (health && 'command' in health) {
    const exec = { command: health.command.map(literal) };
    return { readinessProbe: { exec, periodSeconds: 5, timeoutSeconds: 10 } };
  }
  if (!port) return {};
  const how = health
    ? { httpGet: { path: health.path, port: port.name } }
    : { tcpSocket: { port: port.name } };
  return { readinessProbe: { ...how, periodSeconds: 2 } };
}

/** Kubernetes takes `$$` for `$` and `$(NAME)` for the variable, in values, commands and arguments. */
function withoutReferences(text: string, names: ReadonlySet<string>): string {
  return text.replace(/\$\$|\$\(([^()]*)\)/g, (found, name?: string) => {
    if (name === undefined) return '$$$$';
    return names.has(name) ? `$${found}` : found;
  });
}
