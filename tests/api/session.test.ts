/** People sign in with a password: who gets in, what ends it, and what a page of somebody else's cannot do. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHouse, type House, queues } from "./house.ts";

let house: House;
beforeAll(async () => {
  house = await createHouse();
});
afterAll(() => house.close());

type Session = { cookie: string; csrf: string; setCookie: string; body: Record<string, unknown>; status: number };

async function send(method: string, path: string, headers: Record<string, string> = {}, body?: unknown, base = house.base) {
  const response = await fetch(base + path, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: JSON.parse(text) as Record<string, never> & { error: { code: string } },
    headers: response.headers,
  };
}

async function signIn(name: string, password: string, from = house): Promise<Session> {
  const { status, body, headers } = await send("POST", "/session", {}, { name, password }, from.base);
  const setCookie = headers.getSetCookie().join("\n");
  return { status, body, setCookie, cookie: setCookie.split(";")[0] ?? "", csrf: String(body.csrf) };
}

/** Somebody hired, with an account and a password of their own. */
async function settled(
  name: string,
  more: Parameters<House["hires"]>[1] = {},
  from = house,
): Promise<Session & { token: string; password: string }> {
  const { agent, token } = await from.hires(name, more);
  const made = await from.signIn.oneTimePassword(agent, name);
  if (typeof made === "string") throw new Error(made);
  const first = await signIn(name, made.password, from);
  const password = `the long password of ${name}`;
  const changed = await send("POST", "/session/password", using(first), { old: made.password, password }, from.base);
  const setCookie = changed.headers.getSetCookie().join("\n");
  return {
    status: changed.status,
    body: changed.body,
    setCookie,
    cookie: setCookie.split(";")[0]!,
    csrf: String(changed.body.csrf),
    token,
    password,
  };
}

const using = ({ cookie, csrf }: Session) => ({ cookie, "x-csrf-token": csrf });

describe("signing in", () => {
  it("a one-time password opens nothing but the door to a password of one's own", async () => {
    const { agent } = await house.hires("ines", { role: "admin" });
    const made = await house.signIn.oneTimePassword(agent, "ines@alder.example");
    if (typeof made === "string") throw new Error(made);
    expect(made.password).toMatch(/^[a-z]{5}(-[a-z]{5}){3}$/);
    const first = await signIn("Ines@Alder.example", made.password);
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({
      agent: { id: agent.id, name: "Ines", role: "admin" },
      name: "ines@alder.example",
      must_change_password: true,
    });
    for (const [method, path] of [
      ["GET", "/me"],
      ["GET", "/tickets"],
      ["POST", "/agents"],
      ["GET", "/stream"],
    ] as const) {
      const { status, body } = await send(method, path, using(first), method === "POST" ? { name: "X" } : undefined);
      expect([path, status, body.error?.code]).toEqual([path, 403, "must_change_password"]);
    }
    const short = await send("POST", "/session/password", using(first), { old: made.password, password: "short" });
    expect(short.status).toBe(400);
    const same = await send("POST", "/session/password", using(first), { old: made.password, password: made.password });
    expect(same.status).toBe(400);
    const changed = await send("POST", "/session/password", using(first), { old: made.password, password: "a sentence only I would say" });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({ must_change_password: false });
    const cookie = changed.headers.getSetCookie()[0]!.split(";")[0]!;
    expect(cookie).not.toBe(first.cookie);
    expect((await send("GET", "/session", { cookie: first.cookie })).status).toBe(401); // the earlier session has ended
    expect((await send("GET", "/me", { cookie })).status).toBe(200);
    expect((await signIn("ines@alder.example", made.password)).status).toBe(401);
  });

  it("gives a cookie that no script reads and no other site's form carries", async () => {
    const { setCookie } = await settled("cora");
    expect(setCookie).toMatch(/^baton=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  it("answers a wrong password, a name that is nobody's and somebody disabled alike", async () => {
    const gone = await settled("gone");
    const { agent } = await house.hires("gone2");
    await house.store.saveAgent({ ...agent, id: "ag_gone" as never, disabled: true }, null);
    await settled("here");
    const answers = await Promise.all([
      send("POST", "/session", {}, { name: "here", password: "not this one at all" }),
      send("POST", "/session", {}, { name: "nobody-at-all", password: "not this one at all" }),
      send("POST", "/session", {}, { name: "gone", password: gone.password }),
      send("POST", "/session", {}, { name: "<script>alert(1)</script>\u0000", password: "x" }),
      send("POST", "/session", {}, { name: "here", password: "x".repeat(900) }),
    ]);
    for (const { status, body, headers } of answers) {
      expect(status).toBe(401);
      expect(body).toEqual(answers[0]!.body);
      expect(headers.getSetCookie()).toEqual([]);
    }
    expect(answers[0]!.body.error.code).toBe("wrong_sign_in");
  });

  it("is refused after ten wrong tries, for that name and address, whether or not there is such a person", async () => {
    await settled("slow");
    for (const name of ["slow", "never-was"]) {
      const codes: string[] = [];
      for (let tries = 0; tries < 11; tries++)
        codes.push((await send("POST", "/session", {}, { name, password: "wrong wrong wrong" })).body.error.code);
      expect(codes).toEqual([...Array(10).fill("wrong_sign_in"), "rate_limited"]);
    }
    const again = await send("POST", "/session", {}, { name: "slow", password: "the long password of slow" });
    expect([again.status, again.headers.get("retry-after")]).toEqual([429, expect.stringMatching(/^\d+$/)]);
  });

  it("makes a new session each time, and ends the one that this browser had", async () => {
    const { cookie, password } = await settled("nora");
    const second = await send("POST", "/session", { cookie }, { name: "nora", password });
    const fresh = second.headers.getSetCookie()[0]!.split(";")[0]!;
    expect(fresh).not.toBe(cookie);
    expect((await send("GET", "/session", { cookie })).status).toBe(401);
    expect((await send("GET", "/session", { cookie: fresh })).status).toBe(200);
  });

  it("a cookie that was changed or made up is nobody's", async () => {
    const { cookie } = await settled("forge");
    const [name, value] = cookie.split("=") as [string, string];
    for (const forged of [`${name}=${value.slice(0, -3)}AAA`, `${name}=x.y`, `${name}=`, `${name}=${"a".repeat(3000)}`, "__proto__=1"])
      expect((await send("GET", "/me", { cookie: forged })).status).toBe(401);
  });
});

describe("another site's page", () => {
  it("changes nothing without the value that only ours can read", async () => {
    const who = await settled("vera", { role: "admin" });
    const other = await settled("otto");
    const body = { name: "Planted" };
    const refused: Record<string, string>[] = [
      { cookie: who.cookie },
      { cookie: who.cookie, "x-csrf-token": "" },
      { cookie: who.cookie, "x-csrf-token": other.csrf },
      { ...using(who), origin: "https://evil.example" },
      { ...using(who), origin: "null" },
      { ...using(who), "sec-fetch-site": "cross-site" },
      { ...using(who), "sec-fetch-site": "same-site" },
    ];
    for (const headers of refused) {
      const { status, body: told } = await send("POST", "/agents", headers, body);
      expect([status, told.error.code]).toEqual([403, "bad_csrf"]);
    }
    for (const headers of [
      using(who),
      { ...using(who), origin: new URL(house.base).origin, "sec-fetch-site": "same-origin" },
      { ...using(who), origin: "https://bot.example" },
    ])
      expect((await send("POST", "/agents", headers, body)).status).toBe(201);
    for (const [method, path] of [
      ["DELETE", "/session"],
      ["POST", "/session/end-all"],
      ["POST", "/session/password"],
    ] as const) {
      const { status, body: told } = await send(
        method,
        path,
        { cookie: who.cookie },
        method === "DELETE" ? undefined : path.endsWith("password") ? { old: "x", password: "y".repeat(20) } : {},
      );
      expect([path, status, told.error.code]).toEqual([path, 403, "bad_csrf"]);
    }
  });

  it("signs nobody in under a name of its choosing", async () => {
    const { password } = await settled("lure");
    const { status, headers } = await send("POST", "/session", { origin: "https://evil.example" }, { name: "lure", password });
    expect(status).toBe(403);
    expect(headers.getSetCookie()).toEqual([]);
  });
});

describe("a session ends", () => {
  it("here, when one signs out; everywhere, when one asks for that", async () => {
    const first = await settled("paula");
    const second = await signIn("paula", first.password);
    const third = await signIn("paula", first.password);
    const out = await send("DELETE", "/session", using(first));
    expect(out.headers.getSetCookie()[0]).toMatch(/^baton=; Path=\/; Max-Age=0/);
    expect((await send("GET", "/me", { cookie: first.cookie })).status).toBe(401);
    expect((await send("GET", "/me", { cookie: second.cookie })).status).toBe(200);
    await send("POST", "/session/end-all", using(second), {});
    for (const { cookie } of [second, third]) expect((await send("GET", "/me", { cookie })).status).toBe(401);
  });

  it.each([
    ["they are disabled", async (admin: Session, id: string) => send("PATCH", `/agents/${id}`, using(admin), { disabled: true })],
    ["they get another password", async (admin: Session, id: string) => send("POST", `/agents/${id}/password`, using(admin), {})],
  ])("with its open streams, within five seconds, when %s", async (why, act) => {
    const name = why.includes("disabled") ? "rosa" : "rita";
    const admin = await settled(`boss-of-${name}`, { role: "admin" });
    const who = await settled(name, { queues: queues("care") });
    const response = await fetch(`${house.base}/stream`, { headers: { cookie: who.cookie } });
    expect(response.status).toBe(200);
    const ended = (async () => {
      let text = "";
      for await (const chunk of response.body!) text += new TextDecoder().decode(chunk as Uint8Array);
      return text;
    })();
    await new Promise((later) => setTimeout(later, 100));
    const beganMs = Date.now();
    expect((await act(admin, `ag_${name}`)).status).toBeLessThan(300);
    expect(await ended).toMatch(/event: signed_out\ndata: \{\}\n\n$/);
    expect(Date.now() - beganMs).toBeLessThan(5_000);
    expect((await send("GET", "/me", { cookie: who.cookie })).status).toBe(401);
    expect((await signIn(name, who.password)).status).toBe(401);
  });

  it("after a while without a request, and after a while in any case", { timeout: 30_000 }, async () => {
    const quick = await createHouse({}, { idleS: 2, absoluteS: 4 });
    try {
      const idle = await settled("idle", {}, quick);
      const busy = await settled("busy", {}, quick);
      const beganMs = Date.now();
      let cookie = busy.cookie;
      const look = async () => {
        const answer = await send("GET", "/me", { cookie }, undefined, quick.base);
        cookie = answer.headers.getSetCookie()[0]?.split(";")[0] ?? cookie;
        return answer.status;
      };
      while (Date.now() - beganMs < 2_600) {
        expect(await look()).toBe(200); // each request prolongs it
        await new Promise((later) => setTimeout(later, 400));
      }
      expect((await send("GET", "/me", { cookie: idle.cookie }, undefined, quick.base)).status).toBe(401);
      let last = 200;
      while (Date.now() - beganMs < 7_000 && last === 200) {
        await new Promise((later) => setTimeout(later, 300));
        last = await look();
      }
      expect(last).toBe(401);
      expect(Date.now() - beganMs).toBeLessThan(6_500);
    } finally {
      await quick.close();
    }
  });
});

describe("accounts", () => {
  it("an admin makes them; a name is one person's, and tokens keep working beside", async () => {
    const admin = await settled("root", { role: "admin" });
    await house.hires("lena");
    await house.hires("lars");
    const made = await send("POST", "/agents/ag_lena/password", using(admin), { name: "lena@alder.example" });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ agent: "ag_lena", name: "lena@alder.example", password: expect.stringMatching(/^[a-z-]{23}$/) });
    const taken = await send("POST", "/agents/ag_lars/password", using(admin), { name: "LENA@alder.example" });
    expect([taken.status, taken.body.error.code]).toEqual([409, "name_taken"]);
    expect((await send("POST", "/agents/ag_lars/password", using(admin), {})).status).toBe(400);
    expect((await send("POST", "/agents/ag_lars/password", using(admin), { name: "not a name" })).status).toBe(400);
    const again = await send("POST", "/agents/ag_lena/password", using(admin), {});
    expect((await signIn("lena@alder.example", String(made.body.password))).status).toBe(401);
    expect((await signIn("lena@alder.example", String(again.body.password))).status).toBe(200);
    expect((await send("GET", "/me", { authorization: `Bearer ${admin.token}` })).status).toBe(200);
    // A token is not helped by a cookie, nor a cookie by a broken token.
    expect((await send("GET", "/me", { authorization: "Bearer baton_nonsense_nonsense", cookie: admin.cookie })).status).toBe(401);
  });

  it("neither password nor session is kept where somebody could read it back", async () => {
    const { password, cookie } = await settled("secret");
    const tables = await Promise.all(["user", "account", "session"].map((table) => house.store.signInRows(table, "all")));
    const rows = JSON.stringify(tables);
    expect(rows).not.toContain(password);
    expect(rows).not.toContain(cookie.split("=")[1]);
    expect(rows).not.toContain(decodeURIComponent(cookie.split("=")[1]!)); // what is kept lacks the signature
    expect(house.logged.join("\n")).not.toContain(password);
    expect(house.logged.join("\n")).not.toContain(cookie.split("=")[1]);
  });
});
