/** better-auth's tables in our store: few rows, found by id, by their one unique field or by their user; other conditions are looked at here. */
import { type CleanedWhere, type CustomAdapter, createAdapterFactory } from "better-auth/adapters";
import type { DeskShelf, SignInBy, SignInRow } from "../../model/desk-shelf.ts";
import type { JsonObject } from "../../model/json.ts";

/** Per table the field that is unique in it, and the one that names the user. */
const KEY = new Map([
  ["user", "email"],
  ["session", "token"],
]);
const OWNER = new Map([
  ["session", "userId"],
  ["account", "userId"],
]);

type Record_ = Record<string, unknown>;

export function signInTables(store: Pick<DeskShelf, "signInRows" | "writeSignIn">) {
  return createAdapterFactory({
    config: {
      adapterId: "baton",
      adapterName: "Baton's store",
      supportsDates: false, // rows are JSON
      supportsBooleans: true,
      supportsJSON: true,
      supportsNumericIds: false,
    },
    adapter: () => adapterOver(store),
  });
}

function adapterOver(store: Pick<DeskShelf, "signInRows" | "writeSignIn">): CustomAdapter {
  async function matching(table: string, where: CleanedWhere[] = []): Promise<SignInRow[]> {
    const rows = await store.signInRows(table, narrowest(table, where));
    return rows.filter((row) => holds(row.body, where));
  }
  return {
    async create({ model, data }) {
      await store.writeSignIn({ put: [rowOf(model, data)] });
      return data;
    },
    async update<T>({ model, where, update }: { model: string; where: CleanedWhere[]; update: T }) {
      const [row] = await matching(model, where);
      if (!row) return null;
      const changed = { ...row.body, ...(update as Record_) };
      await store.writeSignIn({ put: [rowOf(model, changed)] });
      return changed as T;
    },
    async updateMany({ model, where, update }) {
      const rows = await matching(model, where);
      await store.writeSignIn({ put: rows.map((row) => rowOf(model, { ...row.body, ...update })) });
      return rows.length;
    },
    async findOne<T>({ model, where }: { model: string; where: CleanedWhere[] }) {
      return ((await matching(model, where))[0]?.body ?? null) as T | null;
    },
    async findMany<T>({ model, where, limit, offset = 0, sortBy }: Parameters<CustomAdapter["findMany"]>[0]) {
      const found = (await matching(model, where)).map((row) => row.body);
      if (sortBy) found.sort((a, b) => order(a[sortBy.field], b[sortBy.field]) * (sortBy.direction === "desc" ? -1 : 1));
      return found.slice(offset, offset + limit) as T[];
    },
    async delete({ model, where }) {
      const rows = await matching(model, where);
      await store.writeSignIn({ remove: rows });
    },
    async deleteMany({ model, where }) {
      const rows = await matching(model, where);
      await store.writeSignIn({ remove: rows });
      return rows.length;
    },
    async count({ model, where }) {
      return (await matching(model, where)).length;
    },
  };
}

function rowOf(table: string, data: Record_): SignInRow {
  const text = (field: string | undefined): string | null => {
    const value = field === undefined ? undefined : data[field];
    return typeof value === "string" ? value : null;
  };
  return { table, id: String(data.id), key: text(KEY.get(table)), owner: text(OWNER.get(table)), body: data as JsonObject };
}

function narrowest(table: string, where: CleanedWhere[]): SignInBy {
  const equal = (field: string | undefined): string | undefined => {
    const one = where.find((clause) => clause.field === field && clause.operator === "eq" && clause.connector === "AND");
    return typeof one?.value === "string" ? one.value : undefined;
  };
  if (where.some((clause) => clause.connector === "OR")) return "all";
  const [id, key, owner] = [equal("id"), equal(KEY.get(table)), equal(OWNER.get(table))];
  if (id !== undefined) return { id };
  if (key !== undefined) return { key };
  return owner === undefined ? "all" : { owner };
}

/** As the library means it: all clauses joined by AND hold, and, if there are any joined by OR, one of those. */
function holds(body: JsonObject, where: CleanedWhere[]): boolean {
  const ands = where.filter((clause) => clause.connector === "AND");
  const ors = where.filter((clause) => clause.connector === "OR");
  return ands.every((clause) => holdsOne(body, clause)) && (ors.length === 0 || ors.some((clause) => holdsOne(body, clause)));
}

/** @throws for an operator that no road of ours uses: rather none than a condition that is not looked at */
function holdsOne(body: JsonObject, { field, operator, value: asked }: CleanedWhere): boolean {
  const value = body[field] ?? null;
  const wanted = asked instanceof Date ? asked.toISOString() : asked;
  switch (operator) {
    case "eq":
      return value === wanted;
    case "ne":
      return value !== wanted;
    case "in":
      return Array.isArray(wanted) && (wanted as unknown[]).includes(value);
    case "not_in":
      return Array.isArray(wanted) && !(wanted as unknown[]).includes(value);
    case "lt":
      return order(value, wanted) < 0;
    case "lte":
      return order(value, wanted) <= 0;
    case "gt":
      return order(value, wanted) > 0;
    case "gte":
      return order(value, wanted) >= 0;
    default:
      throw new Error(`The sign-in tables do not know the operator ${operator}.`);
  }
}

/** Instants are ISO 8601 in UTC, so that their order is that of their texts. */
function order(a: unknown, b: unknown): number {
  if (a === b) return 0;
  return (a as string) < (b as string) ? -1 : 1;
}
