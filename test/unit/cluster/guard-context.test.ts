import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { ClusterContext } from '../../../src/cluster/cluster-context.ts';
import { guardContext } from '../../../src/cluster/guard-context.ts';
import { RockpoolError } from '../../../src/session/failure.ts';

const minikube = { name: 'minikube', server: 'https://192.168.49.2:8443' };
const production = { name: 'prod-eu', server: 'https://203.0.113.7:6443' };

describe('guardContext', () => {
  it.each<[string, ClusterContext, string[] | undefined]>([
    ['a local context without a list', minikube, undefined],
    ['a local context beside a list of others', minikube, ['prod-eu']],
    ['a listed context, whatever its server', production, ['prod-eu']],
    [
      'a listed context behind a proxy',
      { ...production, proxyUrl: 'http://proxy:3128' },
      ['staging', 'prod-eu'],
    ],
  ])('lets %s pass', (_, context, contexts) => {
    expect(() => guardContext(context, contexts)).not.toThrow();
  });

  it.each<[string, ClusterContext, string[] | undefined]>([
    ['a far context', production, undefined],
    ['a far context that is not among those listed', production, ['prod-us']],
    ['a far context with a local name', { ...production, name: 'minikube' }, []],
    ['a near context with another name', { name: 'prod-eu', server: 'https://10.0.0.1' }, undefined],
    ['a context that a listed one is a part of', { ...production, name: 'prod-eu-2' }, ['prod-eu']],
  ])('refuses %s with exit code 3', (_, context, contexts) => {
    expect(refusal(context, contexts)).toMatchObject({
      exitCode: 3,
      failures: [{ code: 'CONTEXT_REFUSED', subject: `context/${context.name}` }],
    });
  });

  it('says what to add to rockpool.yaml, keeping what is listed', () => {
    expect(hint(production, ['staging'])).toContain('contexts: [staging, prod-eu]');
  });

  it.each(['arn:aws:eks:eu-west-1:123:cluster/shop', 'a, b', '#1', 'yes', '- x', 'it"s', '[x]', '007'])(
    'writes the name %j so that YAML reads it as it is',
    (name) => {
      const line = /contexts: \[.*\](?=\. To use)/.exec(hint({ ...production, name }, ['staging']))?.[0];
      expect(parse(line ?? '', { version: '1.1' })).toEqual({ contexts: ['staging', name] });
    },
  );

  it('shows the server without a password that stands in it', () => {
    const { message } = refusal({ name: 'prod', server: 'https://admin:hunter2@203.0.113.7' });
    expect(message).toContain('203.0.113.7');
    expect(message).not.toContain('hunter2');
  });
});

function refusal(context: ClusterContext, contexts?: string[]): RockpoolError {
  try {
    guardContext(context, contexts);
  } catch (error) {
    if (error instanceof RockpoolError) return error;
  }
  throw new Error('was not refused');
}

function hint(context: ClusterContext, contexts: string[]): string {
  return refusal(context, contexts).failures[0]?.hint ?? '';
}
