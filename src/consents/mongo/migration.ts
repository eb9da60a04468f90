import type { Model } from "mongoose";
import { withoutFreeText } from "../contract.ts";
import { latestOf, snapshotAfter } from "./commit.ts";
import type { Commit, StoredCommit } from "./model.ts";

/**
 * Version 1 kept one record a tenant, in which a question took the place of a choice: works out everybody's records anew from
 * their events, which are the truth. No gateway may run meanwhile: one of the first edition would go on from what it does not know.
 * Safe to repeat where it broke off.
 */
export async function migrateConsents(commits: Model<Commit>, from: number): Promise<void> {
  if (from > 1) return;
  for await (const { _id, subject } of commits
    .find({ current: { $exists: true } }, { subject: 1 })
    .lean<StoredCommit[]>()
    .cursor()) {
    const all = await commits.find({ subject }, { n: 1, events: 1, state: 1 }).sort({ n: 1 }).lean<Commit[]>();
    const events = all.flatMap((commit) => commit.events);
    const told = latestOf(all)?.state.status === "ERASED" ? events.map(withoutFreeText) : events;
    const records = snapshotAfter({ subject, records: {} }, told);
    await commits.updateOne({ _id, current: { $exists: true } }, { $set: { records } });
  }
}
