/** `baton agent`, `baton erase`, and settings: who answers, who is forgotten, and what the command line refuses. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run, temporaryFolder } from "../road/process.ts";
import { openRoad, type Road } from "../road/road.ts";
import { ROOT } from "../tidy/sources.ts";

describe("agents on a store that nobody has open", () => {
  const folder = temporaryFolder();
  const env = { BATON_STORE: `sqlite:${join(folder.path, "new", "baton.db")}` };
  afterAll(folder.remove);

  it("are added with a token that is shown once, listed, and removed", async () => {
    const added = await run(["agent", "add", "Mei", "--queues", "care", "--languages", "en,zh"], { env });
    expect(added.status).toBe(0);
    expect(added.out).toMatch(/^Mei is agent \(ag_[0-9A-Z]+\)\. The token is shown this once:\n\n {2}baton_[\w-]{40,}\n/);
    expect(added.out).toMatch(/sign in as mei with this one-time password, shown this once:\n\n {2}[a-z]{5}(-[a-z]{5}){3}\n/);
    const ines = await run(["agent", "add", "Ines", "--role", "admin", "--sign-in", "ines@alder.example"], { env });
    expect(ines.out).toContain("sign in as ines@alder.example with");
    const again = await run(["agent", "password", "Ines"], { env });
    expect(again.out).toMatch(/^At \/desk they sign in as ines@alder\.example with this one-time password/);
    expect(again.out).not.toContain(/[a-z]{5}(-[a-z]{5}){3}/.exec(ines.out)![0]);
    const fang = await run(["agent", "add", "王芳"], { env });
    expect([fang.status, fang.out]).toEqual([0, expect.stringContaining("neither an e-mail address nor a plain name")]);
    expect((await run(["agent", "password", "王芳", "--sign-in", "ines@alder.example"], { env })).err).toContain("Somebody else signs in");
    expect((await run(["agent", "password", "王芳", "--sign-in", "fang"], { env })).out).toContain("sign in as fang with");
    await run(["agent", "remove", "王芳"], { env });
    const listed = await run(["agent", "list"], { env });
    expect(listed.out).toMatch(/^ag_\w+ {2}Mei {2}agent {2}care$/m);
    expect(listed.out).toMatch(/^ag_\w+ {2}Ines {2}admin {2}all queues$/m);
    expect(listed.out).not.toContain("baton_");
    expect((await run(["agent", "remove", "Mei"], { env })).out).toBe("Mei can no longer sign in.\n");
    expect((await run(["agent", "list"], { env })).out).toMatch(/Mei {2}agent {2}care {2}removed/);
  });

  it.each([
    [["agent", "add", "Tom", "--queues", "kare"], "There is no queue called kare. Queues: care, sales."],
    [["agent", "add"], "Who?"],
    [["agent", "promote", "Mei"], "`agent promote` is not a command. There are add, list, remove and password."],
    [["agent", "remove", "Nobody"], "There is no agent called Nobody."],
    [["agent", "list", "--bot", "elder"], "There is no bot called elder. Bots: alder."],
  ])("%j is refused with a sentence", async (args, sentence) => {
    const { status, err } = await run(args as string[], { env });
    expect(status).toBe(2);
    expect(err).toContain(sentence);
    expect(err).not.toContain("    at ");
  });

  it("a role that is none is named with those there are", async () => {
    const { status, err } = await run(["agent", "add", "Tom", "--role", "boss"], { env });
    expect(status).not.toBe(0);
    expect(err).toMatch(/agent, supervisor, admin/);
  });
});

describe("a store that a server has open", () => {
  let road: Road;
  let customer: string;
  beforeAll(async () => {
    road = await openRoad();
    await road.says("6700000000000001", "I want a person");
    customer = (await road.ticketOf("I want a person")).package.identity.customer_id;
  });
  afterAll(() => road.close());

  it("may be looked into, and not written to", async () => {
    const listed = await run(["agent", "list"], { env: road.env });
    expect(listed.status).toBe(0);
    expect(listed.out).toMatch(/First agent {2}admin/);
    const added = await run(["agent", "add", "Mei"], { env: road.env });
    expect(added.status).toBe(2);
    expect(added.err).toContain("A running server adds and removes agents through its API");
    const erased = await run(["erase", customer, "--yes"], { env: road.env });
    expect(erased.status).toBe(2);
    expect(erased.err).toContain("A running server forgets a customer through its API");
    expect(erased.err).not.toContain("    at ");
  });

  it("forgets a customer once the server has stopped, when asked twice", async () => {
    await road.baton.stop();
    const unsure = await run(["erase", customer], { env: road.env, input: "n\n" });
    expect(unsure.status).toBe(1);
    expect((await run(["erase", customer], { env: road.env })).status).toBe(1); // nobody there to ask
    const { status, out } = await run(["erase", customer], { env: road.env, input: "y\n" });
    expect(status).toBe(0);
    expect(out).toMatch(/Forgotten: 1 conversation\(s\), \d+ journal entries/);
    const unknown = await run(["erase", "cu_nobody", "--yes"], { env: road.env });
    expect(unknown.status).toBe(1);
    expect(unknown.err).toMatch(/^There is no customer cu_nobody at alder\./);
    await road.restart();
    const { body } = await road.admin.get("/conversations?limit=10");
    const talks = await Promise.all(body.conversations.map((one: { id: string }) => road.talk(one.id)));
    expect(JSON.stringify(talks)).not.toContain("I want a person");
  });
});

describe("settings that cannot be used", () => {
  it.each([
    ["PORT", "abc", "PORT is not usable. It should be a port number, such as 3978."],
    ["PORT", "70000", "PORT is not usable. It should be a port number, such as 3978."],
    ["BATON_STORE", "redis://x", "BATON_STORE is not usable. It should be `sqlite:` and a path, such as sqlite:./data/baton.db."],
    ["BATON_SECRET", "too-short-1", "BATON_SECRET is not usable. It should be at least 16 characters that nobody else knows."],
    ["LOG_LEVEL", "loud", "LOG_LEVEL is not usable. It should be one of silent, fatal, error, warn, info, debug, trace."],
    ["MESSENGER_API_URL", "graph", "MESSENGER_API_URL is not usable. It should be a web address, such as https://graph.facebook.com."],
  ])("%s=%s is named in one sentence, with an example and without its value", async (name, value, sentence) => {
    const { status, out, err } = await run(["start"], { env: { BATON_STORE: "sqlite::memory:", [name]: value } });
    expect({ status, out, err }).toEqual({ status: 2, out: "", err: `${sentence}\n` });
  });

  it("all that are wrong are named at once, also those of the .env file", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder.path, ".env"), "PORT=abc\nLOG_LEVEL=loud\n");
    const { status, err } = await run(["start", "--project", folder.path]);
    folder.remove();
    expect(status).toBe(2);
    expect(
      err
        .trim()
        .split("\n")
        .map((line) => line.split(" ")[0]),
    ).toEqual(["PORT", "LOG_LEVEL"]);
  });

  it("a store that cannot be made is a sentence", async () => {
    const { status, err } = await run(["start"], { env: { PORT: "0", BATON_STORE: `sqlite:${join(ROOT, "README.md", "baton.db")}` } });
    expect(status).toBe(2);
    expect(err).not.toContain("    at ");
    expect(err).toContain("README.md");
  });
});

describe("help", () => {
  it("lists every command, and each tells more", async () => {
    const { status, out } = await run(["--help"]);
    expect(status).toBe(0);
    for (const command of ["start", "check", "test", "chat", "agent", "erase", "schema"]) {
      expect(out).toMatch(new RegExp(`^ {2}${command}\\b`, "m"));
      expect((await run(["help", command])).out).toContain(`Usage: baton ${command}`);
    }
  });

  it("a command that is none is answered with what to do", async () => {
    const { status, err } = await run(["strat"]);
    expect(status).not.toBe(0);
    expect(err).toMatch(/unknown command 'strat'/);
    expect(err).toMatch(/start/);
  });
});
