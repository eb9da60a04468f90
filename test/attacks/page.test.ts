import { readFile } from "node:fs/promises";
import { expect, test } from "@jest/globals";
import { MUTATIONS } from "../mutation/table.ts";
import { FAMILIES } from "./cases/index.ts";

const page = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), "utf8");

test("the page on security counts the corpus as it is", async () => {
  const rows = (await page("docs/security.md")).matchAll(/^\| ([^|]+) \| (\d+) \|$/gm);
  const stated = Array.from(rows, ([, name, count]) => [name, Number(count)]);
  const counted = FAMILIES.map(({ name, attacks }) => [name, attacks.length] as const);
  const together = counted.reduce((sum, [, count]) => sum + count, 0);
  expect(stated).toEqual([...counted, ["together", together]]);
  expect(together).toBeGreaterThanOrEqual(150);
});

test("and the mutations", async () => {
  const [, patches, noticed, of] =
    /by (\d+) small patches .+ Noticed: (\d+) of (\d+)\./.exec(await page("docs/security.md")) ?? [];
  expect([patches, noticed, of].map(Number)).toEqual(Array(3).fill(MUTATIONS.length));
});

test("the README leads there", async () => {
  expect(await page("README.md")).toContain("docs/security.md");
});
