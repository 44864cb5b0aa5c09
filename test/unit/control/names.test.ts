import { describe, expect, test } from 'vitest';
import { chooseContainer } from '../../../src/control/choose-container.ts';
import { chooseForward } from '../../../src/control/choose-forward.ts';
import { findNamed, findWorkload } from '../../../src/control/names.ts';
import type { EventBody } from '../../../src/session/events.ts';
import type { RockpoolError } from '../../../src/session/failure.ts';
import { container, pod, stateAfter, up, WEB } from '../ui/builders.ts';

const codeOf = (work: () => unknown): string => {
  try {
    return `returned ${JSON.stringify(work())}`;
  } catch (error) {
    const { failures, exitCode } = error as RockpoolError;
    return `${exitCode} ${failures[0]?.code} ${failures[0]?.message} ${failures[0]?.hint}`;
  }
};

describe('a workload by its short name', () => {
  const keys = ['Deployment/shop/web', 'Job/shop/web', 'StatefulSet/shop/db', 'Pod/shop/tool'];
  test.each([
    ['db', 'StatefulSet/shop/db'],
    ['statefulset/db', 'StatefulSet/shop/db'],
    ['sts/db', 'StatefulSet/shop/db'],
    ['Job/web', 'Job/shop/web'],
    ['deploy/web', 'Deployment/shop/web'],
    ['shop/deployment/web', 'Deployment/shop/web'],
    ['Deployment/shop/web', 'Deployment/shop/web'],
    ['tool', 'Pod/shop/tool'],
  ])('%s', (name, key) => expect(findWorkload(keys, name)).toBe(key));

  test('one that may mean several, and one that means none', () => {
    expect(codeOf(() => findWorkload(keys, 'web'))).toMatch(
      /^2 NAME_AMBIGUOUS "web" may mean deployment\/web or job\/web/,
    );
    expect(codeOf(() => findWorkload(keys, 'dbb'))).toMatch(/^2 NAME_UNKNOWN .*Did you mean "db"\?/);
    expect(codeOf(() => findWorkload([], 'x'))).toMatch(/Nothing is known yet/);
  });

  test('an image means those that run it, a workload its images', () => {
    const state = stateAfter(up);
    expect(findNamed(state, 'shop/web')).toEqual({ images: ['shop/web'], workloads: [WEB] });
    expect(findNamed(state, 'web')).toEqual({ images: ['shop/web'], workloads: [WEB] });
  });
});

describe('where a command is run', () => {
  const podOf = (name: string, over: object = {}, annotations: Record<string, string> = {}) => ({
    pod: (pod({ name, uid: name, ...over }) as Extract<EventBody, { type: 'pod.observed' }>).pod,
    annotations,
  });
  const containers = [
    container({ name: 'init', kind: 'init' }),
    container({ name: 'web' }),
    container({ name: 'side' }),
  ];

  test('the newest ready pod, the default container', () => {
    const pods = [
      podOf('old', { createdAt: 1, containers }),
      podOf('new', { createdAt: 2, containers }, { 'kubectl.kubernetes.io/default-container': 'side' }),
      podOf('newer', { createdAt: 3, ready: false, containers }),
      podOf('leaving', { createdAt: 4, deleting: true, containers }),
      podOf('other', { createdAt: 5, owner: 'Deployment/shop/api', containers }),
    ];
    expect(chooseContainer(WEB, pods, undefined)).toMatchObject({ pod: { name: 'new' }, container: 'side' });
    expect(chooseContainer(WEB, pods.slice(0, 1), undefined)).toMatchObject({ container: 'web' });
    expect(chooseContainer(WEB, pods.slice(2, 3), 'init')).toMatchObject({
      pod: { name: 'newer' },
      container: 'init',
    });
  });

  test('no pod, none that runs, no such container', () => {
    expect(codeOf(() => chooseContainer(WEB, [], undefined))).toMatch(/^1 NO_POD .* has no pod/);
    expect(codeOf(() => chooseContainer(WEB, [podOf('a', { phase: 'Pending' })], undefined))).toMatch(
      /^1 NO_POD No pod/,
    );
    expect(codeOf(() => chooseContainer(WEB, [podOf('a', { containers })], 'x'))).toMatch(
      /^2 CONTAINER_UNKNOWN .*It has: init, web, side/,
    );
  });
});

describe('the forward that a name means', () => {
  const web = { id: 'service/web:80', address: '127.0.0.1:8080' };
  const db = { id: 'statefulset/db:5432', address: '127.0.0.1:5432' };
  test('by its name, its target, or because it is the only one', () => {
    expect(chooseForward([web], undefined)).toBe('http://localhost:8080');
    expect(chooseForward([web, db], 'web')).toBe('http://localhost:8080');
    expect(chooseForward([web, db], 'statefulset/db')).toBe('localhost:5432');
    expect(chooseForward([web, db], 'statefulset/db:5432')).toBe('localhost:5432');
  });

  test('several, none, one that is not open, one that failed', () => {
    expect(codeOf(() => chooseForward([web, db], undefined))).toMatch(/^2 NAME_AMBIGUOUS/);
    expect(codeOf(() => chooseForward([web], 'api'))).toMatch(/^2 NAME_UNKNOWN/);
    expect(codeOf(() => chooseForward([], undefined))).toMatch(/^2 NAME_UNKNOWN .*has none/);
    expect(codeOf(() => chooseForward([{ id: 'service/web:80' }], 'web'))).toMatch(/^1 FORWARD_CLOSED/);
    const failure = { code: 'PORT_TAKEN', subject: 'forward', message: 'taken' };
    expect(codeOf(() => chooseForward([{ id: 'service/web:80', failure }], 'web'))).toMatch(/^1 PORT_TAKEN/);
  });
});
