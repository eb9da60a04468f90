import type { Component, Database } from "../../databases/sqlite/database.ts";
import { fillStandings } from "./projection.ts";

/**
 * Events are the truth, `consent_standing` their projection (columns of what a decision reads, so that no event need be
 * parsed for one): choices, the no that each may give way to, and questions. `tenant` is a key: "" for every tenant, "=" and
 * the tenant's id for one; `covers` the categories and recipients; `since` and `event_seq` as `recordsAfter` has them.
 * `consent_revision` counts the changes, for the caches of other connections.
 */
export const CONSENT_COMPONENT: Component = {
  name: "consent",
  migrations: [
    `CREATE TABLE consent_event (
       seq INTEGER PRIMARY KEY AUTOINCREMENT,
       id TEXT NOT NULL UNIQUE,
       subject TEXT NOT NULL,
       key TEXT,
       body TEXT NOT NULL,
       stored_at INTEGER NOT NULL
     ) STRICT;
     CREATE INDEX consent_event_subject ON consent_event (subject, seq);
     CREATE UNIQUE INDEX consent_event_key ON consent_event (subject, key) WHERE key IS NOT NULL;

     CREATE TABLE consent_record (
       subject TEXT NOT NULL,
       purpose TEXT NOT NULL,
       scope TEXT NOT NULL,
       record_id TEXT NOT NULL,
       event_seq INTEGER NOT NULL REFERENCES consent_event (seq),
       event_id TEXT NOT NULL,
       state TEXT NOT NULL,
       form TEXT NOT NULL,
       time INTEGER NOT NULL,
       given_at INTEGER,
       expires_at INTEGER,
       notice_id TEXT,
       notice_version TEXT,
       categories TEXT,
       recipients TEXT,
       role TEXT NOT NULL,
       verified INTEGER NOT NULL,
       PRIMARY KEY (subject, purpose, scope)
     ) STRICT, WITHOUT ROWID;

     CREATE TABLE consent_subject (
       subject TEXT PRIMARY KEY,
       status TEXT NOT NULL CHECK (status IN ('ACTIVE', 'RESTRICTED', 'ERASED')),
       legal_hold INTEGER NOT NULL,
       time INTEGER NOT NULL,
       by TEXT NOT NULL,
       reason TEXT
     ) STRICT, WITHOUT ROWID;

     CREATE TABLE consent_agreement (
       id TEXT PRIMARY KEY,
       tenant TEXT NOT NULL,
       partner TEXT,
       body TEXT NOT NULL
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX consent_agreement_tenant ON consent_agreement (tenant);

     CREATE TABLE consent_revision (one INTEGER PRIMARY KEY CHECK (one = 1), value INTEGER NOT NULL) STRICT;
     INSERT INTO consent_revision (one, value) VALUES (1, 0);`,
    // Counts the changes of people's states alone, by whatever writes them: what is kept in memory of the erased is as of it.
    `CREATE TABLE consent_subject_revision (one INTEGER PRIMARY KEY CHECK (one = 1), value INTEGER NOT NULL) STRICT;
     INSERT INTO consent_subject_revision (one, value) VALUES (1, 0);
     CREATE TRIGGER consent_subject_inserted AFTER INSERT ON consent_subject
       BEGIN UPDATE consent_subject_revision SET value = value + 1; END;
     CREATE TRIGGER consent_subject_updated AFTER UPDATE ON consent_subject
       BEGIN UPDATE consent_subject_revision SET value = value + 1; END;
     CREATE TRIGGER consent_subject_deleted AFTER DELETE ON consent_subject
       BEGIN UPDATE consent_subject_revision SET value = value + 1; END;
     CREATE INDEX consent_subject_apart ON consent_subject (subject, status, legal_hold)
       WHERE status = 'ERASED' OR legal_hold = 1;`,
    // The first edition kept one record a tenant, in which a question took the place of a choice: what it lost the events tell.
    (database: Database) => {
      database.exec(
        `CREATE TABLE consent_standing (
           subject TEXT NOT NULL,
           purpose TEXT NOT NULL,
           tenant TEXT NOT NULL,
           covers TEXT NOT NULL,
           kind TEXT NOT NULL CHECK (kind IN ('CHOICE', 'OBJECTION', 'QUESTION')),
           record_id TEXT NOT NULL,
           event_seq INTEGER NOT NULL REFERENCES consent_event (seq),
           event_id TEXT NOT NULL,
           state TEXT NOT NULL,
           form TEXT NOT NULL,
           since INTEGER NOT NULL,
           given_at INTEGER,
           expires_at INTEGER,
           notice_id TEXT,
           notice_version TEXT,
           categories TEXT,
           recipients TEXT,
           role TEXT NOT NULL,
           verified INTEGER NOT NULL,
           PRIMARY KEY (subject, purpose, tenant, covers, kind)
         ) STRICT, WITHOUT ROWID;`,
      );
      fillStandings(database);
      database.exec("DROP TABLE consent_record; UPDATE consent_revision SET value = value + 1;");
    },
    // Which change each was: a count alone is the same again once as many other changes have followed an older copy.
    `CREATE TABLE consent_change (revision INTEGER PRIMARY KEY, id TEXT NOT NULL) STRICT;
     CREATE TRIGGER consent_revision_counted AFTER UPDATE ON consent_revision
       BEGIN INSERT INTO consent_change (revision, id) VALUES (NEW.value, lower(hex(randomblob(8)))); END;`,
  ],
};
