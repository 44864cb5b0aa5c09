import type { SourcePlace } from '../../session/failure.ts';
import { textsOf, type Value } from './compose-value.ts';
import type { Notes } from './notes.ts';

/** A port of a service on this machine. */
export interface PublishedPort {
  /** in the container */
  readonly target: number;
  /** on this machine; absent: compose takes a free one */
  readonly published?: number;
  readonly at: SourcePlace;
}

/** `ports` of a service: TCP only, ranges one by one. Pure but for the notes. */
export function readPorts(service: string, value: Value | undefined, notes: Notes): readonly PublishedPort[] {
  return (value?.list ?? []).flatMap((item) => {
    const written = item.map ? longForm(item.map) : shortForm(item.text ?? '');
    const ports = written && paired(written);
    if (item.text !== undefined && !/\d/.test(item.text)) {
      notes.leave(item.at, `${service}: a port without a number is left out`);
      return [];
    }
    if (!written || !ports) {
      notes.fail(item.at, `services.${service}.ports: "${item.text ?? 'this'}" is no port`, 'as "8080:80"');
      return [];
    }
    if (written.protocol !== 'tcp') {
      notes.leave(
        item.at,
        `${service}: port ${written.target}/${written.protocol} is left out, only TCP can be forwarded`,
      );
      return [];
    }
    if (written.host !== '' && !/^(127\.|localhost$|\[?::1\]?$|0\.0\.0\.0$|\[?::\]?$)/.test(written.host)) {
      notes.leave(
        item.at,
        `${service}: port ${written.target} is forwarded to 127.0.0.1, not to ${written.host}`,
      );
    }
    return ports.map((port) => ({ ...port, at: item.at }));
  });
}

/** `expose` of a service: TCP only. Pure. */
export function readExposed(value: Value | undefined): readonly number[] {
  return textsOf(value).flatMap((text) => {
    const written = shortForm(text);
    return written?.protocol === 'tcp' ? (paired(written) ?? []).map(({ target }) => target) : [];
  });
}

interface Written {
  readonly host: string;
  /** a number or a range, or nothing */
  readonly published: string;
  readonly target: string;
  readonly protocol: string;
}

/** `[[host:]published:]target[/protocol]` */
function shortForm(text: string): Written | undefined {
  const [, host = '', published = '', target, protocol = 'tcp'] =
    /^(?:(?:(\[[^\]]*\]|[^:[\]]*):)?([\d-]*):)?([\d-]+)(?:\/(\w+))?$/.exec(text.trim()) ?? [];
  return target === undefined ? undefined : { host, published, target, protocol: protocol.toLowerCase() };
}

function longForm(map: ReadonlyMap<string, Value>): Written | undefined {
  const text = (key: string) => map.get(key)?.text ?? '';
  const protocol = text('protocol').toLowerCase() || 'tcp';
  return { host: text('host_ip'), published: text('published'), target: text('target'), protocol };
}

/** Ranges of one length are paired; one target with a range of ports takes the first of them. */
function paired({ published, target }: Written): { target: number; published?: number }[] | undefined {
  const targets = rangeOf(target);
  const locals = published === '' ? [] : rangeOf(published);
  if (!targets || !locals) return undefined;
  if (locals.length > 1 && targets.length > 1 && locals.length !== targets.length) return undefined;
  return targets.map((port, index) => {
    const local = locals[index];
    return { target: port, ...(local === undefined ? {} : { published: local }) };
  });
}

/** A longer range is a mistake, or nothing to forward one by one. */
const MAX_RANGE = 100;

function rangeOf(text: string): number[] | undefined {
  const [, from, to] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  const [first, last] = [Number(from), Number(to ?? from)];
  if (from === undefined || first < 1 || last > 65_535 || last < first || last - first >= MAX_RANGE)
    return undefined;
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
