import type { KubeStatus } from './kube-client.ts';

/** How much of an answer that is no Status is quoted. */
const QUOTED = 500;

/**
 * The Status that a refusal carries, whatever form its body has: proxies and dying apiservers answer with text or
 * nothing. Pure.
 */
export function parseStatus(code: number, body: string): KubeStatus {
  const status = asRecord(parsed(body));
  const { message, reason, details } = status;
  return {
    code: status['kind'] === 'Status' && typeof status['code'] === 'number' ? status['code'] : code,
    ...(typeof reason === 'string' && reason !== '' ? { reason } : {}),
    message:
      typeof message === 'string' && message !== ''
        ? message
        : body.trim().slice(0, QUOTED) || `HTTP ${code}`,
    causes: causesOf(asRecord(details)['causes']),
  };
}

function causesOf(causes: unknown): KubeStatus['causes'] {
  if (!Array.isArray(causes)) return [];
  return causes.map((cause) => {
    const { reason, message, field } = asRecord(cause);
    return {
      ...(typeof reason === 'string' ? { reason } : {}),
      ...(typeof message === 'string' ? { message } : {}),
      ...(typeof field === 'string' ? { field } : {}),
    };
  });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
