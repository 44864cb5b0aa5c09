import type { CallName, CallParams, CallResult, StreamItem, StreamName, StreamParams } from './protocol.ts';

/** What a session answers to whoever asks through its socket. */
export interface ControlHandlers {
  /** Rejects with a RockpoolError for what is expected, or with the signal's reason. */
  call<M extends CallName>(method: M, params: CallParams<M>, signal: AbortSignal): Promise<CallResult<M>>;
  /** Items as fast as they are taken, never faster; ends, or rejects with a RockpoolError. */
  stream<M extends StreamName>(
    method: M,
    params: StreamParams<M>,
    signal: AbortSignal,
  ): AsyncIterable<StreamItem<M>>;
}
