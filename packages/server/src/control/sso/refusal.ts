import { MoalogError } from '#errors';

/** Why single sign-on let nobody in; the console has words for each. */
export type Reason = 'provider' | 'over' | 'no_email' | 'unverified' | 'uninvited' | 'disabled';

/** For the log in full; the browser learns the reason alone. */
export class Refusal extends MoalogError {
  readonly reason: Reason;

  constructor(reason: Reason, detail: string, more: { cause?: unknown } = {}) {
    super('forbidden', detail, more);
    this.name = 'Refusal';
    this.reason = reason;
  }
}
