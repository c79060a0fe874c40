/** Random verbs against the store and against a model of a page of code: after each they must tell the same story. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Address, address } from "../../model/address.ts";
import type { ConversationId } from "../../model/ids.ts";
import type { OutboxState, Store } from "../../model/store.ts";
import type { Open } from "./contract.ts";
import { ALDER, decision, inbound, line, lineEntry, NOON_MS, said, settled, timer } from "./made.ts";

const CUSTOMERS: Address[] = ["1", "2", "3"].map((customer) => address("messenger", "page", customer));
const FINAL = new Set<OutboxState>(["sent", "dropped", "refused", "failed"]);

type ModelRow = { id: string; state: OutboxState; epoch: number; attempts: number };
type ModelConversation = {
  id: ConversationId;
  version: number;
  epoch: number;
  next: number;
  waiting: { seq: number; atMs: number }[];
  rows: ModelRow[];
  timers: Map<string, number>;
};
type Model = { seen: Set<string>; conversations: Map<string, ModelConversation>; rows: number };

type Act =
  | { act: "receive"; customer: number; key: number; lateMs: number }
  | {
      act: "commit";
      customer: number;
      behind: number;
      decide: number;
      lines: number;
      pass: boolean;
      survive: boolean;
      timerMs: number | null;
    }
  | { act: "mark" | "settle"; customer: number; row: number; state: OutboxState }
  | { act: "ring"; afterMs: number }
  | { act: "crash" };

const customer = fc.nat(CUSTOMERS.length - 1);
const ACT: fc.Arbitrary<Act> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ act: fc.constant("receive" as const), customer, key: fc.nat(30), lateMs: fc.nat(5) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constant("commit" as const),
      customer,
      behind: fc.constantFrom(0, 0, 0, 1),
      decide: fc.nat(3),
      lines: fc.nat(3),
      pass: fc.constantFrom(false, false, true),
      survive: fc.boolean(),
      timerMs: fc.option(fc.nat(20), { nil: null }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constantFrom("mark" as const, "settle" as const),
      customer,
      row: fc.nat(5),
      state: fc.constantFrom<OutboxState>("ready", "in_doubt", "sent", "refused", "failed"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("ring" as const), afterMs: fc.nat(25) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("crash" as const) }) },
);

export function modelContract(open: Open): void {
  test("whatever is received, decided, sent, rung and crashed, in any order and many at once", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(ACT, { minLength: 1, maxLength: 6 }), { maxLength: 12 }), async (turns) => {
        const house = await open();
        let { store } = house;
        const model: Model = { seen: new Set(), conversations: new Map(), rows: 0 };
        try {
          for (const acts of turns) {
            // Those of one turn of the event loop share a transaction; the model does them one after the other.
            const checks = acts.filter((each) => each.act !== "crash").map((each) => play(each, store, house.ids, model));
            for (const check of checks) await check;
            if (acts.some((each) => each.act === "crash")) {
              store = await house.crash();
              for (const conversation of model.conversations.values())
                for (const row of conversation.rows) if (row.state === "sending") row.state = "in_doubt";
            }
            await agree(store, model);
          }
        } finally {
          await house.close();
        }
      }),
      { numRuns: 40 },
    );
  });
}

function play(act: Act, store: Store, ids: Parameters<typeof inbound>[0], model: Model): Promise<void> {
  switch (act.act) {
    case "receive": {
      const to = CUSTOMERS[act.customer]!;
      const received = inbound(ids, `k${act.customer}.${act.key}`, said("hi"), { address: to, atMs: NOON_MS - act.lateMs });
      const fresh = !model.seen.has(`k${act.customer}.${act.key}`);
      let expected: object = { kind: "duplicate", conversation: model.conversations.get(to.customer)?.id ?? null };
      if (fresh) {
        model.seen.add(`k${act.customer}.${act.key}`);
        const isNew = !model.conversations.has(to.customer);
        const conversation: ModelConversation = model.conversations.get(to.customer) ?? {
          id: received.newConversation,
          version: 0,
          epoch: 0,
          next: 1,
          waiting: [],
          rows: [],
          timers: new Map(),
        };
        model.conversations.set(to.customer, conversation);
        expected = { kind: "received", conversation: conversation.id, seq: conversation.next, isNew };
        conversation.waiting.push({ seq: conversation.next++, atMs: NOON_MS - act.lateMs });
      }
      return store.receive([received]).then(([got]) => expect(got).toEqual(expected));
    }
    case "commit": {
      const conversation = model.conversations.get(CUSTOMERS[act.customer]!.customer);
      if (!conversation) return Promise.resolve();
      const began = conversation.version - act.behind;
      const names = Array.from({ length: act.lines }, () => `ms_${String(model.rows++).padStart(6, "0")}`);
      const epoch = conversation.epoch + (act.pass ? 1 : 0);
      const decided = conversation.waiting.slice(0, act.decide).map((each) => each.seq);
      const name = `tm_${conversation.id}`;
      const made = decision(conversation.id, began, {
        decided,
        journal: names.map((name) => lineEntry(name, "x")),
        outbox: names.map((each, at) => line(each, at, { epoch, state: at === 0 ? "sending" : "ready" })),
        timers: { set: act.timerMs === null ? [] : [timer(conversation.id, name, NOON_MS + act.timerMs)], cancel: [] },
        ...(act.pass ? { controller: "queue" as const, survive: act.survive ? (["bot"] as const).slice() : [] } : {}),
      });
      let expected: object = { kind: "conflict" };
      if (act.behind === 0) {
        conversation.version++;
        conversation.epoch = epoch;
        conversation.waiting.splice(0, act.decide);
        const seqs = names.map(() => conversation.next++);
        const open = conversation.rows.filter((row) => act.pass && !FINAL.has(row.state));
        const underWay = open.filter((row) => row.state !== "ready").map((row) => row.id);
        const dropped: string[] = [];
        for (const row of open) {
          if (act.survive) row.epoch = epoch;
          else if (row.state === "ready") {
            row.state = "dropped";
            conversation.next++; // journalled
            dropped.push(row.id);
          }
        }
        for (const [at, id] of names.entries())
          conversation.rows.push({ id, state: at === 0 ? "sending" : "ready", epoch, attempts: at === 0 ? 1 : 0 });
        if (act.timerMs !== null) conversation.timers.set(name, NOON_MS + act.timerMs);
        expected = { kind: "committed", version: conversation.version, epoch, seqs, dropped, underWay };
      }
      return store.commit(made).then((got) => expect(got).toEqual(expected));
    }
    case "mark": {
      const conversation = model.conversations.get(CUSTOMERS[act.customer]!.customer);
      const row = conversation?.rows[act.row];
      if (!conversation || !row) return Promise.resolve();
      const may = row.state === "ready" || row.state === "in_doubt";
      const stale = may && row.epoch !== conversation.epoch;
      if (stale) {
        row.state = "dropped";
        conversation.next++;
      } else if (may) {
        row.state = "sending";
        row.attempts++;
      }
      return store.markSending(ALDER, [row.id as never], NOON_MS).then(({ sending, dropped }) => {
        expect([sending.map((each) => each.id), dropped.map((each) => each.id)]).toEqual([
          may && !stale ? [row.id] : [],
          stale ? [row.id] : [],
        ]);
      });
    }
    case "settle": {
      const conversation = model.conversations.get(CUSTOMERS[act.customer]!.customer);
      const row = conversation?.rows[act.row];
      if (!conversation || !row) return Promise.resolve();
      if (!FINAL.has(row.state)) {
        row.state = act.state;
        row.attempts = 7;
      }
      return store.settle([settled(conversation.id, row.id, act.state, { attempts: 7 })]);
    }
    case "ring": {
      const due: [ConversationId, number][] = [];
      for (const conversation of model.conversations.values())
        for (const [name, atMs] of conversation.timers) {
          if (atMs > NOON_MS + act.afterMs) continue;
          conversation.timers.delete(name);
          conversation.waiting.push({ seq: conversation.next++, atMs });
          due.push([conversation.id, atMs]);
        }
      return store.ring(ALDER, NOON_MS + act.afterMs, 100).then((rung) => expect([...rung].sort()).toEqual(due.map(([id]) => id).sort()));
    }
    case "crash":
      return Promise.resolve();
  }
}

async function agree(store: Store, model: Model): Promise<void> {
  for (const [who, conversation] of model.conversations) {
    const stored = await store.load(ALDER, conversation.id);
    expect([stored!.address.customer, stored!.version, stored!.epoch]).toEqual([who, conversation.version, conversation.epoch]);
    conversation.waiting.sort((one, other) => one.atMs - other.atMs || one.seq - other.seq);
    expect((await store.waiting(ALDER, conversation.id)).map(({ seq, atMs }) => ({ seq, atMs }))).toEqual(conversation.waiting);
    const journal = await store.journal(ALDER, conversation.id, 0, 10_000);
    expect(journal.map((row) => row.seq)).toEqual(Array.from({ length: conversation.next - 1 }, (_, at) => at + 1));
    const open = conversation.rows.filter((row) => !FINAL.has(row.state));
    expect((await store.outbox(ALDER, conversation.id)).map(({ id, state, epoch, attempts }) => ({ id, state, epoch, attempts }))).toEqual(
      open,
    );
  }
}
