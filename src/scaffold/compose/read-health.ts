import { type HealthCheck, healthCheck } from '../dockerfile/health-check.ts';
import { isTrue, type Value } from './compose-value.ts';

/** `healthcheck` of a service; null when it is switched off, undefined when nothing is said. Pure. */
export function readHealth(value: Value | undefined): HealthCheck | null | undefined {
  if (!value) return undefined;
  if (isTrue(value.map?.get('disable'))) return null;
  const test = value.map?.get('test');
  if (test?.text !== undefined) return healthCheck(test.text);
  const [how, ...words] = (test?.list ?? []).map(({ text = '' }) => text);
  if (how === 'NONE') return null;
  if (how === 'CMD-SHELL') return healthCheck(words.join(' '));
  return how === 'CMD' && words.length > 0 ? healthCheck(words) : undefined;
}
