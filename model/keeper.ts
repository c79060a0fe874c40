/** Keeps what a channel's account must not lose in a crash and no journal holds: tokens that the platform rotates. */
import type { Json } from "./json.ts";

export interface Keeper {
  /** What was last kept under this name; null: nothing, or nothing readable. */
  read(name: string): Promise<Json | null>;
  /** Resolves once it is on disk: only then may the new token be used. */
  write(name: string, value: Json): Promise<void>;
}
