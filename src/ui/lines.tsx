import { Text, Transform } from 'ink';
import { memo } from 'react';

/**
 * A pane of lines that are laid out already: each fits the pane. Ink measures every text that it lays out and keeps
 * the result by the whole text, so that a log pane would fill that memory with thousands of screens. It is therefore
 * given blank lines to lay out, and the real ones as it writes them.
 */
export const Lines = memo(function Lines({ lines }: { readonly lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <Transform transform={(_blank, index) => lines[index] ?? ''}>
      <Text wrap="truncate">{lines.map(() => ' ').join('\n')}</Text>
    </Transform>
  );
});
