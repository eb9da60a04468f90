import { readFile } from "node:fs/promises";
import { expect, test } from "@jest/globals";
import { MUTATIONS } from "../mutation/table.ts";
import { FAMILIES } from "./cases/index.ts";
import { WRITES } from "./cases/writes.ts";

const page = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), "utf8");

test("the page on security counts the corpus as it is", async () => {
  const rows = (await page("docs/security.md")).matchAll(/^\| ([^|]+) \| (\d+) \|$/gm);
  const stated = Array.from(rows, ([, name, count]) => [name, Number(count)]);
  const counted = [...FAMILIES, { name: "writes", attacks: WRITES }].map(
    ({ name, attacks }) => [name, attacks.length] as const,
  );
  const together = counted.reduce((sum, [, count]) => sum + count, 0);
  expect(stated).toEqual([...counted, ["together", together]]);
  expect(together).toBeGreaterThanOrEqual(150);
});

test("and the mutations as they are", async () => {
  const [, patches] = /by (\d+) small patches/.exec(await page("docs/security.md")) ?? [];
  expect(Number(patches)).toBe(MUTATIONS.length);
});

test("the README leads there", async () => {
  expect(await page("README.md")).toContain("docs/security.md");
});
