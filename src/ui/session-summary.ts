import type { SessionState } from '../session/state.ts';
import { formatSpan } from './duration.ts';
import { failureText } from './failure-text.ts';
import { isUp } from './row.ts';
import { viewModel } from './view-model.ts';

/** Two lines for after the screen is gone: how the session ended, and what is wrong or was built last. Pure. */
export function sessionSummary(state: SessionState, now: number): readonly [string, string] {
  const { rows, failures } = viewModel(state, [], now);
  const workloads = rows.filter(({ kind }) => kind !== 'Image');
  const up = workloads.filter(isUp).length;
  const where = `${state.context}/${state.namespace}`;
  const ran = `${state.app}  ran ${formatSpan(now - state.startedAt)} in ${where}, ${up} of ${workloads.length} up`;
  const [failure] = failures;
  const more = failures.length > 1 ? ` (and ${failures.length - 1} more)` : '';
  if (failure) return [ran, `${failureText(failure)[0] ?? ''}${more}`];
  const images = Object.values(state.images).flatMap(({ name, built }) =>
    built ? [`${name} ${built.generation}`] : [],
  );
  return [ran, images.length > 0 ? `generations built: ${images.join(', ')}` : 'nothing was built'];
}
