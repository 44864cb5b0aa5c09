import { expect, test } from 'vitest';
import { statusOf } from '../../../src/control/status.ts';
import { statusText } from '../../../src/control/status-text.ts';
import { failure, START, stateAfter, up } from '../ui/builders.ts';

const broken = stateAfter([
  ...up,
  [
    10,
    {
      type: 'forward.failed',
      forward: 'service/web:80',
      failure: failure({
        ...{ code: 'PORT_TAKEN', subject: 'forward/service/web:80', message: 'Port 8080 is taken.' },
        ...{ at: { file: 'rockpool.yaml', line: 7, column: 3 }, hint: 'Choose another one.' },
      }),
    },
  ],
]);

test('a status for people: states as on the screen, failures with place and hint, no numbers for scripts', () => {
  const text = statusText(statusOf(broken, [], { events: 94, logs: 21 }, START + 20_000));
  expect(text).toContain('web  ready  1/1');
  expect(text).toContain('PORT_TAKEN forward/service/web:80: Port 8080 is taken.');
  expect(text).toMatch(/^ +at rockpool\.yaml:7:3\n +Choose another one\.$/m);
  expect(text).not.toContain('94');
});
