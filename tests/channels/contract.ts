/** The promises that every channel keeps, told once: recordings, journal, limits, windows, refusals, order, people, chance. */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Adapter, Outbound, Received, WebhookRequest } from "../../model/adapter.ts";
import { address, NOBODY } from "../../model/address.ts";
import type { Envelope } from "../../model/event.ts";
import type { LineId } from "../../model/ids.ts";
import { type Limits, NO_MARKS } from "../../model/limits.ts";
import type { Button, Message } from "../../model/message.ts";
import { createVirtualClock } from "../../server/clock.ts";
import { changed, dice } from "./fuzz.ts";
import { AGENT, type ContractHouse, createContractHouse, listen } from "./house.ts";
import { mediaContract } from "./media.ts";
import type { Subject, Taken, Webhook } from "./subject.ts";

const HOUR_MS = 3_600_000;
const RECEIVED_MS = 1_760_000_002_000;
const FUZZ_INPUTS = 100_000;
const FUZZ_SEED = 20_260_928;
/** More than any channel shows by itself. */
const MANY = 22;

const keyword = (flow: string, word: string, steps: string, more = "") =>
  `format: 1\nflow: ${flow}\ndescription: For the contract.\ntriggers: [ { keyword: [${word}] } ]\n${more}steps:\n${steps}`;
const options = Array.from({ length: MANY }, (_, at) => `o${at + 1}: Option number ${at + 1}`).join(", ");
const FLOWS = {
  hello: keyword("hello", "MAGIC", "  - send: It works.\n"),
  three: keyword("three", "THREE", "  - send: one\n  - send: two\n  - send: three\n"),
  few: keyword(
    "few",
    "FEW",
    '  - { collect: size, ask: Which size? }\n  - send: "You took {{ slots.size }}."\n',
    "slots: { size: { type: choice, of: { small: Small, big: Big, huge: Huge } } }\n",
  ),
  many: keyword(
    "many",
    "MANY",
    '  - { collect: pick, ask: Which one? }\n  - send: "You took {{ slots.pick }}."\n',
    `slots: { pick: { type: choice, of: { ${options} } } }\n`,
  ),
  buttons: keyword(
    "buttons",
    "BUTTONS",
    "  - send: What next?\n    buttons: [ { title: Say one, link: hello }, { title: Say three, link: three }, { title: Our site, url: 'https://shop.example/site' } ]\n",
  ),
  later: keyword("later", "LATER", "  - send: I will come back to you.\n  - wait: 500h\n  - send: Still there?\n"),
  person: keyword("person", "PERSON", "  - handoff: care\n"),
};

export function channelContract(subject: Subject): void {
  const bare = () => subject.open({ clock: createVirtualClock(RECEIVED_MS), apiUrl: "http://127.0.0.1:9", timeoutMs: 1_000 });

  describe(`${subject.channel}: what comes in`, () => {
    const adapter = bare();
    const receive = async (webhook: Webhook) => judge(adapter, { ...webhook, receivedAtMs: RECEIVED_MS });

    test.each(subject.recordings.map((one) => [one.name, one] as const))("%s becomes what it says", async (_name, { webhook, becomes }) => {
      const received = await receive(webhook);
      if ("refused" in becomes) {
        expect(received).toMatchObject({ kind: "refused", status: becomes.refused, why: expect.stringMatching(/\S/) });
        return;
      }
      if ("handshake" in becomes) {
        expect(received).toMatchObject({ kind: "handshake", body: becomes.handshake });
        return;
      }
      if (received.kind !== "events") throw new Error(`Expected events, got ${JSON.stringify(received)}`);
      expect(received.events.map((one) => one.event)).toMatchObject(becomes.map((one) => one.event));
      expect(received.events).toHaveLength(becomes.length);
      for (const [at, { opens, customer }] of becomes.entries()) {
        const envelope = received.events[at]!;
        expect(envelope.opens).toBe(opens);
        expect(envelope.address).toMatchObject({ channel: subject.channel, account: subject.account });
        if (customer !== undefined) expect(envelope.address.customer).toBe(customer);
        if (opens !== undefined) expect(Object.keys(adapter.limits.windows.openings)).toContain(opens);
        if (envelope.event.kind === "ignored") expect(envelope.event.why).toMatch(/\.$/);
      }
      expect(new Set(received.events.map((one) => one.key)).size).toBe(received.events.length);
      expect(misshapen(received.events)).toBeNull();
    });

    test(`${FUZZ_INPUTS.toLocaleString("en")} changed bodies bring nothing down and make no broken event`, {
      timeout: 120_000,
    }, async () => {
      const random = dice(FUZZ_SEED);
      const before = Object.getOwnPropertyNames(Object.prototype).length;
      let events = 0;
      let bodies = 0;
      for (; bodies < FUZZ_INPUTS; bodies++) {
        const body = changed(subject.bodies[bodies % subject.bodies.length]!, random);
        const asked = { ...subject.signed(body), receivedAtMs: RECEIVED_MS };
        if (adapter.prove) await adapter.prove(asked);
        const received = adapter.receive(asked);
        if (received.kind === "handshake") throw new Error(`A POST was taken for a handshake: ${body.toString("utf8")}`);
        if (received.kind !== "events") continue;
        events += received.events.length;
        const wrong = misshapen(received.events);
        if (wrong) throw new Error(`${wrong}\nfrom ${body.toString("utf8").slice(0, 2_000)}`);
      }
      expect(bodies).toBe(FUZZ_INPUTS);
      expect(events).toBeGreaterThan(FUZZ_INPUTS / 20); // changed, not ruined: much of it is still understood
      expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(before);
    });

    test("a webhook that the platform did not sign is refused, whatever it says", async () => {
      const forged = subject.signed(subject.bodies[0]!);
      const body = Buffer.concat([forged.body, Buffer.from(" ")]);
      const received = await receive({ ...forged, body, headers: {}, url: forged.url.split("?")[0]! });
      expect(received).toMatchObject({ kind: "refused", status: expect.any(Number) });
      expect([400, 401, 403]).toContain(received.kind === "refused" ? received.status : 0);
    });
  });

  describe(`${subject.channel}: on the road`, () => {
    let house: ContractHouse;
    beforeEach(async () => {
      house = await createContractHouse(subject, FLOWS);
    });
    afterEach(() => house.close());

    test("every recording is acknowledged and journalled, and a delivery again adds nothing", async () => {
      for (const { name, webhook, becomes, answered = 200 } of subject.recordings) {
        const answers = [await house.posts(webhook), await house.posts(webhook)];
        await house.runtime.idle();
        if (!Array.isArray(becomes)) continue;
        expect(
          answers.map((one) => one.status),
          name,
        ).toEqual([answered, answered]);
        expect(answers[1]?.body).toBe(answers[0]?.body);
      }
      const keys = new Map<string, Envelope>();
      for (const { webhook } of subject.recordings) {
        const received = await judge(house.adapter, { ...webhook, receivedAtMs: house.clock.nowMs() });
        if (received.kind === "events") for (const one of received.events) keys.set(`${one.address.customer} ${one.key}`, one);
      }
      const roads = new Set(["heard", "receipt", "ignored", "control"]);
      for (const customer of new Set([...keys.values()].map((one) => one.address.customer))) {
        const envelopes = [...keys.values()].filter((one) => one.address.customer === customer);
        const rows = (await house.journalOf(customer)).filter(
          (row) => roads.has(row.kind) && (row.by !== "system" || row.kind === "ignored"),
        );
        const told = envelopes.filter(
          ({ event }) => !["person_spoke", "thread_taken", "thread_given", "thread_wanted"].includes(event.kind),
        );
        const kinds = rows.map((row) => String(row.skeleton.kind)).filter((kind) => !/^(person_spoke|thread_)/.test(kind));
        expect(kinds.sort(), customer).toEqual(told.map(({ event }) => event.kind).sort());
      }
    });

    test("a text is answered once, also when the platform delivers it three times", async () => {
      const webhook = subject.says({ from: "1", text: "MAGIC", nr: 1, atMs: house.clock.nowMs() });
      const all = await Promise.all([house.posts(webhook), house.posts(webhook), house.posts(webhook)]);
      await house.runtime.idle();
      expect(all.map((one) => one.status)).toEqual([200, 200, 200]);
      expect(house.said()).toEqual(["It works."]);
    });

    test("a question's options are shown, and taken by number, by label, and by label in other letters", async () => {
      for (const [from, answer] of [
        ["1", "2"],
        ["2", "Big"],
        ["3", "  big "],
      ] as const) {
        await house.writes("FEW", from);
        const shown = house.said(from).join("\n");
        for (const title of ["Small", "Big", "Huge"]) expect(shown).toContain(title);
        await house.writes(answer, from);
        expect(house.said(from).at(-1), answer).toContain("You took Big");
      }
    });

    test("more options than the channel has room for are all still there to be chosen", async () => {
      for (const [from, answer] of [
        ["1", "17"],
        ["2", `Option number ${MANY}`],
      ] as const) {
        await house.writes("MANY", from);
        const shown = house.said(from).join("\n");
        for (let at = 1; at <= MANY; at++) expect(shown).toContain(`Option number ${at}`);
        await house.writes(answer, from);
        expect(house.said(from).at(-1)).toContain(`You took Option number ${answer === "17" ? 17 : MANY}`);
      }
    });

    test("buttons lead where they say when their number or label is typed", async () => {
      for (const [from, answer] of [
        ["1", "1"],
        ["2", "Say one"],
      ] as const) {
        await house.writes("BUTTONS", from);
        expect(house.said(from).join("\n")).toContain("Say three");
        expect(house.said(from).join("\n")).toContain("Our site");
        await house.writes(answer, from);
        expect(house.said(from).at(-1)).toBe("It works.");
      }
    });

    test("lines keep their order past a refusal that another try overcomes, and hold nobody else", async () => {
      house.fates.push(subject.tryAgain);
      await house.writes("THREE", "1");
      await house.writes("MAGIC", "2");
      await house.passes(10 * 60_000);
      expect(house.said("1").join("\n").split(/\n+/)).toEqual(["one", "two", "three"]);
      expect(house.said("2")).toEqual(["It works."]);
    });

    test("many customers at once each get their own answer", async () => {
      const crowd = Array.from({ length: 30 }, (_, at) => String(at + 10));
      await Promise.all(crowd.map((from) => house.posts(subject.says({ from, text: "THREE", nr: house.nr(), atMs: house.clock.nowMs() }))));
      await house.passes(60_000);
      for (const from of crowd) expect(house.said(from).join("\n").split(/\n+/)).toEqual(["one", "two", "three"]);
    });

    test("a person at the desk speaks alone, and the bot is silent", async () => {
      await house.writes("PERSON");
      const { ticket } = await house.conversation();
      await house.desk({ kind: "claimed", ticket: ticket!, agent: AGENT });
      await house.writes("MAGIC");
      expect(house.said()).not.toContain("It works.");
      await house.desk({ kind: "agent_said", agent: AGENT, message: { text: "This is Mei." }, clientId: "c1" });
      await house.passes(1_000);
      expect(house.said().at(-1)).toBe("This is Mei.");
    });

    test.skipIf(!subject.personSays)("a person who answers past us takes the conversation", async () => {
      await house.writes("MAGIC");
      await house.posts(subject.personSays!({ from: "1", text: "I take it from here.", nr: house.nr(), atMs: house.clock.nowMs() }));
      await house.runtime.idle();
      const before = house.said().length;
      await house.writes("MAGIC");
      expect(house.said()).toHaveLength(before);
      expect((await house.conversation()).controller).toBe("human");
    });
  });

  describe(`${subject.channel}: when it may speak`, () => {
    const { windows } = bare().limits;
    let house: ContractHouse;
    beforeEach(async () => {
      house = await createContractHouse(subject, FLOWS);
    });
    afterEach(() => house.close());

    test("what comes due after the window has closed is not sent, and the journal says why; without windows it is sent", async () => {
      await house.writes("LATER");
      await house.passes(501 * HOUR_MS);
      if (windows.always) {
        expect(house.said().at(-1)).toBe("Still there?");
        return;
      }
      expect(house.said()).toEqual(["I will come back to you."]);
      expect(house.tried).toEqual(["I will come back to you."]);
      const told = (await house.journal()).filter((row) => row.kind === "delivery").at(-1);
      expect(told?.skeleton).toMatchObject({ state: "refused", code: "window" });
    });

    test.skipIf(subject.windowClosed === null)("a closing that the platform knows of overrules our clock until they write", async () => {
      house.fates.push(subject.windowClosed!);
      await house.writes("THREE");
      await house.passes(60_000);
      expect(house.said()).toEqual([]);
      expect(house.tried).toHaveLength(1);
      await house.writes("MAGIC");
      expect(house.said()).toEqual(["It works."]);
    });

    const acts = { ...subject.opens, says: subject.says };
    test.each(Object.entries(acts))("the budget that %s buys is spent by bot and people alike, and never overdrawn", async (_name, act) => {
      const webhook = act({ from: "1", text: "Hello there", nr: house.nr(), atMs: house.clock.nowMs() });
      const received = await judge(house.adapter, { ...webhook, receivedAtMs: house.clock.nowMs() });
      const opens = received.kind === "events" ? received.events.find((one) => one.opens !== undefined)?.opens : undefined;
      const budget = opens === undefined ? null : (windows.openings[opens]?.messages ?? null);
      if (windows.always) expect(opens).toBeUndefined();
      else expect(opens).toBeDefined();
      if (budget === null) return;
      await house.posts(webhook);
      await house.runtime.idle();
      const refused: unknown[] = [];
      for (let at = 1; at <= budget + 2; at++) {
        await house.desk({ kind: "took_over", agent: AGENT }).catch(() => undefined); // the first takes it; the others have it
        const line = { kind: "agent_said" as const, agent: AGENT, message: { text: `line ${at}` }, clientId: `c${at}` };
        await house.desk(line).catch((error: unknown) => refused.push(error));
      }
      await house.passes(1_000);
      expect(house.tried).toHaveLength(budget);
      expect(house.tried.length).toBe(house.shown.length);
      expect(refused.length).toBeGreaterThan(0); // the agent is told, and not left to guess
      expect(String(refused.at(-1))).toContain("window_closed");
    });
  });

  describe(`${subject.channel}: what goes out`, () => {
    test("any message becomes pieces within the table's limits, and nothing that can be chosen is lost", () => {
      const adapter = bare();
      fc.assert(
        fc.property(anyMessage, (message) => {
          const pieces = adapter.pieces(message);
          expect(pieces.length).toBeGreaterThan(0);
          for (const piece of pieces) {
            expect(overLimit(adapter.limits, piece)).toBeNull();
            subject.checkPiece?.(piece);
          }
          const shown = JSON.stringify(pieces);
          for (const one of choosable(message)) expect(shown).toContain(one);
        }),
        { numRuns: 1_000, seed: FUZZ_SEED },
      );
    });

    test.each(subject.refusals.map((one) => [one.what, one] as const))("%s", async (_what, { reply, delivery }) => {
      let lines = 0;
      const platform = await listen((taken: Taken) => {
        if (subject.lineIn(taken) === null) return subject.accepts(taken, 1);
        lines += 1;
        return reply;
      });
      const adapter = subject.open({ clock: createVirtualClock(RECEIVED_MS), apiUrl: platform.url, timeoutMs: 1_000 });
      try {
        const outcome = await adapter.send(outbound(subject, adapter.limits, platform.url));
        expect(outcome).toMatchObject(delivery);
        if (outcome.kind !== "sent") expect(outcome.why).toMatch(/\S/);
        if (outcome.kind === "later") expect(outcome.retryAfterMs).toBeGreaterThan(0);
        expect(lines).toBeLessThanOrEqual(2); // a stale token may cost one more call, never a loop
        expect(lines).toBeGreaterThan(0);
      } finally {
        await adapter.close();
        await platform.close();
      }
    });

    test("a line that the platform takes is sent, to the right customer, with its words", async () => {
      const lines: { to: string; shown: string }[] = [];
      const platform = await listen((taken) => {
        const line = subject.lineIn(taken);
        if (line) lines.push(line);
        return subject.accepts(taken, lines.length);
      });
      const adapter = subject.open({ clock: createVirtualClock(RECEIVED_MS), apiUrl: platform.url, timeoutMs: 1_000 });
      expect(await adapter.send(outbound(subject, adapter.limits, platform.url))).toMatchObject({ kind: "sent" });
      expect(lines).toEqual([{ to: subject.customerId("1"), shown: "Hello! 你好 👋" }]);
      const described = JSON.stringify(adapter.describe());
      expect(described).not.toMatch(/secret|token"/i);
      await adapter.close();
      await platform.close();
    });
  });

  mediaContract(subject, (adapter, message, apiUrl) => ({ ...outbound(subject, adapter.limits, apiUrl), message }));
}

/** As the road does it: what the proof needs is fetched first. */
async function judge(adapter: Adapter, request: WebhookRequest): Promise<Received> {
  await adapter.prove?.(request);
  return adapter.receive(request);
}

function outbound(subject: Subject, { windows }: Limits, apiUrl: string): Outbound {
  const openings = Object.fromEntries(Object.keys(windows.openings).map((name) => [name, RECEIVED_MS - 1_000]));
  return {
    line: "ms_01" as LineId,
    address: address(subject.channel, subject.account, subject.customerId("1")),
    message: { text: "Hello! 你好 👋" },
    by: "bot",
    purpose: "reply",
    marks: { ...NO_MARKS, openings, heardAtMs: RECEIVED_MS - 1_000, ...(subject.via ? { via: subject.via(apiUrl) } : {}) },
    nowMs: RECEIVED_MS,
  };
}

/** What is wrong with these events, or null: each must be storable, addressed, timed, and known by a key of sensible length. */
function misshapen(envelopes: Envelope[]): string | null {
  for (const { key, address: to, atMs, event } of envelopes) {
    if (key.length <= 10 || key.length >= 600) return `A key of ${key.length} characters.`;
    if (typeof to.account !== "string" || to.account === "") return "No account.";
    if (typeof to.customer !== "string" || to.customer === "" || to.customer.length > 300)
      return `Customer ${String(to.customer).slice(0, 50)}.`;
    if (to.customer === NOBODY && event.kind === "said") return "Nobody said something.";
    if (!Number.isInteger(atMs) || atMs <= 0) return `Time ${atMs}.`;
    if (!isPlain(event)) return "Not plain JSON.";
    if (event.kind === "said" && (typeof event.text !== "string" || !Array.isArray(event.attachments))) return "Said without a text.";
    if (event.kind === "tapped" && typeof event.payload !== "string") return "Tapped without a payload.";
    if (event.kind === "happened" && (typeof event.name !== "string" || event.name === "")) return "Happened without a name.";
  }
  return null;
}

function isPlain(value: unknown): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object") return false;
  if (Array.isArray(value)) return value.every(isPlain);
  const kind = Object.getPrototypeOf(value);
  if (kind !== Object.prototype && kind !== null) return false;
  if (Object.hasOwn(value, "__proto__")) return false;
  return Object.values(value).every((one) => one === undefined || isPlain(one));
}

const title = fc.integer({ min: 0, max: 99_999 }).map((number) => `Title ${number}`);
const anyButton: fc.Arbitrary<Button> = fc.oneof(
  title.map((one) => ({ title: one, payload: one })),
  title.map((one) => ({ title: one, payload: `${one} ${"p".repeat(3_000)}` })),
  title.map((one) => ({ title: one, url: `https://example.com/${one.length}` })),
  title.map((one) => ({ title: one, phone: "+15550100" })),
);
const anyCard = fc.record(
  {
    title,
    subtitle: fc.string({ maxLength: 200 }),
    imageUrl: fc.constant("https://example.com/card.jpg"),
    url: fc.constant("https://example.com/card"),
    buttons: fc.array(anyButton, { maxLength: 5 }),
  },
  { requiredKeys: ["title"] },
);
const words = fc.oneof(
  fc.string({ maxLength: 300 }),
  fc.string({ unit: "grapheme", maxLength: 300 }),
  fc.constantFrom("", "  ", "👩‍🚀".repeat(900), "山脊靴到货。".repeat(700), `${"x".repeat(2_046)}👋👋`, "word ".repeat(5_000)),
);
const medium = (name: string) => fc.constant({ url: `https://example.com/${name}` });
const anyMessage: fc.Arbitrary<Message> = fc.record(
  {
    text: words,
    buttons: fc.array(anyButton, { maxLength: 16 }),
    choices: fc.array(
      title.map((one) => ({ title: one, payload: one })),
      { maxLength: 24 },
    ),
    image: medium("a.jpg"),
    video: medium("a.mp4"),
    audio: medium("a.mp3"),
    file: medium("a.pdf"),
    cards: fc.array(anyCard, { maxLength: 12 }),
  },
  { requiredKeys: [] },
);

/** The words that a customer must still be able to see: every option, every address of a link. */
function choosable(message: Message): string[] {
  const buttons = [...(message.buttons ?? []), ...(message.cards ?? []).flatMap((card) => card.buttons ?? [])];
  const shown = buttons.flatMap((button) => [button.title, ...(button.url ? [button.url] : []), ...(button.phone ? [button.phone] : [])]);
  return [...shown, ...(message.choices ?? []).map((one) => one.title), ...(message.cards ?? []).map((card) => card.title)];
}

/** The first limit that a piece breaks, or null. Titles and subtitles are clipped when they are written for the wire. */
function overLimit(limits: Limits, piece: Message): string | null {
  const { text = "", buttons = [], choices = [], cards = [] } = piece;
  const length = { utf16: text.length, codepoint: [...text].length, utf8: Buffer.byteLength(text) }[limits.text.unit];
  const textMax = buttons.length > 0 && limits.buttons ? limits.buttons.textMax : limits.text.max;
  if (length > textMax) return `text of ${length}`;
  if (buttons.length > (limits.buttons?.max ?? 0)) return `${buttons.length} buttons`;
  if (choices.length > (limits.choices?.max ?? 0)) return `${choices.length} choices`;
  if (choices.some((one) => one.payload.length > (limits.choices?.payloadMax ?? 0))) return "a long payload of a choice";
  if (buttons.some((one) => (one.payload ?? "").length > (limits.buttons?.payloadMax ?? 0))) return "a long payload of a button";
  if (cards.length > (limits.cards?.max ?? 0)) return `${cards.length} cards`;
  if (cards.some((card) => (card.buttons?.length ?? 0) > (limits.cards?.buttonsMax ?? 0))) return "a card with too many buttons";
  return null;
}
