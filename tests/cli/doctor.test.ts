/** `baton doctor`: the operator learns before the customers do. */
import { describe, expect, it } from "vitest";
import { run } from "../road/process.ts";

describe("a demo without credentials", () => {
  it("is well, and says that nothing leaves this machine and where it is told how to go live", async () => {
    const { status, out } = await run(["doctor"]);
    expect(status).toBe(0);
    expect(out).toContain("it runs against its built-in twin");
    expect(out).toContain("docs/channels/wechat.md");
  });
});
