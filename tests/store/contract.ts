/** What every store must keep, whatever its engine: one suite, run for each of them. */
import { describe } from "vitest";
import type { Ids } from "../../model/ids.ts";
import type { Store } from "../../model/store.ts";
import { decidingContract } from "./deciding.ts";
import { findingContract } from "./finding.ts";
import { forgettingContract } from "./forgetting.ts";
import { leavingContract } from "./leaving.ts";
import { linkingContract } from "./linking.ts";
import type { StandingClock } from "./made.ts";
import { modelContract } from "./model.ts";
import { receivingContract } from "./receiving.ts";
import { ticketsContract } from "./ticketing.ts";

export type Opened = {
  store: Store;
  ids: Ids;
  clock: StandingClock;
  /** Ends the process that writes as a crash would, as far as the store can tell, and opens the same data again. */
  crash(): Promise<Store>;
  close(): Promise<void>;
};
export type Open = () => Promise<Opened>;

export function storeContract(name: string, open: Open): void {
  describe(`The store on ${name}`, () => {
    describe("receives", () => receivingContract(open));
    describe("decides", () => decidingContract(open));
    describe("sends", () => leavingContract(open));
    describe("keeps tickets, notices and people", () => ticketsContract(open));
    describe("finds", () => findingContract(open));
    describe("forgets", () => forgettingContract(open));
    describe("links", () => linkingContract(open));
    describe("agrees with a simple model", () => modelContract(open));
  });
}
