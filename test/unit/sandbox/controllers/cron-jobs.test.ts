import { afterEach, describe, expect, it } from 'vitest';
import { parseSchedule } from '../../../../src/sandbox/controllers/cron/schedule.ts';
import {
  CRON_JOBS,
  type CronJob,
  JOBS,
  type Job,
  PODS,
  type Pod,
} from '../../../../src/sandbox/controllers/objects.ts';
import {
  names,
  type SandboxCluster,
  startSandboxCluster,
  withStatus,
} from '../../../support/sandbox-cluster.ts';

const at = (time: string) => Date.parse(time);
const print = (time: number | undefined) =>
  time === undefined ? undefined : new Date(time).toISOString().slice(0, 16);

describe('a schedule', () => {
  it.each([
    ['* * * * *', '2026-01-01T00:00:30Z', '2026-01-01T00:01'],
    ['* * * * *', '2026-01-01T00:01:00Z', '2026-01-01T00:02'],
    ['*/15 * * * *', '2026-01-01T00:46Z', '2026-01-01T01:00'],
    ['5/20 * * * *', '2026-01-01T00:30Z', '2026-01-01T00:45'],
    ['0 9-17/4 * * mon-fri', '2026-01-02T13:30Z', '2026-01-02T17:00'],
    ['0 9-17/4 * * mon-fri', '2026-01-02T17:30Z', '2026-01-05T09:00'],
    ['30 2 29 2 *', '2026-01-01T00:00Z', '2028-02-29T02:30'],
    ['0 0 13 * fri', '2026-01-01T00:00Z', '2026-01-02T00:00'],
    ['0 0 * * 7', '2026-01-01T00:00Z', '2026-01-04T00:00'],
    ['0 0 1 jan,JUL *', '2026-01-02T00:00Z', '2026-07-01T00:00'],
    ['@daily', '2026-01-01T00:00Z', '2026-01-02T00:00'],
    ['@monthly', '2026-01-31T23:59Z', '2026-02-01T00:00'],
    ['0 0 31 2 *', '2026-01-01T00:00Z', undefined],
  ])('%s after %s', (text, time, next) => {
    expect(print(parseSchedule(text).after(at(time)))).toBe(next);
  });

  it('goes by the clock of its time zone, also where that is set back', () => {
    const schedule = parseSchedule('30 8 * * *', 'Europe/Berlin');
    expect(print(schedule.after(at('2026-07-01T00:00Z')))).toBe('2026-07-01T06:30');
    expect(print(schedule.after(at('2026-10-24T12:00Z')))).toBe('2026-10-25T07:30');
    expect(print(parseSchedule('0 12 * * *', 'Asia/Kolkata').after(at('2026-01-01T00:00Z')))).toBe(
      '2026-01-01T06:30',
    );
  });

  it.each([
    ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
    ['60 * * * *', '60 is no minute (0-59)'],
    ['* * 0 * *', '0 is no day of the month (1-31)'],
    ['* 5-2 * * *', '5-2 is no hour (0-23)'],
    ['*/0 * * * *', '*/0 is no minute (0-59)'],
    ['* * * foo *', 'foo is no month (1-12)'],
    ['@every 5m', 'expected exactly 5 fields, found 2: [@every 5m]'],
  ])('%s is none', (text, message) => {
    expect(() => parseSchedule(text)).toThrow(message);
  });

  it('in a time zone that there is not is none', () => {
    expect(() => parseSchedule('* * * * *', 'Mars/Base')).toThrow(RangeError);
  });
});

describe('a CronJob', () => {
  let cluster: SandboxCluster;
  afterEach(() => {
    expect(cluster.bugs).toEqual([]);
    cluster.close();
  });
  const create = (spec: object = {}): void => {
    cluster = startSandboxCluster();
    cluster.objects.create(CRON_JOBS, 'default', {
      metadata: { name: 'tick' },
      spec: {
        schedule: '*/5 * * * *',
        jobTemplate: {
          spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'a:1' }] } } },
        },
        ...spec,
      },
    });
    cluster.run();
  };
  const cron = () => cluster.objects.get<CronJob>(CRON_JOBS, 'default', 'tick')!;
  const jobs = () => cluster.objects.list<Job>(JOBS, 'default');
  const told = () => cluster.events().filter((line) => line.includes(' tick: '));
  const wait = async (minutes: number): Promise<void> => {
    await cluster.pass(minutes * 60_000 + 100);
    cluster.run();
  };
  const end = (phase = 'Succeeded'): void => {
    for (const pod of cluster.objects
      .list<Pod>(PODS, 'default')
      .filter(({ status }) => status?.phase === 'Running'))
      cluster.objects.updateStatus(PODS, withStatus(pod, { phase, conditions: [] }));
    cluster.run();
  };
  // minutes since the epoch
  const FIRST = at('2026-01-01T00:05Z') / 60_000;

  it('starts a Job when it is due, and sees it end', async () => {
    create();
    await wait(4);
    expect(jobs()).toEqual([]);
    await wait(1);
    expect(names(jobs())).toEqual([`tick-${FIRST}`]);
    expect(jobs()[0]?.metadata.annotations).toEqual({
      'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-01T00:05:00Z',
    });
    expect(cron().status).toMatchObject({
      ...{ active: [{ kind: 'Job', name: `tick-${FIRST}` }], lastScheduleTime: '2026-01-01T00:05:00Z' },
    });
    end();
    expect(cron().status).toEqual({
      ...{ lastScheduleTime: '2026-01-01T00:05:00Z', lastSuccessfulTime: '2026-01-01T00:05:00Z' },
    });
    expect(told()).toEqual([
      `Normal SuccessfulCreate tick: Created job tick-${FIRST}`,
      `Normal SawCompletedJob tick: Saw completed job: tick-${FIRST}, condition: Complete`,
    ]);
  });

  it.each([
    { policy: 'Allow', left: [FIRST, FIRST + 5] },
    { policy: 'Forbid', left: [FIRST] },
    { policy: 'Replace', left: [FIRST + 5] },
  ])('with $policy, when the last one still runs', async ({ policy, left }) => {
    create({ concurrencyPolicy: policy });
    await wait(5);
    await wait(5);
    expect(names(jobs())).toEqual(left.map((minute) => `tick-${minute}`));
    expect(cron().status?.active?.map(({ name }) => name)).toEqual(names(jobs()));
  });

  it('starts nothing while it is suspended', async () => {
    create({ suspend: true });
    await wait(60);
    expect(jobs()).toEqual([]);
  });

  it('keeps as many that ended as it is told to', async () => {
    create({ successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 0 });
    for (let time = 0; time < 3; time += 1) {
      await wait(5);
      end();
    }
    expect(names(jobs())).toEqual([`tick-${FIRST + 10}`]);
    expect(told()).toContain(`Normal SuccessfulDelete tick: Deleted job tick-${FIRST}`);
    expect(cluster.objects.list(PODS, 'default')).toHaveLength(1);
  });

  it('starts only the newest of the times that were missed, and none that came too late', async () => {
    create({ startingDeadlineSeconds: 60 });
    cluster.clock.advance(17 * 60_000);
    await wait(0);
    expect(jobs()).toEqual([]);
    expect(told()).toEqual([
      'Warning MissSchedule tick: Missed scheduled time to start a job: Thu, 01 Jan 2026 00:15:00 +0000',
    ]);
    await wait(3);
    expect(names(jobs())).toEqual([`tick-${FIRST + 15}`]);
  });

  it('says what is wrong with its schedule', () => {
    create({ schedule: 'often' });
    expect(told()).toEqual([
      'Warning UnparseableSchedule tick: unparseable schedule: "often" : expected exactly 5 fields, found 1: [often]',
    ]);
  });
});
