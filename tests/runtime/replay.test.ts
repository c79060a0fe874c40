/** A journal replays: each turn decided again from what it was journalled to have seen ends in the session that the store holds. */
import { expect, it } from "vitest";
import { advance } from "../../dialogue/turn/advance.ts";
import type { Address } from "../../model/address.ts";
import { eventOf } from "../../model/entry.ts";
import type { Heard } from "../../model/event.ts";
import { type JournalRow, type TurnSkeleton, viewOf } from "../../model/journal.ts";
import { EMPTY_SESSION, type Session } from "../../model/session.ts";
import { createHouse, type House } from "./house.ts";

function replay(house: House, rows: JournalRow[], address: Address): Session {
  const bySeq = new Map(rows.map((row) => [row.seq, row]));
  const programs = { newest: house.program, named: () => null };
  let session = EMPTY_SESSION;
  for (const row of rows) {
    if (row.kind !== "turn") continue;
    const { ends } = row.skeleton as unknown as TurnSkeleton;
    const view = viewOf(row, address);
    const turn = advance(programs, session, eventOf(bySeq.get(row.cause!)!) as Heard, view);
    if ("needs" in turn) throw new Error(`The turn of event ${row.cause} wants a ranking that was not journalled.`);
    expect(turn.ends).toBe(ends);
    session = turn.session;
  }
  return session;
}

it("a talk with a form, a call, a misunderstanding, a reminder and a request for a person", async () => {
  const house = await createHouse();
  await house.hires("ag_mei");
  house.platform.shop = () => ({ status: 200, body: '{"days":2}' });
  for (const text of ["hi", "TRACK", "no idea", "AL-123456", "what is the meaning of it", "REMIND", "RETURN", "it broke"]) {
    await house.writes(text);
    await house.idle();
  }
  const { session, address } = await house.conversation();
  expect(replay(house, await house.journal(), address)).toEqual(session);
  expect((await house.conversation()).controller).toBe("queue");
  await house.close();
});
