import type { Command } from "commander";
import { isoTime, systemClock } from "../core/clock.ts";
import { FieldguardError } from "../core/errors.ts";
import { saysSomething } from "../core/says-something.ts";
import { inWords, type Loss } from "../databases/losses.ts";
import { backUpStore, migrateStore, restoreStore, type Stores } from "../stores/open.ts";
import { print, printJson } from "./output.ts";
import { COMMAND_LINE, environmentOf, recordCommand, withStores } from "./with-stores.ts";

interface StoreOptions {
  readonly store?: string;
  readonly json?: boolean;
}

export function addStore(program: Command): void {
  const store = program.command("store").description("look after what consents and the access log are kept in");
  store
    .command("migrate")
    .description("make or mend the collections and indexes of a MongoDB store; gateways check them at start")
    .option("--store <url>", "store to bring up to date (FIELDGUARD_STORE)")
    .option("--json", "print JSON")
    .action(async (options: StoreOptions) => {
      const parts = await migrateStore(environmentOf(options.store).store);
      if (options.json) printJson({ parts });
      else print(`Up to date: ${parts.join(", ")}.`);
    });
  store
    .command("backup")
    .description("copy a SQLite store into a new folder, while gateways run; keep its keys elsewhere")
    .argument("<folder>", "folder to make")
    .option("--store <url>", "store to copy (FIELDGUARD_STORE)")
    .option("--json", "print JSON")
    .action(backup);
  store
    .command("restore")
    .description("put a backup in the place of a SQLite store, on record; gateways are to be stopped before")
    .requiredOption("--from <folder>", "folder that `store backup` has made")
    .requiredOption("--because <text>", "why, for the record")
    .option("--store <url>", "store to replace (FIELDGUARD_STORE)")
    .option("--json", "print JSON")
    .action(restore);
  store
    .command("accept")
    .description("use a store as it is though something that was acknowledged is missing, on record")
    .requiredOption("--because <text>", "why, for the record")
    .option("--new-key", "also where the log key or the signing key is another, or gone")
    .option("--store <url>", "store to accept (FIELDGUARD_STORE)")
    .option("--json", "print JSON")
    .action(acceptStore);
}

async function backup(folder: string, options: StoreOptions): Promise<void> {
  // A copy of everything leaves: on record before, and refused where the store is not what it must be.
  await withStores(options.store, (stores) => recordCommand(stores, "EXPORT", "store backup", {}));
  const manifest = await backUpStore(environmentOf(options.store).store, folder, isoTime(systemClock.now()));
  if (options.json) printJson(manifest);
  else {
    const records = manifest.writers.reduce((sum, { size }) => sum + size, 0);
    print(`Backed up into ${folder}: ${records} records, ${manifest.consents ?? 0} changes of consents.`);
    print("Its keys are not in it: keep what stands beside the store (.key, .sign.pem) elsewhere.");
  }
}

async function restore(options: StoreOptions & { readonly from: string; readonly because: string }): Promise<void> {
  const because = reasonIn(options.because);
  const { store, logKey } = environmentOf(options.store);
  const suffix = isoTime(systemClock.now()).replace(/[:.]/g, "-");
  const { manifest, aside } = await restoreStore(store, options.from, logKey, suffix);
  await withStores(options.store, async (stores) => tell(stores, options, { backup: manifest.madeAt, aside }), {
    accept: { because, by: COMMAND_LINE, newKey: false, backup: manifest.madeAt },
  });
}

async function acceptStore(options: StoreOptions & { readonly because: string; readonly newKey?: boolean }) {
  const because = reasonIn(options.because);
  const accept = { because, by: COMMAND_LINE, newKey: options.newKey ?? false, backup: null };
  await withStores(options.store, async (stores) => tell(stores, options, {}), { accept });
}

function reasonIn(text: string): string {
  if (saysSomething(text)) return text.trim();
  throw new FieldguardError("BAD_INPUT", "Cannot do this without a reason: say in --because why.");
}

function tell(
  { losses = [] }: Stores,
  { json }: StoreOptions,
  done: { readonly backup?: string; readonly aside?: string | null },
): void {
  if (json) {
    printJson({ ...done, missing: losses });
    return;
  }
  if (done.backup !== undefined) print(`Restored what was backed up at ${done.backup}.`);
  if (typeof done.aside === "string") print(`What was there before is kept as ${done.aside}: it holds people's data.`);
  print(losses.length === 0 ? "Nothing is known to be missing." : losses.map((loss: Loss) => inWords(loss)).join("\n"));
  print("On record; the log goes on under a new writer.");
}
