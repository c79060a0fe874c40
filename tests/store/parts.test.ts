/** The fields of a customer at several addresses, as a law: joined in any order they are the same, and one address takes away only its own. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { EMPTY_PART, joinParts, type Part, writeAt, writeFields } from "../../model/parts.ts";

const name = fc.constantFrom("email", "city", "tags", "vip", "__proto__", "constructor");
const value = fc.oneof(fc.constant(null), fc.string({ maxLength: 3 }), fc.integer({ min: 0, max: 3 }), fc.boolean());
const tags = fc.uniqueArray(fc.constantFrom("a", "b", "c"), { maxLength: 3 });
const news: fc.Arbitrary<JsonObject> = fc
  .array(fc.tuple(name, value, tags), { maxLength: 3 })
  .map((all) => Object.fromEntries(all.map(([key, one, list]) => [key, key === "tags" ? list : one])));
const part: fc.Arbitrary<Part> = fc
  .array(fc.tuple(news, fc.integer({ min: 1, max: 5 })), { maxLength: 4 })
  .map((writes) => writes.reduce((all, [fields, atMs]) => writeFields(all, fields, atMs), EMPTY_PART));

/** As JSON keeps it: the order of keys says nothing. */
const plain = ({ fields, written }: Part) => [Object.entries(fields).sort(byName), Object.entries(written).sort(byName)];
const byName = ([one]: [string, unknown], [two]: [string, unknown]) => (one < two ? -1 : 1);

test("parts joined in any order, any grouping and any repetition say the same", () => {
  fc.assert(
    fc.property(part, part, part, (a, b, c) => {
      const whole = plain(joinParts([a, b, c]));
      expect(plain(joinParts([c, a, b]))).toEqual(whole);
      expect(plain(joinParts([joinParts([a, b]), c]))).toEqual(whole);
      expect(plain(joinParts([a, joinParts([b, c]), a, c]))).toEqual(whole);
    }),
  );
});

test("what one address writes last is what everybody knows, whatever the clocks say", () => {
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1, maxLength: 3 }),
      fc.nat(),
      news,
      fc.integer({ min: 0, max: 9 }),
      (parts, which, fields, atMs) => {
        const at = which % parts.length;
        const known = Object.fromEntries(Object.entries(joinParts(writeAt(parts, at, fields, atMs)).fields));
        for (const [key, one] of Object.entries(fields)) {
          if (key === "tags") expect(known.tags ?? []).toEqual([...(one as string[])].sort());
          else if (one === null) expect(Object.hasOwn(known, key)).toBe(false);
          else expect(Object.entries(known).find(([other]) => other === key)?.[1]).toEqual(one);
        }
      },
    ),
  );
});

test("an address that leaves leaves the others as if they had always been alone, tags that it took away apart", () => {
  fc.assert(
    fc.property(
      part,
      part,
      fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), news, fc.integer({ min: 6, max: 99 })), { maxLength: 6 }),
      (a, b, writes) => {
        let parts = [a, b];
        let alone: Part = a;
        for (const [at, fields, atMs] of writes) {
          const { tags: _tags, ...others } = fields;
          parts = writeAt(parts, at, others, atMs);
          if (at === 0) alone = writeFields(alone, others, atMs);
        }
        expect(Object.entries(parts[0]!.fields).sort(byName)).toEqual(Object.entries(alone.fields).sort(byName));
      },
    ),
  );
});
