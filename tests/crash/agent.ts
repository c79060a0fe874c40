/** The agent of a crash run: takes whatever waits, says one thing, gives it back; every request is repeated until it is answered. */

export type Agent = {
  /** Tickets whose line was accepted. */
  accepted: Set<string>;
  leave(): Promise<void>;
};

export function createAgent(url: string, token: string): Agent {
  const accepted = new Set<string>();
  let here = true;
  const work = attend();
  return {
    accepted,
    leave() {
      here = false;
      return work;
    },
  };

  async function attend(): Promise<void> {
    while (here) {
      const found = (await ask("GET", "/tickets?state=waiting&limit=200")) as {
        tickets?: { id: string; conversation_id: string }[];
      } | null;
      for (const ticket of found?.tickets ?? []) await help(ticket.id, ticket.conversation_id);
      await pause(50);
    }
  }

  async function help(ticket: string, conversation: string): Promise<void> {
    const claimed = (await until("POST", `/tickets/${ticket}/claim`, {}, `claim-${ticket}`)) as { epoch?: number };
    if (claimed.epoch === undefined) return;
    const line = { epoch: claimed.epoch, client_id: ticket, text: `agent for ${ticket}` };
    const said = (await until("POST", `/conversations/${conversation}/messages`, line)) as { id?: string };
    if (said.id !== undefined) accepted.add(ticket);
    await until("POST", `/tickets/${ticket}/return`, { epoch: claimed.epoch }, `return-${ticket}`);
  }

  /** Again until somebody answers: the process may be down, or have died before it could. */
  async function until(method: string, path: string, body: object, key?: string): Promise<unknown> {
    for (;;) {
      const answer = await ask(method, path, body, key);
      if (answer !== null || !here) return answer ?? {};
      await pause(60);
    }
  }

  /** null: nobody answered, or asked us to come again. */
  async function ask(method: string, path: string, body?: object, key?: string): Promise<unknown> {
    try {
      const response = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body ? { "content-type": "application/json" } : {}),
          ...(key ? { "idempotency-key": key } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const answer: unknown = await response.json();
      return response.status >= 500 ? null : answer;
    } catch {
      return null;
    }
  }
}

const pause = (ms: number) => new Promise<void>((over) => setTimeout(over, ms));
