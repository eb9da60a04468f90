import { execFileSync } from "node:child_process";
import type { Caller } from "../decision/model.ts";
import { affectedSubjects } from "../evidence/affected-subjects.ts";
import { dueForDeletion } from "../evidence/due-for-deletion.ts";
import { explainRecord } from "../evidence/explain-record.ts";
import type { Person } from "../evidence/people.ts";
import { recordReading } from "../evidence/record-reading.ts";
import { subjectReport } from "../evidence/subject-report.ts";
import type { AccessFilter } from "../log/contract.ts";
import { deploymentOf } from "../options.ts";
import { categoryMatrix } from "../policy/category-matrix.ts";
import { recordedCaller } from "../request/record.ts";
import { answerRequest, RIGHTS, type RightsDesk, requestRight, rightsRequests } from "../rights/rights-requests.ts";
import { createConsentService } from "../rights/service.ts";
import { ask } from "./ask.ts";
import { compilePack } from "./compile.ts";
import type { Kept, Pack, Step } from "./model.ts";
import { reveals } from "./reveals.ts";
import type { ServedPack } from "./serve.ts";

interface Reporting {
  readonly served: ServedPack;
  readonly pack: Pack;
  readonly step: Step;
  readonly kept: Kept;
}

type Report = (reporting: Reporting) => unknown;

/** What a step can `run` in place of an operation: the reports and commands by which recorded promises are shown. */
const REPORTS: Readonly<Record<string, Report>> = {
  /** What `check` warns of, in the pack's schema and what `with.sdl` adds. */
  check({ pack, step }) {
    const added = step.with?.["sdl"];
    const { faults, hints } = compilePack(pack, ...(added === undefined ? [] : [String(added)]));
    const found = [...faults, ...hints];
    return found.filter(({ code }) => code === step.with?.["code"]).map(({ coordinate }) => coordinate);
  },
  /** Categories in use, with their fields, and whether they count as sensitive. */
  matrix: ({ served }) => categoryMatrix(served.gateway.policy),
  /** What makes each purpose lawful. */
  bases: ({ served }) => served.gateway.policy.vocabulary.purposes,
  /** Who sees what clear, in rows. */
  reveals: ({ served, pack, step }) => reveals(served, pack, String(step.ask)),
  /** Whose data an officer's survey (`ask`) finds to be due for deletion. */
  async due({ served, pack, step }) {
    const reply = await ask(served.url, pack, step);
    const { accessLog, consents } = served.gateway;
    const by = recordedCaller(callerOf(pack, step));
    await recordReading(accessLog, { kind: "EXPORT", by, time: served.clock.now(), command: "log report due" });
    const filter = { id: reply.privacy?.receipt ?? "none" };
    return dueForDeletion(accessLog, filter, { keyring: served.keyring, consents, people: peopleIn(pack) });
  },
  /** Whose data an incident concerns, as the log tells. */
  affected: ({ served, pack, step }) =>
    affectedSubjects(served.gateway.accessLog, (step.with ?? {}) as AccessFilter, {
      known: served.clock.now(),
      consents: served.gateway.consents,
      keyring: served.keyring,
      people: peopleIn(pack),
    }),
  /** Everything that the gateway keeps of a person. */
  subject: ({ served, step }) => {
    const { consents, accessLog } = served.gateway;
    const { keyring, clock } = served;
    return subjectReport(String(step.with?.["subject"]), { consents, accessLog, keyring, clock });
  },
  /** A tenant's staff ends an agreement, as the consent service has it. */
  async endAgreement({ served, pack, step }) {
    const { gateway, clock } = served;
    const service = createConsentService({
      store: gateway.consents,
      clock,
      vocabulary: gateway.policy.vocabulary,
      deployment: deploymentOf(pack.deployment),
    });
    return service.endAgreement(callerOf(pack, step), String(step.with?.["id"]), null);
  },
  /** Somebody asks for a right: when the answer is due. */
  async request(reporting) {
    const { step, pack, kept } = reporting;
    const right = RIGHTS.find((each) => each === step.with?.["right"]);
    if (right === undefined) throw new Error(`there is no right "${String(step.with?.["right"])}"`);
    const request = await requestRight(deskOf(reporting), callerOf(pack, step), null, right);
    kept.set("request", request.id);
    return request;
  },
  /** An officer answers the request that was made last. */
  async answer(reporting) {
    const { step, pack, kept } = reporting;
    await answerRequest(deskOf(reporting), callerOf(pack, step), String(kept.get("request")), "FULFILLED");
    return { outcome: "FULFILLED" };
  },
  /** The requests there are, and which are overdue. */
  requests: (reporting) => rightsRequests(deskOf(reporting)),
  /** Which texts (`with.values`) stand anywhere in the store's files, and whether the log names people (`with.ids`) by keyed references alone. */
  async kept({ served: { gateway, folder }, step }) {
    const files = folder === null ? null : textsInFiles(folder, textsIn(step, "values"));
    const { records } = await gateway.accessLog.query({}, { first: 100 });
    const people = JSON.stringify(records.map(({ subjects, decisions, details }) => [subjects, decisions, details]));
    const references = records.flatMap((record) => record.subjects);
    return {
      files: (files?.count ?? 0) > 0,
      found: files?.found ?? [],
      named: textsIn(step, "ids").filter((id) => people.includes(JSON.stringify(id))),
      keyed: references.length > 0 && references.every((reference) => /^\d+:[0-9a-f]{64}$/.test(reference)),
    };
  },
  /** Explains what the log's newest record of a field tells of it, test by test, as the command does by a record's id. */
  async explained({ served, pack, step }) {
    const { accessLog, policy } = served.gateway;
    const coordinate = String(step.with?.["coordinate"]);
    const { records } = await accessLog.query({ coordinate }, { first: 1 });
    const deployment = deploymentOf(pack.deployment);
    return explainRecord(accessLog, records[0]?.id ?? "none", coordinate, { policy, deployment });
  },
};

/**
 * Looked for by another process: one that opened and closed the store's files itself would drop its own locks on them,
 * which keep other programs from deleting what is not in the file yet.
 */
export function textsInFiles(
  folder: string,
  texts: readonly string[],
): { readonly count: number; readonly found: string[] } {
  const look = `
    const { readdirSync, readFileSync } = require("node:fs");
    const { join } = require("node:path");
    const [folder, ...texts] = process.argv.slice(1);
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
    const found = texts.filter((text) => files.some((bytes) => bytes.includes(text)));
    process.stdout.write(JSON.stringify({ count: files.length, found }));`;
  return JSON.parse(execFileSync(process.execPath, ["-e", look, "--", folder, ...texts], { encoding: "utf8" }));
}

function textsIn({ with: given }: Step, name: string): string[] {
  const texts = given?.[name];
  return Array.isArray(texts) ? texts.map(String) : [];
}

function deskOf({ served: { gateway, clock, keyring }, pack }: Reporting): RightsDesk {
  const due = pack.deployment.rightsDue ?? { days: 30, count: "CALENDAR" as const };
  return { log: gateway.accessLog, keyring, clock, due, policyHash: gateway.policy.hash };
}

function callerOf(pack: Pack, step: Step): Caller {
  const {
    sub = null,
    role = "GUEST",
    org = null,
    tenants = [],
    region = null,
    act,
  } = pack.callers[step.as ?? ""] ?? {};
  return {
    id: sub,
    role,
    organisation: org,
    tenants,
    region,
    purposes: null,
    onBehalfOf: act?.sub ?? null,
    actingAs: act?.as ?? null,
    tokenId: null,
    expiresAt: null,
    app: null,
  };
}

/** Every text of a pack's data can be somebody's id. */
function peopleIn(pack: Pack): Person[] {
  const texts = Object.values(pack.tables).flatMap((rows) =>
    rows.flatMap((row) => Object.values(row).filter((value) => typeof value === "string")),
  );
  return texts.map((id) => ({ id, birthDate: null }));
}

/** Runs a report by name. Throws for a name that none has. */
export async function runReport(name: string, reporting: Reporting): Promise<unknown> {
  const report = Object.hasOwn(REPORTS, name) ? REPORTS[name] : undefined;
  if (report === undefined)
    throw new Error(`there is no report "${name}": there are ${Object.keys(REPORTS).join(", ")}`);
  return report(reporting);
}
