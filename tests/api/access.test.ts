/** Everyone at every door: what no row of this table allows is refused, and nobody sees another queue or another brand. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deskRoutes } from "../../server/api/desk.ts";
import { type Answer, createHouse, type House, queues } from "./house.ts";

const WHO = ["nobody", "forged", "gone", "agent", "stranger", "supervisor", "admin", "system", "neighbour"] as const;
type Who = (typeof WHO)[number];

/**
 * `yes`: let in (whatever the law then says of the act); `hidden`: as if it were not there; `no`: 403.
 * `agent` works on the ticket's queue, `stranger` on another, `neighbour` is an admin of another brand.
 */
type Access = "yes" | "no" | "hidden";
const everybody = { agent: "yes", stranger: "yes", supervisor: "yes", admin: "yes", system: "no", neighbour: "yes" } as const;
const ofTheirs = { agent: "yes", stranger: "hidden", supervisor: "yes", admin: "yes", system: "no", neighbour: "hidden" } as const;
const overseers = { agent: "no", stranger: "no", supervisor: "yes", admin: "yes", system: "no", neighbour: "yes" } as const;
const admins = { agent: "no", stranger: "no", supervisor: "no", admin: "yes", system: "no", neighbour: "yes" } as const;

/** Doors that anyone may knock at: who has no session is told so, whatever token they bring. tests/api/session.test.ts goes through them. */
const SESSION_DOORS = ["POST /session", "GET /session", "DELETE /session", "POST /session/end-all", "POST /session/password"];

const DOORS: Record<string, { body?: unknown; query?: string; access: Record<Exclude<Who, "nobody" | "forged" | "gone">, Access> }> = {
  "GET /me": { access: everybody },
  "GET /agents": { access: overseers },
  "POST /agents": { body: { name: "New" }, access: admins },
  "PATCH /agents/:agent": {
    body: { away: false },
    access: { agent: "yes", stranger: "hidden", supervisor: "no", admin: "yes", system: "no", neighbour: "hidden" },
  },
  "POST /agents/:agent/password": { body: { name: "agent" }, access: { ...admins, neighbour: "hidden" } },
  "POST /agents/:agent/token": { body: {}, access: { ...admins, neighbour: "hidden" } },
  "GET /tickets": { access: everybody },
  "GET /tickets/:ticket": { access: ofTheirs },
  "POST /tickets/:ticket/claim": { body: { epoch: 0 }, access: ofTheirs },
  "POST /tickets/:ticket/accept": { body: { lease: "x" }, access: ofTheirs },
  "POST /tickets/:ticket/decline": { body: { lease: "x" }, access: ofTheirs },
  "POST /tickets/:ticket/transfer": { body: { queue: "billing", epoch: 0 }, access: ofTheirs },
  "POST /tickets/:ticket/requeue": { body: { epoch: 0 }, access: ofTheirs },
  "POST /tickets/:ticket/return": { body: { epoch: 0 }, access: ofTheirs },
  "POST /tickets/:ticket/resolve": { body: { epoch: 0 }, access: ofTheirs },
  "POST /tickets/:ticket/assign": { body: { agent: "ag_nobody" }, access: { ...overseers, neighbour: "hidden" } },
  "POST /tickets/:ticket/snooze": { body: { epoch: 0, until: "2020-01-01T00:00:00Z" }, access: ofTheirs },
  "POST /tickets/:ticket/wake": { body: { epoch: 0 }, access: ofTheirs },
  "POST /conversations/:conversation/retry": { body: { epoch: 0, line: "ms_nobody" }, access: ofTheirs },
  "GET /conversations/:conversation/media": { query: "seq=1&at=0", access: ofTheirs },
  "PUT /conversations/:conversation/presence": { body: { tab: "t", state: "looking" }, access: ofTheirs },
  "GET /conversations/:conversation/draft": { access: ofTheirs },
  "PUT /conversations/:conversation/draft": { body: { reply: "Hi" }, access: ofTheirs },
  "POST /uploads": { body: "x", query: "name=a.png&conversation=:conversation", access: ofTheirs },
  "GET /uploads/:upload": { access: ofTheirs },
  "GET /canned": { query: "conversation=:conversation", access: ofTheirs },
  "POST /canned": { body: { name: "hi-:number", title: "Hi", texts: { en: "Hi" } }, access: overseers },
  "PATCH /canned/:canned": { body: { title: "Hi" }, access: { ...overseers, neighbour: "hidden" } },
  "DELETE /canned/:canned": { access: { ...overseers, neighbour: "hidden" } },
  "GET /customers/:customer": { access: ofTheirs },
  "GET /wall": { access: overseers },
  "GET /reports": { access: overseers },
  "GET /search": { query: "q=person", access: everybody },
  "GET /mentions": { access: everybody },
  "POST /mentions/seen": { body: { conversation: ":conversation" }, access: everybody },
  "GET /conversations": { access: everybody },
  "GET /conversations/:conversation": { access: ofTheirs },
  "GET /conversations/:conversation/messages": { access: ofTheirs },
  "POST /conversations/:conversation/messages": { body: { epoch: 0, client_id: "c", text: "Hi" }, access: ofTheirs },
  "POST /conversations/:conversation/notes": { body: { text: "Hm" }, access: ofTheirs },
  "POST /conversations/:conversation/take-over": { body: { epoch: 0 }, access: ofTheirs },
  "POST /customers/:customer/unlink": { body: { conversation: ":conversation" }, access: { ...ofTheirs, system: "yes" } },
  "POST /links": {
    body: { conversation: ":conversation", token: "x" },
    access: { agent: "no", stranger: "no", supervisor: "no", admin: "yes", system: "yes", neighbour: "hidden" },
  },
  "POST /customers/:customer/erase": { body: {}, access: { ...admins, neighbour: "hidden" } },
  "POST /events": {
    body: { name: "order_shipped", key: "e", fields: { number: "1", parcels: 1 }, conversation: ":conversation" },
    access: { agent: "no", stranger: "no", supervisor: "no", admin: "yes", system: "yes", neighbour: "hidden" },
  },
  "GET /stream": { access: everybody },
};

let house: House;
const tokens = new Map<Who, string | null>();
beforeAll(async () => {
  house = await createHouse();
  tokens.set("nobody", null);
  tokens.set("forged", "baton_forged_forged_forged");
  tokens.set("gone", (await house.hires("gone", { role: "admin", disabled: true })).token);
  tokens.set("agent", (await house.hires("agent", { queues: queues("care") })).token);
  tokens.set("stranger", (await house.hires("stranger", { queues: queues("billing") })).token);
  tokens.set("supervisor", (await house.hires("supervisor", { role: "supervisor" })).token);
  tokens.set("admin", (await house.hires("admin", { role: "admin" })).token);
  tokens.set("system", (await house.hires("system", { role: "system" })).token);
  tokens.set("neighbour", (await house.hires("neighbour", { role: "admin", bot: "birch" as never })).token);
});
afterAll(() => house.close());

it("every route of the API stands in this table", () => {
  const names: Record<string, string> = {
    tickets: "ticket",
    conversations: "conversation",
    customers: "customer",
    agents: "agent",
    canned: "canned",
    uploads: "upload",
  };
  const routes = deskRoutes().map(({ method, path }) => `${method.toUpperCase()} ${path.replace(":id", `:${names[path.split("/")[1]!]}`)}`);
  expect(routes.sort()).toEqual([...Object.keys(DOORS), ...SESSION_DOORS].sort());
});

let customers = 0;
/** Each try has a waiting ticket of its own, so that one who is let in leaves no open door for the next. */
async function knock(door: string, who: Who): Promise<{ status: number; code: string | null; text: string }> {
  const from = `x${++customers}`;
  const { ticket, conversation } = await house.asks(from);
  const { person } = await house.conversation({ from });
  const names: Record<string, string> = {
    ":ticket": ticket,
    ":conversation": conversation,
    ":customer": person,
    ":agent": "ag_agent",
    ":upload": "up_01JZAAAAAAAAAAAAAAAAAAAAAA".slice(0, 23) + String(customers).padStart(6, "0"),
    ":canned": "cr_known",
    ":number": String(customers),
  };
  const filled = (text: string) => text.replace(/:(ticket|conversation|customer|agent|upload|canned|number)\b/g, (name) => names[name]!);
  const { query } = DOORS[door]!;
  const [method, path] = filled(query ? `${door}?${query}` : door).split(" ") as [string, string];
  if (door.includes("/canned/"))
    await house.store.saveCanned("alder" as never, { id: "cr_known", name: "known", title: "Known", texts: { en: "x" } });
  if (door.includes("/uploads/")) {
    const upload = {
      bot: "alder",
      id: names[":upload"]!,
      agent: "ag_x",
      conversation,
      name: "a.png",
      type: "image/png",
      kind: "image",
      bytes: 1,
      atMs: 0,
    };
    await house.store.saveUpload("alder" as never, upload as never);
    await house.files.keep(upload.id, Buffer.from("x"));
  }
  const body = DOORS[door]!.body;
  if (path === "/stream") {
    const cut = new AbortController();
    const token = tokens.get(who);
    const response = await fetch(`${house.base}/stream`, {
      headers: token ? { authorization: `Bearer ${token}` } : {},
      signal: cut.signal,
    });
    const answer = {
      status: response.status,
      code: response.status < 400 ? null : ((await response.json()) as { error: { code: string } }).error.code,
      text: "",
    };
    cut.abort();
    return answer;
  }
  const sent = body === undefined ? undefined : typeof body === "string" ? Buffer.from(body) : filled(JSON.stringify(body));
  const answer = await house.call(method, path, tokens.get(who)!, sent);
  if (door === "POST /agents/:agent/token" && answer.status === 201) tokens.set("agent", answer.body.token);
  return { status: answer.status, code: answer.body.error?.code ?? null, text: answer.text };
}

describe("everyone at every door", () => {
  for (const door of SESSION_DOORS)
    it(`${door}, with a token or none: nobody has a session`, async () => {
      const [method, path] = door.split(" ") as [string, string];
      const body = { "POST /session": { name: "agent", password: "x" }, "POST /session/password": { old: "x", password: "y".repeat(20) } }[
        door
      ];
      for (const who of WHO) {
        const {
          status,
          body: told,
          headers,
        } = await house.call(method, path, tokens.get(who)!, body ?? (method === "POST" ? {} : undefined));
        expect([status, told.error.code]).toEqual([401, door === "POST /session" ? "wrong_sign_in" : "unauthenticated"]);
        expect(headers.getSetCookie()).toEqual([]);
      }
    });
  for (const door of Object.keys(DOORS))
    for (const who of WHO) {
      const access = who === "nobody" || who === "forged" || who === "gone" ? "signed out" : DOORS[door]!.access[who];
      it(`${door}, ${who}: ${access}`, async () => {
        const { status, code, text } = await knock(door, who);
        if (access === "signed out") expect([status, code]).toEqual([401, "unauthenticated"]);
        else if (access === "no") expect([status, code]).toEqual([403, "not_allowed"]);
        else if (access === "hidden") expect([status, code]).toEqual([404, "not_found"]);
        else {
          // Let in: done, or refused by the law for a reason of the conversation's, never of the door's.
          expect([200, 201, 202, 403, 404, 409, 415, 422]).toContain(status);
          if (status >= 400)
            expect([
              "not_linked",
              "not_proven",
              "stale_epoch",
              "invalid_transition",
              "not_controller",
              "not_found",
              "unsupported_media_type",
            ]).toContain(code);
          if (status === 404) expect(door).toMatch(/\/(assign|retry|media)$/); // the agent, line or file named does not exist
          if (status === 415) expect(door).toBe("POST /uploads"); // what was sent is no picture
        }
        if (access !== "yes") expect(text).not.toMatch(/cv_|ho_|cu_|person please/);
      });
    }
});

describe("what is listed is what may be seen", () => {
  it("no list shows a ticket of another queue or brand", async () => {
    const { ticket } = await house.asks("listed");
    const birch = await house.asks("listed", "birch");
    const seen = async (who: Who, query = "limit=200") => {
      const ids: string[] = [];
      for (let after: string | null = ""; after !== null; ) {
        const { body }: Answer = await house.call("GET", `/tickets?${query}${after && `&after=${after}`}`, tokens.get(who)!);
        ids.push(...body.tickets.map((one) => one.id));
        after = body.next;
      }
      expect(new Set(ids).size).toBe(ids.length); // pages join without a ticket twice
      return ids;
    };
    expect(await seen("agent")).toContain(ticket);
    expect(await seen("supervisor")).toContain(ticket);
    expect(await seen("stranger")).toEqual([]);
    expect(await seen("stranger", "queue=care")).toEqual([]);
    expect(await seen("stranger", "queue=care,billing&state=waiting,closed")).toEqual([]);
    expect(await seen("stranger", "agent=ag_agent")).toEqual([]);
    expect(await seen("neighbour")).toEqual([birch.ticket]);
    for (const who of ["agent", "supervisor", "admin"] as const) expect(await seen(who)).not.toContain(birch.ticket);
    const talks = await house.call("GET", "/conversations?limit=200", tokens.get("stranger")!);
    expect(talks.body.conversations).toEqual([]);
  });

  it("an earlier ticket opens the talk up to its end, and no further", async () => {
    const from = "earlier";
    const { ticket, conversation } = await house.asks(from);
    const agent = tokens.get("agent")!;
    await house.call("POST", `/tickets/${ticket}/claim`, agent, {});
    await house.call("POST", `/tickets/${ticket}/resolve`, agent, {});
    await new Promise((later) => setTimeout(later, 5));
    await house.writes("something private for the bot", { from });
    expect((await house.call("GET", `/conversations/${conversation}/messages`, agent)).status).toBe(404);
    const read = await house.call("GET", `/conversations/${conversation}/messages?ticket=${ticket}`, agent);
    expect(read.status).toBe(200);
    expect(read.text).toContain("I want to talk to a person");
    expect(read.text).not.toContain("something private");
    const other = await house.asks("another");
    expect((await house.call("GET", `/conversations/${conversation}/messages?ticket=${other.ticket}`, agent)).status).toBe(404);
    expect((await house.call("GET", `/conversations/${conversation}/messages?ticket=${ticket}`, tokens.get("stranger")!)).status).toBe(404);
  });
});
