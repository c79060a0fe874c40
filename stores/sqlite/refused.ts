/** Why a store would not open, or no longer writes: for the operator, with the next move in the sentence. */
export type RefusedBecause = "in_use" | "newer_schema" | "older_schema" | "missing" | "lost";

export class StoreRefused extends Error {
  readonly because: RefusedBecause;
  constructor(because: RefusedBecause, message: string) {
    super(message);
    this.name = "StoreRefused";
    this.because = because;
  }
}
