interface AskText {
  readonly question: string;
  /** shown, and taken when nothing is typed */
  readonly preset?: string;
  /** what is wrong with what was typed, in words; it is asked for again */
  problem(value: string): string | undefined;
}

interface AskChoice {
  readonly question: string;
  readonly choices: readonly { readonly value: string; readonly hint?: string }[];
}

/** Whoever sits at the terminal. Both reject with Cancelled on Ctrl-C and Escape, and with the signal's reason. */
export interface Asker {
  text(ask: AskText, signal: AbortSignal): Promise<string>;
  choice(ask: AskChoice, signal: AbortSignal): Promise<string>;
}

/** A question was not answered but left. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}
