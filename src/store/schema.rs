//! The tables, as a list of steps that is only ever appended to.

use std::path::PathBuf;

use rusqlite::Connection;

use super::StoreError;

/// Says that a SQLite file is one of ours: "TNUR".
const APPLICATION_ID: i64 = 0x544E_5552;

/// Step `n` takes the schema from version `n` to `n + 1`.
const MIGRATIONS: &[&str] = &["
    -- Everything that admins set up and that every execution needs. Its stamp changes with each
    -- change to it, and is never used twice.
    CREATE TABLE config (stamp INTEGER NOT NULL) STRICT;
    INSERT INTO config VALUES (random());

    CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE images (
        name  TEXT PRIMARY KEY,
        mime  TEXT NOT NULL,
        bytes BLOB NOT NULL
    ) STRICT;

    CREATE TABLE users (
        id               INTEGER PRIMARY KEY AUTOINCREMENT,
        username         TEXT NOT NULL,
        username_key     TEXT NOT NULL,
        email            TEXT NOT NULL,
        email_key        TEXT NOT NULL,
        first_name       TEXT NOT NULL,
        last_name        TEXT NOT NULL,
        phone            TEXT NOT NULL,
        attributes       TEXT NOT NULL,
        status           TEXT NOT NULL,
        created          INTEGER NOT NULL,
        last_sign_in     INTEGER,
        last_activity    INTEGER,
        password_hash    TEXT,
        password_changed INTEGER,
        must_change      INTEGER NOT NULL DEFAULT 0,
        is_protected     INTEGER NOT NULL DEFAULT 0,
        deleted          INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX users_username ON users (username_key) WHERE deleted IS NULL;
    CREATE UNIQUE INDEX users_email ON users (email_key) WHERE deleted IS NULL;
    CREATE INDEX users_status ON users (status, username_key) WHERE deleted IS NULL;
    CREATE INDEX users_deleted ON users (deleted) WHERE deleted IS NOT NULL;
    CREATE INDEX users_bin ON users (username_key) WHERE deleted IS NOT NULL;
    CREATE VIRTUAL TABLE users_search USING fts5 (
        text, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1'
    );

    -- How many users are outside the recycle bin: counting a million of them takes too long.
    CREATE TABLE counts (users INTEGER NOT NULL) STRICT;
    INSERT INTO counts VALUES (0);
    CREATE TRIGGER users_come AFTER INSERT ON users WHEN new.deleted IS NULL
        BEGIN UPDATE counts SET users = users + 1; END;
    CREATE TRIGGER users_move AFTER UPDATE OF deleted ON users
        WHEN (old.deleted IS NULL) <> (new.deleted IS NULL)
        BEGIN UPDATE counts SET users = users + iif(new.deleted IS NULL, 1, -1); END;
    CREATE TRIGGER users_go AFTER DELETE ON users WHEN old.deleted IS NULL
        BEGIN UPDATE counts SET users = users - 1; END;

    CREATE TABLE groups (
        id           INTEGER PRIMARY KEY AUTOINCREMENT,
        name         TEXT NOT NULL,
        name_key     TEXT NOT NULL UNIQUE,
        description  TEXT NOT NULL,
        is_protected INTEGER NOT NULL,
        is_everyone  INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE roles (
        id           INTEGER PRIMARY KEY AUTOINCREMENT,
        name         TEXT NOT NULL,
        name_key     TEXT NOT NULL UNIQUE,
        description  TEXT NOT NULL,
        is_default   INTEGER NOT NULL,
        is_protected INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE user_groups (
        user_id  INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        group_id INTEGER NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
        PRIMARY KEY (user_id, group_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX user_groups_group ON user_groups (group_id, user_id);
    CREATE TABLE user_roles (
        user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        role_id INTEGER NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
        PRIMARY KEY (user_id, role_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX user_roles_role ON user_roles (role_id, user_id);
    CREATE TABLE attributes (
        id   INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        spec TEXT NOT NULL
    ) STRICT;

    CREATE TABLE workflows (
        id          INTEGER PRIMARY KEY AUTOINCREMENT,
        name        TEXT NOT NULL,
        name_key    TEXT NOT NULL,
        description TEXT NOT NULL,
        created     INTEGER NOT NULL,
        deleted     INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX workflows_name ON workflows (name_key) WHERE deleted IS NULL;
    CREATE TABLE versions (
        id         INTEGER PRIMARY KEY AUTOINCREMENT,
        workflow   INTEGER NOT NULL REFERENCES workflows (id),
        number     INTEGER NOT NULL,
        status     TEXT NOT NULL,
        author     TEXT NOT NULL,
        note       TEXT NOT NULL,
        created    INTEGER NOT NULL,
        changed    INTEGER NOT NULL,
        definition TEXT NOT NULL,
        -- What was drawn since the definition was last saved.
        unsaved    TEXT,
        deleted    INTEGER,
        UNIQUE (workflow, number)
    ) STRICT;
    CREATE UNIQUE INDEX versions_active ON versions (workflow) WHERE status = 'active';

    CREATE TABLE events (
        id      INTEGER PRIMARY KEY AUTOINCREMENT,
        user_id INTEGER,
        at      INTEGER NOT NULL,
        body    TEXT NOT NULL
    ) STRICT;
    CREATE TABLE executions (
        id             INTEGER PRIMARY KEY AUTOINCREMENT,
        workflow       INTEGER NOT NULL,
        version        INTEGER NOT NULL,
        workflow_name  TEXT NOT NULL,
        version_number INTEGER NOT NULL,
        trigger        TEXT NOT NULL,
        event          INTEGER NOT NULL REFERENCES events (id),
        user_id        INTEGER,
        subject        TEXT NOT NULL,
        status         TEXT NOT NULL,
        at             INTEGER NOT NULL,
        error          TEXT,
        failed_node    INTEGER,
        steps          TEXT NOT NULL
    ) STRICT;
    CREATE INDEX executions_at ON executions (at);
    CREATE INDEX executions_status ON executions (status, at);
    CREATE INDEX executions_workflow ON executions (workflow, at, version);
    CREATE INDEX executions_user ON executions (user_id, at);
    CREATE VIRTUAL TABLE executions_search USING fts5 (
        text, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1'
    );

    CREATE TABLE audit (
        seq      INTEGER PRIMARY KEY,
        at       INTEGER NOT NULL,
        actor    TEXT NOT NULL,
        via      TEXT NOT NULL,
        action   TEXT NOT NULL,
        resource TEXT NOT NULL,
        refusal  TEXT,
        before   TEXT,
        after    TEXT,
        hash     BLOB NOT NULL
    ) STRICT;

    INSERT INTO groups (name, name_key, description, is_protected, is_everyone)
        VALUES ('DEFAULT', 'default', 'Every user is in it.', 1, 1);
    INSERT INTO roles (name, name_key, description, is_default, is_protected) VALUES
        ('End User', 'end user', 'Signs in and keeps their own profile.', 1, 0),
        ('Administrator', 'administrator', 'Administers the directory.', 0, 1);

    CREATE TRIGGER settings_insert AFTER INSERT ON settings BEGIN UPDATE config SET stamp = random(); END;
    CREATE TRIGGER settings_update AFTER UPDATE ON settings BEGIN UPDATE config SET stamp = random(); END;
    CREATE TRIGGER roles_insert AFTER INSERT ON roles BEGIN UPDATE config SET stamp = random(); END;
    CREATE TRIGGER roles_update AFTER UPDATE ON roles BEGIN UPDATE config SET stamp = random(); END;
    CREATE TRIGGER roles_delete AFTER DELETE ON roles BEGIN UPDATE config SET stamp = random(); END;
    CREATE TRIGGER groups_update AFTER UPDATE ON groups BEGIN UPDATE config SET stamp = random(); END;
    CREATE TRIGGER groups_delete AFTER DELETE ON groups BEGIN UPDATE config SET stamp = random(); END;
    CREATE TRIGGER attributes_insert AFTER INSERT ON attributes BEGIN UPDATE config SET stamp = random(); END;
    CREATE TRIGGER attributes_update AFTER UPDATE ON attributes BEGIN UPDATE config SET stamp = random(); END;
    CREATE TRIGGER attributes_delete AFTER DELETE ON attributes BEGIN UPDATE config SET stamp = random(); END;
    CREATE TRIGGER workflows_update AFTER UPDATE ON workflows BEGIN UPDATE config SET stamp = random(); END;
    CREATE TRIGGER versions_update AFTER UPDATE OF status, definition, deleted ON versions BEGIN UPDATE config SET stamp = random(); END;
", "
    -- How people sign in, what programs use the directory, and what is to be mailed.
    ALTER TABLE users ADD COLUMN external_id TEXT;
    ALTER TABLE users ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE users ADD COLUMN changed INTEGER;
    -- Failed sign-ins in a row by browsers that are not known, and until when they are refused.
    ALTER TABLE users ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE users ADD COLUMN locked_until INTEGER;
    ALTER TABLE users ADD COLUMN totp_secret BLOB;
    -- The time step of the last code that was accepted: a code is good once (RFC 6238 §5.2).
    ALTER TABLE users ADD COLUMN totp_step INTEGER;
    CREATE INDEX users_external ON users (external_id) WHERE external_id IS NOT NULL;
    CREATE INDEX users_locked ON users (locked_until) WHERE status = 'locked';

    ALTER TABLE groups ADD COLUMN external_id TEXT;
    ALTER TABLE groups ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE groups ADD COLUMN created INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE groups ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
    UPDATE groups SET created = unixepoch() * 1000000, changed = unixepoch() * 1000000;
    CREATE INDEX groups_external ON groups (external_id) WHERE external_id IS NOT NULL;
    -- Who is in a group is not part of what every execution needs.
    DROP TRIGGER groups_update;
    CREATE TRIGGER groups_update AFTER UPDATE OF name, description, is_protected ON groups
        BEGIN UPDATE config SET stamp = random(); END;

    CREATE TABLE password_history (
        id      INTEGER PRIMARY KEY,
        user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        hash    TEXT NOT NULL
    ) STRICT;
    CREATE INDEX password_history_user ON password_history (user_id, id);
    CREATE TABLE recovery_codes (
        user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        hash    BLOB NOT NULL,
        PRIMARY KEY (user_id, hash)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE sessions (
        id        INTEGER PRIMARY KEY AUTOINCREMENT,
        -- SHA-256 of what the browser shows.
        key       BLOB NOT NULL UNIQUE,
        user_id   INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        stage     TEXT NOT NULL,
        created   INTEGER NOT NULL,
        last_used INTEGER NOT NULL,
        address   TEXT NOT NULL,
        agent     TEXT NOT NULL,
        -- The secret of an authenticator app that is being set up and not confirmed yet.
        enrolling BLOB
    ) STRICT;
    CREATE INDEX sessions_user ON sessions (user_id);
    CREATE INDEX sessions_last_used ON sessions (last_used);
    -- Browsers in which a user has signed in before: they have a count of failures of their own.
    CREATE TABLE devices (
        key          BLOB PRIMARY KEY,
        user_id      INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        last_used    INTEGER NOT NULL,
        failures     INTEGER NOT NULL DEFAULT 0,
        locked_until INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX devices_user ON devices (user_id);
    CREATE INDEX devices_last_used ON devices (last_used);

    CREATE TABLE tokens (
        id         INTEGER PRIMARY KEY AUTOINCREMENT,
        name       TEXT NOT NULL,
        -- SHA-256 of the token; the hint is its beginning, to know it by.
        hash       BLOB NOT NULL UNIQUE,
        hint       TEXT NOT NULL,
        scope      TEXT NOT NULL,
        created    INTEGER NOT NULL,
        created_by TEXT NOT NULL,
        expires    INTEGER,
        last_used  INTEGER,
        revoked    INTEGER
    ) STRICT;
    CREATE TABLE connections (
        id      INTEGER PRIMARY KEY AUTOINCREMENT,
        name     TEXT NOT NULL,
        name_key TEXT NOT NULL UNIQUE,
        spec     TEXT NOT NULL,
        secret   TEXT,
        created  INTEGER NOT NULL,
        changed  INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE identities (
        issuer     TEXT NOT NULL,
        subject    TEXT NOT NULL,
        user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        connection INTEGER REFERENCES connections (id) ON DELETE SET NULL,
        created    INTEGER NOT NULL,
        last_used  INTEGER NOT NULL,
        PRIMARY KEY (issuer, subject)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX identities_user ON identities (user_id);
    CREATE INDEX identities_connection ON identities (connection);

    CREATE TABLE outbox (
        id         INTEGER PRIMARY KEY AUTOINCREMENT,
        user_id    INTEGER,
        address    TEXT NOT NULL,
        template   TEXT NOT NULL,
        subject    TEXT NOT NULL,
        text       TEXT NOT NULL,
        html       TEXT NOT NULL,
        message_id TEXT NOT NULL UNIQUE,
        state      TEXT NOT NULL,
        created    INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX outbox_state ON outbox (state, id);
", "
    -- Templates that admins wrote; the others have the texts that came with the program.
    CREATE TABLE templates (
        name       TEXT PRIMARY KEY,
        subject    TEXT NOT NULL,
        html       TEXT NOT NULL,
        text       TEXT NOT NULL,
        changed    INTEGER NOT NULL,
        changed_by TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- Tells the mails of one installation from those of another.
    INSERT INTO settings (key, value) VALUES ('installation', lower(hex(randomblob(8))));

    -- A mail is written several times on its way, its text once.
    ALTER TABLE outbox RENAME TO old_outbox;
    DROP INDEX outbox_state;
    CREATE TABLE outbox (
        id         INTEGER PRIMARY KEY AUTOINCREMENT,
        user_id    INTEGER,
        execution  INTEGER,
        address    TEXT NOT NULL,
        template   TEXT NOT NULL,
        subject    TEXT NOT NULL,
        message_id TEXT NOT NULL UNIQUE,
        state      TEXT NOT NULL,
        attempts   INTEGER NOT NULL DEFAULT 0,
        created    INTEGER NOT NULL,
        -- When it is tried next, while it is queued.
        due        INTEGER,
        -- What the mail server, or our own rules, last said of it.
        code       INTEGER,
        answer     TEXT,
        -- When it was sent or given up.
        ended      INTEGER,
        -- Whether only this row is left of it.
        is_forgotten INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE mail_bodies (
        mail INTEGER PRIMARY KEY REFERENCES outbox (id) ON DELETE CASCADE,
        text TEXT NOT NULL,
        html TEXT NOT NULL
    ) STRICT;
    CREATE TABLE attachments (
        id    INTEGER PRIMARY KEY,
        -- SHA-256 of the bytes: a report to many is kept once.
        hash  BLOB NOT NULL UNIQUE,
        bytes BLOB NOT NULL
    ) STRICT;
    CREATE TABLE mail_attachments (
        mail       INTEGER NOT NULL REFERENCES mail_bodies (mail) ON DELETE CASCADE,
        position   INTEGER NOT NULL,
        name       TEXT NOT NULL,
        kind       TEXT NOT NULL,
        attachment INTEGER NOT NULL REFERENCES attachments (id),
        PRIMARY KEY (mail, position)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX mail_attachments_attachment ON mail_attachments (attachment);
    INSERT INTO outbox (id, user_id, address, template, subject, message_id, state, created, due)
        SELECT id, user_id, address, template, subject, message_id, state, created, created FROM old_outbox;
    INSERT INTO mail_bodies (mail, text, html) SELECT id, text, html FROM old_outbox;
    DROP TABLE old_outbox;
    CREATE INDEX outbox_state ON outbox (state, id);
    CREATE INDEX outbox_due ON outbox (due) WHERE state = 'queued';
    CREATE INDEX outbox_ended ON outbox (is_forgotten, ended) WHERE ended IS NOT NULL;
    CREATE INDEX outbox_user ON outbox (user_id, id) WHERE user_id IS NOT NULL;
    CREATE INDEX outbox_execution ON outbox (execution, state, id) WHERE execution IS NOT NULL;

    -- Why nothing is sent at the moment; no row while all is well.
    CREATE TABLE mail_pause (
        id     INTEGER PRIMARY KEY CHECK (id = 1),
        reason TEXT NOT NULL,
        since  INTEGER NOT NULL,
        until  INTEGER NOT NULL
    ) STRICT;
", "
    -- Scheduled executions: when they are due, whom they are about, and how far they have come.
    ALTER TABLE executions ALTER COLUMN event DROP NOT NULL;
    CREATE INDEX users_activity ON users (coalesce(last_activity, created)) WHERE deleted IS NULL;
    CREATE INDEX users_password ON users (password_changed, deleted)
        WHERE deleted IS NULL AND password_changed IS NOT NULL;

    -- A limit of its own: JSON, or NULL for that of the settings.
    ALTER TABLE workflows ADD COLUMN guard TEXT;

    -- The newest due time of each workflow that was dealt with. It only ever moves forward.
    CREATE TABLE schedules (
        workflow INTEGER PRIMARY KEY REFERENCES workflows (id),
        mark     INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE sweeps (
        execution INTEGER PRIMARY KEY REFERENCES executions (id) ON DELETE CASCADE,
        workflow  INTEGER NOT NULL,
        -- NULL when somebody asked for it.
        due       INTEGER,
        -- Due times before it that got no execution of their own.
        missed    INTEGER NOT NULL,
        moment    TEXT NOT NULL,
        stage     TEXT NOT NULL,
        -- What a stopped one goes on with.
        resume    TEXT,
        progress  TEXT NOT NULL,
        -- The guardrail that stopped it.
        exceeded  TEXT,
        UNIQUE (workflow, due)
    ) STRICT;
    CREATE INDEX sweeps_open ON sweeps (execution) WHERE stage IN ('planning', 'applying', 'reporting');
    CREATE INDEX sweeps_workflow ON sweeps (workflow, execution);
    CREATE TABLE items (
        execution INTEGER NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
        user_id   INTEGER NOT NULL,
        username  TEXT NOT NULL,
        state     TEXT NOT NULL,
        person    TEXT NOT NULL,
        acts      TEXT NOT NULL,
        reason    TEXT,
        PRIMARY KEY (execution, user_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX items_planned ON items (execution, user_id) WHERE state = 'planned';
    CREATE INDEX items_user ON items (user_id, execution);
    -- What workflows took away from users because of events, for as long as it counts as one burst.
    CREATE TABLE bursts (
        id      INTEGER PRIMARY KEY,
        at      INTEGER NOT NULL,
        effects INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX bursts_at ON bursts (at);
    -- For which intervals a user got a mail about one password: never twice.
    CREATE TABLE reminders (
        user_id          INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        password_changed INTEGER NOT NULL,
        interval         TEXT NOT NULL,
        PRIMARY KEY (user_id, password_changed, interval)
    ) STRICT, WITHOUT ROWID;
", "
    -- For the Overview, which counts without reading rows: for that an index has to hold all that is
    -- asked for, and none over an expression does.
    CREATE INDEX users_last_active ON users (last_activity, deleted)
        WHERE deleted IS NULL AND last_activity IS NOT NULL;
", "
    -- Also those who never showed a sign of life: they are counted and listed too.
    DROP INDEX users_last_active;
    CREATE INDEX users_last_active ON users (last_activity, deleted) WHERE deleted IS NULL;
"];

/// Makes a fresh connection ready for writing, and the file up to date.
pub(super) fn prepare(connection: &mut Connection, is_file: bool) -> Result<(), StoreError> {
    check_owner(connection)?;
    if is_file {
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        // Large checkpoints are cheaper than frequent ones; measured 1.3 times.
        connection.pragma_update(None, "wal_autocheckpoint", 20_000)?;
    }
    // What a savepoint can go back to stays in memory.
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    migrate(connection)
}

pub(super) fn tune_reader(connection: &Connection) -> Result<(), StoreError> {
    connection.pragma_update(None, "query_only", true)?;
    // Only here, and not all of a large file: lists read many pages once, but what is mapped counts as
    // memory while a large execution is planned. The writer gains nothing by it.
    connection.pragma_update(None, "mmap_size", 128_i64 << 20)?;
    connection.pragma_update(None, "cache_size", -16_384)?;
    Ok(())
}

/// Refuses a file that another program made.
fn check_owner(connection: &Connection) -> Result<(), StoreError> {
    let id: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if id != APPLICATION_ID && tables > 0 {
        let file = connection.path().map(PathBuf::from).unwrap_or_default();
        return Err(StoreError::NotOurs { file });
    }
    Ok(())
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let known = MIGRATIONS.len() as u32;
    let found: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found == known {
        return Ok(());
    }
    // Another process may be migrating at this moment: look again inside the transaction.
    let tx = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let found: u32 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let Some(missing) = MIGRATIONS.get(found as usize..) else {
        return Err(StoreError::TooNew { found, known });
    };
    for step in missing {
        tx.execute_batch(step)?;
    }
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.pragma_update(None, "user_version", known)?;
    Ok(tx.commit()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(connection: &Connection) -> u32 {
        connection
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .expect("a pragma")
    }

    #[test]
    fn every_past_version_reaches_the_latest() {
        for past in 0..=MIGRATIONS.len() {
            let mut connection = Connection::open_in_memory().expect("in memory");
            for step in &MIGRATIONS[..past] {
                connection.execute_batch(step).expect("a past step");
            }
            connection
                .pragma_update(None, "user_version", past as u32)
                .expect("a pragma");
            migrate(&mut connection).expect("the steps that were missing");
            assert_eq!(version(&connection) as usize, MIGRATIONS.len());
        }
    }

    #[test]
    fn refuses_a_store_from_the_future() {
        let mut connection = Connection::open_in_memory().expect("in memory");
        connection
            .pragma_update(None, "user_version", 999)
            .expect("a pragma");
        assert!(matches!(
            migrate(&mut connection),
            Err(StoreError::TooNew { found: 999, .. })
        ));
    }

    #[test]
    fn refuses_a_database_of_another_program() {
        let mut connection = Connection::open_in_memory().expect("in memory");
        connection
            .execute_batch("CREATE TABLE moz_places (id INTEGER)")
            .expect("a table");
        let refused = prepare(&mut connection, false);
        assert!(matches!(refused, Err(StoreError::NotOurs { .. })));
    }

    /// Earlier ones can corrupt a WAL database that two connections use.
    #[test]
    fn sqlite_is_free_of_the_wal_reset_bug() {
        assert!(rusqlite::version_number() >= 3_051_003);
    }
}
