import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { createReadStream, readFileSync, writeFileSync } from "node:fs";
import type { Command } from "commander";
import { formOf } from "../consents/choices.ts";
import { isoTime, systemClock } from "../core/clock.ts";
import { FieldguardError } from "../core/errors.ts";
import { type AskAnew, askAnew } from "../evidence/ask-anew.ts";
import { columns } from "../evidence/views/text.ts";
import { currentRecords, stateAt } from "../rights/life-state.ts";
import { readLines } from "../rights/lines.ts";
import { makeReceipt, signReceipt } from "../rights/receipt.ts";
import { exportConsents, importConsents, LINE_LENGTH_MAX, type RefusedRow } from "../rights/transfer.ts";
import { belongsTo } from "../stores/apart.ts";
import { evidenceFile, type Stores } from "../stores/open.ts";
import { loadSchema } from "./load-schema.ts";
import { EXIT, print, printJson, writeOut } from "./output.ts";
import { environmentOf, recordCommand, withStores } from "./with-stores.ts";

interface StoreOptions {
  readonly store?: string;
  readonly json?: boolean;
}

export function addConsent(program: Command): void {
  const consent = program.command("consent").description("show, carry over and certify stored consents");
  const withStore = (command: Command): Command => command.option("--store <url>", "store to use (FIELDGUARD_STORE)");
  withStore(consent.command("show <subject>").description("current consents and state of one person"))
    .option("--json", "print JSON")
    .action(show);
  withStore(consent.command("history <subject>").description("what happened to one person's consents, oldest first"))
    .option("--json", "print JSON")
    .action(history);
  withStore(consent.command("export").description("every event as NDJSON on standard output; the export is recorded"))
    .option("--after <id>", "go on after the event with this id")
    .action(exportAll);
  withStore(
    consent
      .command("import <file>")
      .description("events as NDJSON from a file, or - for standard input; safe to repeat"),
  )
    .option("--schema <files...>", "SDL files whose vocabulary counts; without any, the sample storefront's")
    .option("--json", "print the report as JSON")
    .action(importAll);
  withStore(
    consent
      .command("ask-anew")
      .description("who must be asked anew: consents whose form counts for less than what was entered"),
  )
    .option(
      "--schema <files...>",
      "SDL files: only where a @consent of theirs asks for a stronger form than what counts",
    )
    .option("--json", "print JSON")
    .action(listAskAnew);
  withStore(
    consent
      .command("receipt <subject>")
      .description("signed receipts (JSON-LD after DPV's 27560 guide) of one person's consents"),
  )
    .requiredOption("--controller <name>", "who is responsible: a name or an IRI")
    .option("--address <text>", "where the controller is; the standard asks for it")
    .option("--contact <text>", "how the controller is reached; likewise")
    .option("--key <file>", "Ed25519 private key (PEM); made where there is none", "./data/receipt-key.pem")
    .action(receipts);
}

async function show(subject: string, options: StoreOptions): Promise<void> {
  await withStores(options.store, async (stores) => {
    const { consents } = stores;
    await recordRead(stores, "consent show", subject);
    const [state, history] = await Promise.all([consents.subjectState(subject), consents.history(subject)]);
    const now = systemClock.now();
    const current = currentRecords(history, { now }).map(({ purpose, tenant, event, givenAt }) => ({
      purpose,
      tenant,
      categories: event.categories,
      recipients: event.recipients,
      state: stateAt(event, now),
      form: formOf(event),
      notice: event.notice === null ? null : `${event.notice.id}@${event.notice.version}`,
      givenAt: givenAt === null ? null : isoTime(givenAt),
      expiresAt: event.expiresAt === null ? null : isoTime(event.expiresAt),
    }));
    if (options.json)
      return printJson({ subject, status: state.status, legalHold: state.legalHold, consents: current });
    print(`${subject}: ${state.status}${state.legalHold ? ", under legal hold" : ""}`);
    const rows = current.map((each) => [
      `  ${each.purpose}`,
      each.tenant ?? "every tenant",
      [...(each.categories ?? []), ...(each.recipients ?? [])].join(" "),
      each.state,
      each.form,
      each.notice ?? "no notice",
      each.givenAt === null ? "never given" : `given ${each.givenAt}`,
      each.expiresAt === null ? "" : `until ${each.expiresAt}`,
    ]);
    print(rows.length === 0 ? "No consent is stored, so none stands." : columns(rows));
  });
}

/** A person's consents are personal data: reading them is recorded before they are read. */
function recordRead(stores: Stores, command: string, subject: string): Promise<void> {
  return recordCommand(stores, "EXPORT", command, {}, [stores.keyring.reference(subject)]);
}

async function history(subject: string, options: StoreOptions): Promise<void> {
  await withStores(options.store, async (stores) => {
    const { consents } = stores;
    await recordRead(stores, "consent history", subject);
    const events = await consents.history(subject);
    if (options.json) return printJson(events.map((event) => ({ ...event, time: isoTime(event.time) })));
    const rows = events.map((event) => [
      `  ${isoTime(event.time)}`,
      event.state,
      event.purposes.join(" "),
      event.form,
      `by ${event.expressedBy.role}`,
      event.reason ?? "",
    ]);
    print(rows.length === 0 ? "Nothing is stored." : columns(rows));
  });
}

const PROGRESS_EVERY = 10_000;

async function exportAll(options: StoreOptions & { readonly after?: string }): Promise<void> {
  await withStores(options.store, async (stores) => {
    await recordCommand(stores, "EXPORT", "consent export", {});
    let count = 0;
    for await (const line of exportConsents(stores.consents, options.after)) {
      await writeOut(line);
      count += 1;
      if (count % PROGRESS_EVERY === 0) process.stderr.write(`${count} events\n`);
    }
    process.stderr.write(`${count} events exported.\n`);
  });
}

async function importAll(file: string, options: StoreOptions & { readonly schema?: readonly string[] }): Promise<void> {
  const { vocabulary } = loadSchema(options.schema ?? []).policy;
  refuseOwnFile(file, options);
  await withStores(options.store, async (stores) => {
    const refused: RefusedRow[] = [];
    const lines = readLines(textOf(file), LINE_LENGTH_MAX);
    await recordCommand(stores, "CONSENT_CHANGE", "consent import", { begun: true });
    const about = { store: stores.consents, clock: systemClock, vocabulary };
    const report = await importConsents(lines, about, (row) => {
      if (refused.length < REFUSED_SHOWN_MAX) refused.push(row);
    });
    await recordCommand(stores, "CONSENT_CHANGE", "consent import", { ...report });
    if (options.json) printJson({ ...report, refusals: refused });
    else {
      for (const { row, code, why } of refused) print(`row ${row}: ${code}: ${why}`);
      print(`${report.rows} rows read, ${report.accepted} stand in the store, ${report.refused} refused.`);
    }
    process.exitCode = report.refused > 0 ? EXIT.failed : EXIT.ok;
  });
}

/** Read and closed while the store is open, its own file would lose this process's locks on it; see `checkApart`. */
function refuseOwnFile(file: string, options: StoreOptions): void {
  const { store, spool } = environmentOf(options.store);
  const database = evidenceFile(store, spool);
  if (database === null || !belongsTo(file === "-" ? STANDARD_INPUT : file, database)) return;
  throw new FieldguardError(
    "BAD_INPUT",
    "Cannot import the store's own file, or one that belongs to it: name a file with an event as JSON in each line, such as `consent export` writes.",
  );
}

const STANDARD_INPUT = "/dev/stdin";

async function* textOf(file: string): AsyncGenerator<string> {
  const input = file === "-" ? process.stdin : createReadStream(file);
  try {
    yield* input.setEncoding("utf8") as AsyncIterable<string>;
  } catch (cause) {
    throw new FieldguardError("BAD_INPUT", `Cannot read ${file}: check its name and permissions.`, { cause });
  }
}

async function listAskAnew(options: StoreOptions & { readonly schema?: readonly string[] }): Promise<void> {
  const policy = options.schema === undefined ? null : loadSchema(options.schema).policy;
  await withStores(options.store, async (stores) => {
    await recordCommand(stores, "EXPORT", "consent ask-anew", {});
    const found: AskAnew[] = [];
    for await (const one of askAnew(stores.consents, systemClock.now(), policy)) found.push(one);
    if (options.json) return printJson(found);
    const rows = found.map(({ subject, purpose, tenant, form, counts, why }) => [
      subject,
      purpose,
      tenant ?? "every tenant",
      `${form} counts as ${counts}`,
      why,
    ]);
    print(rows.length === 0 ? "Nobody: every consent that stands counts as it was entered." : columns(rows));
  });
}

/** Refusals that are listed; the counts tell of all. */
const REFUSED_SHOWN_MAX = 1_000;

async function receipts(
  subject: string,
  options: StoreOptions & {
    readonly controller: string;
    readonly address?: string;
    readonly contact?: string;
    readonly key: string;
  },
): Promise<void> {
  const key = signingKey(options.key);
  const keyId = createPublicKey(key).export({ format: "jwk" }).x ?? "";
  await withStores(options.store, async (stores) => {
    const { consents } = stores;
    await recordRead(stores, "consent receipt", subject);
    const { controller, address = null, contact = null } = options;
    const about = { controller, address, contact, now: systemClock.now() };
    const events = await consents.history(subject);
    const records = currentRecords(events, { now: about.now });
    printJson(records.map((record) => signReceipt(makeReceipt(record, events, about), key, keyId)));
  });
}

function signingKey(file: string): KeyObject {
  try {
    writeFileSync(file, generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }), {
      flag: "wx",
      mode: 0o600,
    });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") {
      throw new FieldguardError("BAD_INPUT", `Cannot write the key ${file}: check the folder and its permissions.`, {
        cause,
      });
    }
  }
  try {
    const key = createPrivateKey(readFileSync(file));
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch {
    // Told below, without what the file holds.
  }
  throw new FieldguardError("BAD_INPUT", `Cannot sign with ${file}: expected an Ed25519 private key in PEM.`);
}
