CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE TABLE "profile" (
   "only" INTEGER PRIMARY KEY,
   "trainer" TEXT NOT NULL,
   "created_at" TEXT NOT NULL,
   "place" TEXT NOT NULL
) STRICT;
CREATE TABLE "setting" (
   "name" TEXT PRIMARY KEY,
   "value" TEXT NOT NULL
) STRICT;
CREATE TABLE "draft" (
   "key" TEXT PRIMARY KEY,
   "data" BLOB NOT NULL,
   "kept_at" TEXT NOT NULL
) STRICT;
CREATE TABLE "project" (
   "id" TEXT PRIMARY KEY,
   "name" TEXT NOT NULL,
   "body" TEXT NOT NULL,
   "created_at" TEXT NOT NULL,
   "current" INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE "record" (
   "seq" INTEGER PRIMARY KEY,
   "id" TEXT NOT NULL,
   "rev" INTEGER NOT NULL,
   "sha256" TEXT NOT NULL,
   "kind" TEXT NOT NULL,
   "project" TEXT NOT NULL,
   "trainer" TEXT NOT NULL,
   "created_at" TEXT NOT NULL,
   "private" INTEGER NOT NULL,
   "newest" INTEGER NOT NULL,
   "state" TEXT NOT NULL,
   "reason" TEXT NOT NULL,
   "title" TEXT NOT NULL,
   "comparison" TEXT,
   "conversation" TEXT,
   "erased_at" TEXT,
   "data" BLOB
) STRICT;
CREATE UNIQUE INDEX "idx_record_sha256"
    ON "record" ("sha256");
CREATE UNIQUE INDEX "idx_record_id_rev"
    ON "record" ("id", "rev");
CREATE INDEX "idx_record_project_newest_state"
    ON "record" ("project", "newest", "state");
CREATE INDEX "idx_record_comparison"
    ON "record" ("comparison");
CREATE INDEX "idx_record_conversation"
    ON "record" ("conversation");
CREATE TABLE "record_label" (
   "kind" TEXT,
   "value" TEXT,
   "seq" INTEGER REFERENCES "record"("seq"),
   PRIMARY KEY ("kind", "value", "seq")
) STRICT;
CREATE INDEX "idx_record_label_seq"
    ON "record_label" ("seq");
CREATE TABLE "imported" (
   "line" TEXT,
   "project" TEXT,
   "trainer" TEXT,
   "id" TEXT NOT NULL,
   PRIMARY KEY ("line", "project", "trainer")
) STRICT;
CREATE INDEX "idx_imported_id"
    ON "imported" ("id");
CREATE TABLE "record_text" (
   "seq" INTEGER PRIMARY KEY REFERENCES "record"("seq"),
   "prompt" TEXT NOT NULL,
   "answers" TEXT NOT NULL,
   "notes" TEXT NOT NULL
) STRICT;
CREATE TABLE "chain" (
   "chain" TEXT PRIMARY KEY,
   "project" TEXT NOT NULL,
   "device" TEXT NOT NULL,
   "state" TEXT NOT NULL,
   "reason" TEXT NOT NULL,
   "since" TEXT NOT NULL
, begins TEXT NOT NULL DEFAULT '0000000000000000000000000000000000000000000000000000000000000000') STRICT;
CREATE INDEX "idx_chain_project_state"
    ON "chain" ("project", "state");
CREATE TABLE "batch" (
   "number" INTEGER PRIMARY KEY,
   "batch_id" TEXT NOT NULL,
   "project" TEXT NOT NULL,
   "chain" TEXT NOT NULL REFERENCES "chain"("chain"),
   "seq" INTEGER NOT NULL,
   "payload_sha256" TEXT NOT NULL,
   "envelope" BLOB NOT NULL,
   "created_at" TEXT NOT NULL,
   "state" TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX "idx_batch_batch_id"
    ON "batch" ("batch_id");
CREATE UNIQUE INDEX "idx_batch_payload_sha256"
    ON "batch" ("payload_sha256");
CREATE UNIQUE INDEX "idx_batch_project_chain_seq"
    ON "batch" ("project", "chain", "seq");
CREATE TABLE "batch_item" (
   "batch" INTEGER REFERENCES "batch"("number"),
   "position" INTEGER,
   "id" TEXT NOT NULL,
   "rev" INTEGER NOT NULL,
   "sha256" TEXT NOT NULL,
   "status" TEXT,
   "rule" TEXT,
   PRIMARY KEY ("batch", "position")
) STRICT;
CREATE INDEX "idx_batch_item_id"
    ON "batch_item" ("id");
CREATE INDEX "idx_batch_item_sha256"
    ON "batch_item" ("sha256");
CREATE TABLE "receipt" (
   "number" INTEGER PRIMARY KEY,
   "sha256" TEXT NOT NULL,
   "batch" INTEGER NOT NULL REFERENCES "batch"("number"),
   "envelope" BLOB NOT NULL,
   "kept_at" TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX "idx_receipt_sha256"
    ON "receipt" ("sha256");
CREATE INDEX "idx_receipt_batch"
    ON "receipt" ("batch");
CREATE INDEX "idx_record_project_newest_erased_at"
    ON "record" ("project", "newest", "erased_at");
CREATE VIRTUAL TABLE record_text_fts USING fts5 (prompt, answers, notes, tokenize='unicode61 remove_diacritics 2', content='record_text', prefix='2');
CREATE TABLE "rubric" (
   "sha256" TEXT PRIMARY KEY,
   "id" TEXT NOT NULL,
   "version" INTEGER NOT NULL,
   "body" TEXT NOT NULL,
   "kept_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "idx_rubric_id"
    ON "rubric" ("id");
CREATE TABLE "look" (
   "seq" INTEGER PRIMARY KEY REFERENCES "record"("seq"),
   "finder" INTEGER NOT NULL
) STRICT;
CREATE TABLE "look_place" (
   "seq" INTEGER REFERENCES "record"("seq"),
   "position" INTEGER,
   "kind" TEXT NOT NULL,
   "quote" TEXT NOT NULL,
   PRIMARY KEY ("seq", "position")
) STRICT;
CREATE INDEX record_unsent ON record (project, trainer, state, kind, id) WHERE newest = 1 AND private = 0 AND erased_at IS NULL;
CREATE TABLE "key_event" (
   "number" INTEGER PRIMARY KEY,
   "sha256" TEXT NOT NULL,
   "project" TEXT NOT NULL,
   "kind" TEXT NOT NULL,
   "old" TEXT NOT NULL,
   "new" TEXT,
   "old_key" BLOB,
   "envelope" BLOB NOT NULL,
   "state" TEXT NOT NULL,
   "made_at" TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX "idx_key_event_sha256"
    ON "key_event" ("sha256");
CREATE INDEX "idx_key_event_project_old"
    ON "key_event" ("project", "old");
CREATE INDEX "idx_key_event_project_new"
    ON "key_event" ("project", "new");
CREATE TABLE "device_list" (
   "project" TEXT PRIMARY KEY,
   "version" INTEGER NOT NULL,
   "envelope" BLOB NOT NULL
) STRICT;
CREATE TABLE "collector_key" (
   "number" INTEGER PRIMARY KEY,
   "project" TEXT NOT NULL,
   "envelope" BLOB NOT NULL,
   "kept_at" TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX "idx_collector_key_project_envelope"
    ON "collector_key" ("project", "envelope");
CREATE TABLE "guideline" (
   "number" INTEGER PRIMARY KEY,
   "project" TEXT NOT NULL,
   "id" TEXT NOT NULL,
   "version" INTEGER NOT NULL,
   "sha256" TEXT NOT NULL,
   "text" TEXT NOT NULL,
   "source" TEXT NOT NULL,
   "since" TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX "idx_guideline_project_id_version_sha256"
    ON "guideline" ("project", "id", "version", "sha256");
CREATE INDEX "idx_guideline_sha256"
    ON "guideline" ("sha256");
CREATE TABLE "browser" (
   "pairing" TEXT PRIMARY KEY,
   "origin" TEXT NOT NULL,
   "ext_pub" BLOB NOT NULL,
   "desk_pub" BLOB NOT NULL,
   "browser" TEXT NOT NULL,
   "name" TEXT NOT NULL,
   "paired_at" TEXT NOT NULL,
   "seen_at" TEXT NOT NULL,
   "revoked_at" TEXT
) STRICT;
CREATE TABLE "capture" (
   "id" TEXT PRIMARY KEY,
   "sha256" TEXT NOT NULL,
   "pairing" TEXT NOT NULL,
   "received_at" TEXT NOT NULL,
   "state" TEXT NOT NULL,
   "message" BLOB
, comparison TEXT) STRICT;
CREATE INDEX "idx_capture_state_received_at"
    ON "capture" ("state", "received_at");
CREATE TABLE "capture_verdict" (
   "id" TEXT PRIMARY KEY,
   "capture" TEXT NOT NULL,
   "sha256" TEXT NOT NULL,
   "pairing" TEXT NOT NULL,
   "received_at" TEXT NOT NULL,
   "message" BLOB
) STRICT;
CREATE UNIQUE INDEX "idx_capture_verdict_capture"
    ON "capture_verdict" ("capture");
CREATE TABLE "capture_answer" (
   "ask" TEXT,
   "number" INTEGER,
   "capture" TEXT NOT NULL,
   "sha256" TEXT NOT NULL,
   "data" BLOB NOT NULL,
   PRIMARY KEY ("ask", "number")
) STRICT;
CREATE INDEX "idx_capture_answer_capture"
    ON "capture_answer" ("capture");
CREATE TABLE "capture_edit" (
   "id" TEXT PRIMARY KEY,
   "edit" BLOB NOT NULL
) STRICT;
CREATE TABLE pause (project TEXT PRIMARY KEY, asked_at REAL NOT NULL, ticks REAL NOT NULL, seconds REAL NOT NULL) STRICT;
CREATE INDEX record_found ON record (seq, project, erased_at, kind, state, trainer, created_at) WHERE newest = 1;
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('store', 'm001_create', strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now'));
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('store', 'm002_lists', strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now'));
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('store', 'm003_beginnings', strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now'));
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('store', 'm004_rubrics', strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now'));
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('store', 'm005_looks', strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now'));
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('store', 'm006_unsent', strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now'));
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('store', 'm007_keys', strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now'));
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('store', 'm008_guidelines', strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now'));
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('store', 'm009_browsers', strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now'));
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('store', 'm010_panel', strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now'));
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('store', 'm011_capture_edits', strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now'));
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('store', 'm012_pauses', strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now'));
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('store', 'm013_chains_ask_once', strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now'));
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('store', 'm014_found', strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now'));
PRAGMA application_id = 1347568464;
PRAGMA user_version = 14;
