import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEvent, encodeEvent, replay } from '../../../src/session/event-log.ts';
import type { SessionEvent } from '../../../src/session/events.ts';
import { RockpoolError } from '../../../src/session/failure.ts';
import { createSession } from '../../../src/session/kernel.ts';
import { config as exampleConfig, filesChanged, pod } from '../../support/events.ts';
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts';
import { type ScriptedPorts, scriptedPorts, settle } from '../../support/scripted-ports.ts';

function begin(ports: ScriptedPorts = scriptedPorts()) {
  const session = createSession({ ports, chooseTarget: () => undefined });
  const log: SessionEvent[] = [];
  session.subscribe((event) => log.push(event));
  session.dispatch({ type: 'session.started', app: 'shop', context: 'minikube', namespace: 'shop' });
  return { session, ports, log };
}

const begun = new Map<object, number>();

/** Time passes in small steps, so that what waits for one moment after another gets there. */
async function pass(clock: ManualClock, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 20) {
    clock.advance(Math.min(20, left));
    await settle();
  }
}

const work = (ports: ScriptedPorts, name: string) => ports.open.find((open) => open.name === name);

/** A save, or the end of the oldest build, or a pod coming or going: what a day is made of. */
const step = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('save base', 'save web', 'save api', 'save all') },
  { weight: 4, arbitrary: fc.constantFrom('build ends', 'newest build ends', 'build fails') },
  fc.constantFrom('manifest', 'config', 'pod', 'pod gone', 'hold', 'release', 'rebuild', 'turn'),
);

async function take(name: string, { session, ports }: ReturnType<typeof begin>): Promise<void> {
  const builds = ports.open.filter((open) => open.name.startsWith('build:'));
  switch (name) {
    case 'build ends':
      builds.at(0)?.succeed();
      break;
    case 'newest build ends':
      builds.at(-1)?.succeed();
      break;
    case 'build fails':
      builds.at(0)?.fail(new RockpoolError({ code: 'BUILD_FAILED', subject: 'x', message: 'broken' }));
      break;
    case 'save all':
      session.dispatch(filesChanged({ images: { base: ['a'], web: ['a'], api: ['a'] } }));
      break;
    case 'manifest':
      session.dispatch(filesChanged({ manifests: ['k8s/a.yaml'] }));
      break;
    case 'config':
      session.dispatch(filesChanged({ config: ['rockpool.yaml'] }));
      break;
    case 'pod':
      session.dispatch({ type: 'pod.observed', pod: pod() });
      break;
    case 'pod gone':
      session.dispatch({ type: 'pod.deleted', namespace: 'shop', name: 'web-1', uid: 'uid-1' });
      break;
    case 'hold':
      session.dispatch({ type: 'watch.held', reason: 'git checkout in progress' });
      break;
    case 'release':
      session.dispatch({ type: 'watch.released' });
      break;
    case 'rebuild':
      session.dispatch({ type: 'rebuild.requested', images: [] });
      break;
    case 'turn':
      break;
    default:
      session.dispatch(filesChanged({ images: { [name.slice('save '.length)]: ['a'] } }));
  }
  await settle();
}

describe('a session', () => {
  test('after any edits, ends with every image built in its newest generation', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const run = begin();
        await settle();
        for (const name of steps) {
          await take(name, run);
          const building = run.ports.open
            .filter((open) => open.name.startsWith('build:'))
            .map((open) => open.name.split('@')[0]);
          expect(new Set(building).size).toBe(building.length);
        }
        await take('release', run);
        for (let turn = 0; turn < 12; turn += 1) await take('build ends', run);
        for (const image of Object.values(run.session.state().images)) {
          const needed = image.needs.map((need) => run.session.state().images[need]);
          if (image.failed || needed.some((other) => other?.failed)) continue;
          expect(image.built?.generation).toBe(image.generation);
        }
        const ended = run.log.flatMap((event) => (event.type === 'build.succeeded' ? [event] : []));
        for (const image of Object.values(run.session.state().images)) {
          const generations = ended
            .filter((event) => event.image === image.name)
            .map((event) => event.generation);
          expect(generations).toEqual(generations.toSorted((a, b) => a - b));
        }
        await run.session.close('test');
      }),
      { numRuns: 150 },
    );
  });

  test('replaying its event log gives an equal state, and closing leaves nothing running', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const run = begin();
        await settle();
        for (const name of steps) await take(name, run);
        const before = run.session.state();
        expect(replay(run.log.map((event) => decodeEvent(encodeEvent(event))))).toEqual(before);
        await run.session.close('test');
        expect(run.ports.open).toEqual([]);
        expect(run.log.map((event) => event.seq)).toEqual(run.log.map((_, index) => index + 1));
        expect(run.log.filter((event) => event.type === 'effect.crashed')).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test('a newer save cancels the build under way of that image alone', async () => {
    const { session, ports } = begin();
    await settle();
    const [api, base] = [work(ports, 'build:api@1'), work(ports, 'build:base@1')];
    session.dispatch(filesChanged({ images: { api: ['a.py'] } }));
    expect(api?.signal.aborted).toBe(true);
    expect(base?.signal.aborted).toBe(false);
    await session.close('test');
  });

  test('ten saves during a build run two builds, the one overtaken and the newest', async () => {
    const timers: (() => void)[] = [];
    const ports = scriptedPorts();
    const sleep = (_ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        timers.push(resolve);
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const { session } = begin({ ...ports, clock: { ...ports.clock, sleep } });
    await settle();
    for (let save = 0; save < 10; save += 1) {
      session.dispatch(filesChanged({ images: { api: ['a.py'] } }));
      await settle();
    }
    expect(session.holds()).toContainEqual(expect.objectContaining({ type: 'saves', what: 'api' }));
    timers.at(-1)?.();
    await settle();
    const begun = ports.builds
      .filter((request) => request.image === 'api')
      .map((request) => request.generation);
    expect(begun).toEqual([1, 11]);
    await session.close('test');
  });

  test.each([
    ['0.3 s apart', 300, 6000],
    ['0.6 s apart, where builds take longer', 600, 12_000],
    ['quickly', 20, 500],
  ])('ten saves %s during a build run two builds', async (_name, apart, build) => {
    const clock = createManualClock();
    const ports = { ...scriptedPorts(), clock };
    const { session } = begin(ports);
    await settle();
    await pass(clock, build);
    work(ports, 'build:api@1')?.succeed();
    await settle();
    const before = ports.builds.filter((request) => request.image === 'api').length;
    session.dispatch(filesChanged({ images: { api: ['a.py'] } }));
    await settle();
    await pass(clock, build / 10);
    for (let save = 0; save < 10; save += 1) {
      session.dispatch(filesChanged({ images: { api: ['a.py'] } }));
      await pass(clock, apart);
    }
    await pass(clock, 5000);
    expect(ports.builds.filter((request) => request.image === 'api').length - before).toBe(2);
    expect(ports.builds.findLast((request) => request.image === 'api')?.generation).toBe(12);
    await session.close('test');
  });

  test('a file that does not cease to change cannot keep an image from ever being built', async () => {
    const clock = createManualClock();
    const ports = { ...scriptedPorts(), clock };
    const { session } = begin(ports);
    await settle();
    for (let save = 0; save < 600; save += 1) {
      session.dispatch(filesChanged({ images: { api: ['app.log'] } }));
      await pass(clock, 50);
      const [oldest] = ports.open.filter((open) => open.name.startsWith('build:api'));
      if (oldest && clock.now() - (begun.get(oldest) ?? clock.now()) > 4000) oldest.succeed();
      if (oldest && !begun.has(oldest)) begun.set(oldest, clock.now());
      await settle();
    }
    expect(session.state().images['api']?.built?.generation).toBeGreaterThan(1);
    await session.close('test');
  });

  test('what an aborted effect still says is not taken', async () => {
    const ports = scriptedPorts();
    let late: (() => void) | undefined;
    const builder: ScriptedPorts['builder'] = {
      build: (request, emit) => {
        if (request.image === 'api' && request.generation === 1) {
          late = () => emit({ type: 'build.started', image: 'api', generation: 2, ref: 'late' });
        }
        return new Promise(() => undefined);
      },
    };
    const { session } = begin({ ...ports, builder });
    await settle();
    session.dispatch(filesChanged({ images: { api: ['a'] } }));
    late?.();
    expect(session.state().images['api']?.build).toBeUndefined();
  });

  test('an effect that ends without a result is reported as a bug and the rest goes on', async () => {
    const ports = scriptedPorts();
    const observer: ScriptedPorts['observer'] = {
      observe: () => Promise.reject(new TypeError('x is undefined')),
    };
    const { session } = begin({ ...ports, observer });
    await settle();
    expect(session.state().crashed['observe:shop']).toContain('x is undefined');
    expect(session.state().images['api']?.build).toBeDefined();
    await session.close('test');
  });

  test('a forward that was edited gets the local port only once the old one let go of it', async () => {
    const held: string[] = [];
    const letGo: (() => void)[] = [];
    const ports = scriptedPorts();
    let loaded = exampleConfig;
    const forwarder: ScriptedPorts['forwarder'] = {
      forward: (spec, _targets, _emit, signal) => {
        held.push(spec.id);
        return new Promise((resolve) => signal.addEventListener('abort', () => letGo.push(resolve)));
      },
    };
    const { session } = begin({ ...ports, forwarder, config: { load: async () => loaded } });
    await settle();
    const [forward] = exampleConfig.forwards;
    loaded = { ...exampleConfig, forwards: [{ ...forward!, id: 'service/api:80', name: 'api' }] };
    session.dispatch(filesChanged({ config: ['rockpool.yaml'] }));
    await settle();
    expect(held).toEqual(['service/web:80']);
    letGo[0]?.();
    await settle();
    expect(held).toEqual(['service/web:80', 'service/api:80']);
    const closed = session.close('test');
    letGo[1]?.();
    await closed;
  });

  test('what crashed is tried again when somebody asks', async () => {
    const ports = scriptedPorts();
    let calls = 0;
    const observer: ScriptedPorts['observer'] = {
      observe: (namespace, _emit, signal) => {
        if (namespace === '') return new Promise((_, reject) => signal.addEventListener('abort', reject));
        calls += 1;
        return Promise.reject(new TypeError('x is undefined'));
      },
    };
    const { session } = begin({ ...ports, observer });
    await settle();
    expect(calls).toBe(1);
    session.dispatch({ type: 'rebuild.requested', images: [] });
    await settle();
    expect(calls).toBe(2);
    await session.close('test');
  });

  test('a deploy is given what is built, and what was applied', async () => {
    const { session, ports } = begin();
    await settle();
    work(ports, 'build:api@1')?.succeed('api:rp-1');
    await settle();
    expect(ports.deploys.at(-1)).toMatchObject({ refs: { api: 'api:rp-1' } });
    await session.close('test');
  });

  test('a forward asks the session who serves, and is told when that changes', async () => {
    let told = 0;
    const ports = scriptedPorts();
    const forwarder: ScriptedPorts['forwarder'] = {
      forward: (_spec, targets, _emit, signal) =>
        new Promise((resolve) => {
          targets.onChange(() => {
            told += 1;
          });
          signal.addEventListener('abort', () => resolve());
        }),
    };
    const { session } = begin({ ...ports, forwarder });
    await settle();
    const before = told;
    session.dispatch({ type: 'pod.observed', pod: pod() });
    expect(told).toBe(before + 1);
    await session.close('test');
  });
});
