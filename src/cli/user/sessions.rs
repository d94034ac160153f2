//! `tenure user sessions`: where somebody is signed in.

use serde::Serialize;

use crate::{
    cli::{
        failure::Failure,
        names,
        output::Table,
        session::{Session, time_zone},
        when,
    },
    model::{
        Timestamp,
        session::{self, SessionId, Stage},
    },
    store::sessions,
};

#[derive(Serialize)]
struct Row {
    id: SessionId,
    stage: Stage,
    address: String,
    agent: String,
    created: Timestamp,
    last_used: Timestamp,
}

#[derive(Serialize)]
struct Rows {
    sessions: Vec<Row>,
}

pub(super) fn list(session: &mut Session, name: &str) -> Result<(), Failure> {
    let store = session.store()?;
    let now = session.clock.now();
    let open = store.read(|db| {
        let user = names::user(db, name)?;
        Ok::<_, Failure>(sessions::of_user(db, user.id)?)
    })?;
    let rows: Vec<Row> = open
        .into_iter()
        .filter(|it| !it.is_over(now))
        .map(Row::of)
        .collect();
    if session.out.is_json {
        return session.out.json(&Rows { sessions: rows });
    }
    let zone = time_zone(&store)?;
    let mut table = Table::new(&["LAST USED", "SINCE", "ADDRESS", "STATE", "BROWSER"]);
    for row in rows {
        table.push(vec![
            when::shown(row.last_used, zone),
            when::shown(row.created, zone),
            row.address,
            row.stage.label().to_owned(),
            row.agent,
        ]);
    }
    session.out.table(&table)
}

impl Row {
    fn of(session: session::Session) -> Self {
        Self {
            id: session.id,
            stage: session.stage,
            address: session.address,
            agent: session.agent,
            created: session.created,
            last_used: session.last_used,
        }
    }
}
