//! A dry run: what it tells is what a run does, and it does nothing itself.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use tenure::{
    command::{
        Command,
        sweeps::{Foreseen, Preview, Scope, preview},
    },
    model::{
        definition::Definition,
        id::{UserId, WorkflowId},
        sweep::{Act, DormantAction, IdentifyDormant, NotifyExpiry},
        user::NewPassword,
    },
    store::{StoreError, outbox, workflows},
};

use super::{Desk, active, after, change_settings, dormant, expiring, set_up_mail, users};
use crate::support::done;

fn foreseen(desk: &Desk, workflow: WorkflowId, scope: &Scope) -> (Preview, Vec<Foreseen>) {
    let mut all = Vec::new();
    let now = desk.clock.now();
    let told = desk.store.read_with_config(|db, config| {
        let active = config.active.iter().find(|it| it.workflow == workflow);
        let version = active.expect("an active version").version;
        let drawn = workflows::drawn(db, version)?.expect("a version");
        let of = (workflow, "Tried", &drawn.definition);
        preview(db, &config, of, scope, now, |it| {
            all.push(it);
            Ok(())
        })
    });
    (told.expect("a look"), all)
}

/// Everything that is kept, so that nothing changes unseen.
fn everything(desk: &Desk) -> Vec<(String, i64, Option<i64>)> {
    let read = desk.store.read(|db| {
        let mut tables = db.prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%search%'",
        )?;
        let names = tables.query_map([], |row| row.get::<_, String>(0))?;
        let names: Vec<String> = names.collect::<Result<_, _>>()?;
        let mut all = Vec::new();
        for name in names {
            let count = format!("SELECT count(*) FROM \"{name}\"");
            let count = db.query_row(&count, [], |row| row.get(0))?;
            all.push((name, count, None));
        }
        let revisions = "SELECT sum(revision) FROM users";
        let revisions = db.query_row(revisions, [], |row| row.get(0))?;
        all.push(("revisions".to_owned(), 0, revisions));
        Ok::<_, StoreError>(all)
    });
    read.expect("everything")
}

/// "ada: Disable the account", in the order of the users.
fn said(name: &str, acts: &[Act]) -> Vec<String> {
    let acts = acts.iter().map(|it| it.effect.sentence());
    acts.map(|it| format!("{name}: {it}")).collect()
}

/// What is foreseen for everybody, and for some, is what then happens, mails and all.
#[track_caller]
fn check(desk: &Desk, definition: Definition, chosen: &[UserId]) {
    let workflow = active(desk, "Tried", definition);
    let (before, commits) = (everything(desk), desk.store.commits());
    let (preview, all) = foreseen(desk, workflow, &Scope::Everyone);
    let (of_some, some) = foreseen(desk, workflow, &Scope::Users(chosen.to_vec()));
    assert_eq!((everything(desk), desk.store.commits()), (before, commits));

    let chosen: BTreeSet<UserId> = chosen.iter().copied().collect();
    let expected: Vec<&Foreseen> = all
        .iter()
        .filter(|it| chosen.contains(&it.item.user))
        .collect();
    assert_eq!(some.iter().collect::<Vec<_>>(), expected, "once each");
    assert_eq!(of_some.affected, expected.len() as u64);

    let execution = desk.run(workflow);
    let items = desk.items(execution);
    assert_eq!(preview.affected, items.len() as u64);
    assert!(!items.is_empty());
    let foreseen: Vec<String> = all
        .iter()
        .flat_map(|it| said(&it.item.person.username, &it.item.acts))
        .collect();
    let happened: Vec<String> = items
        .iter()
        .flat_map(|it| said(&it.person.username, &it.acts))
        .collect();
    assert_eq!(foreseen, happened);
    let mails = desk.store.read(|db| {
        let kept = outbox::latest(db, 1_000)?.into_iter();
        let to_users = kept.filter(|it| it.user.is_some());
        let texts = to_users.map(|it| {
            let body = outbox::body(db, it.id)?.expect("a text");
            Ok((it.address, it.subject, body.text, body.html))
        });
        texts.collect::<Result<BTreeSet<_>, StoreError>>()
    });
    let written = all.into_iter().flat_map(|it| it.mails);
    let written: BTreeSet<_> = written
        .map(|it| (it.address, it.subject, it.text, it.html))
        .collect();
    assert_eq!(written, mails.expect("mails"));
    assert!(!written.is_empty());
}

#[test]
fn what_happens_to_dormant_users_is_foreseen() {
    let desk = Desk::new();
    set_up_mail(&desk.store);
    let ids = users(&desk.store, 8);
    done(&desk.store, Command::DisableUser(ids[1]));
    done(
        &desk.store,
        Command::ProtectUser {
            id: ids[2],
            is_protected: true,
        },
    );
    done(&desk.store, Command::DeleteUser(ids[3]));
    desk.later(TimeDelta::days(40));
    let task = IdentifyDormant {
        reports_too: true,
        notifies_user: true,
        ..after(30, DormantAction::Disable)
    };
    let chosen = [ids[0], ids[1], ids[2], ids[5], ids[0], ids[5]];
    check(&desk, dormant(task), &chosen);
}

#[test]
fn what_happens_to_those_whose_passwords_expire_is_foreseen() {
    let desk = Desk::new();
    set_up_mail(&desk.store);
    change_settings(&desk.store, |it| it.password.expiry_days = 30);
    let ids = users(&desk.store, 6);
    for user in &ids[..4] {
        let password = NewPassword {
            hash: format!("$argon2id${user}"),
            replaces: None,
            must_change: false,
        };
        done(
            &desk.store,
            Command::ResetPassword {
                user: *user,
                password,
            },
        );
    }
    done(&desk.store, Command::DisableUser(ids[1]));
    desk.later(TimeDelta::days(23));
    let task = NotifyExpiry {
        before: [7].into(),
        reports_to_admins: true,
        includes_disabled: true,
        ..NotifyExpiry::default()
    };
    // Otherwise the mails that tell of a new password would be among them.
    let cleared = desk.store.write(|tx| {
        tx.execute_batch(
            "DELETE FROM mail_attachments; DELETE FROM mail_bodies; DELETE FROM outbox",
        )?;
        Ok::<_, StoreError>(())
    });
    cleared.expect("no mails");
    check(&desk, expiring(task), &[ids[0], ids[4], ids[0]]);
}
