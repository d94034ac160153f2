//! Identify Dormant Account: whom it finds, and what becomes of them.

use chrono::TimeDelta;
use tenure::{
    command::{self, Command, sweeps::SweepCommand},
    model::{
        event::Source,
        execution::Status,
        mail::AttachmentKind,
        sweep::{DormantAction, IdentifyDormant},
        user::{self, ProfileForm, UserUpdate},
    },
    store::{StoreError, credentials, items, outbox, users as stored},
};

use super::{Desk, active, after, dormant, set_up_mail, users};
use crate::support::{admitted, done, grace};

fn status_of(desk: &Desk, id: tenure::model::id::UserId) -> user::Status {
    let found = desk.store.read(|db| stored::get(db, id));
    found.expect("a look").expect("the user").status
}

#[test]
fn whoever_was_not_there_for_as_long_is_disabled_and_nobody_else() {
    let desk = Desk::new();
    let (ada, bob) = (admitted(&desk.store, "ada"), admitted(&desk.store, "bob"));
    let workflow = active(&desk, "Dormant", dormant(after(30, DormantAction::Disable)));
    desk.later(TimeDelta::days(29));
    let early = desk.run(workflow);
    assert_eq!(desk.outcomes(early), [""; 0]);
    assert_eq!(desk.status(early), Status::Succeeded);

    done(&desk.store, Command::EnableUser(bob));
    let touched = desk.clock.now();
    let seen = desk
        .store
        .write(move |tx| tenure::store::credentials::was_active(tx, bob, touched));
    seen.expect("a sign of life");
    desk.later(TimeDelta::days(1));
    let due = desk.run(workflow);
    assert_eq!(desk.outcomes(due), ["ada: Done"]);
    assert_eq!(status_of(&desk, ada), user::Status::Disabled);
    assert_ne!(status_of(&desk, bob), user::Status::Disabled);

    let again = desk.run(workflow);
    assert_eq!(desk.outcomes(again), [""; 0], "disabled already");
}

#[test]
fn the_protected_are_spared_and_it_shows() {
    let desk = Desk::new();
    let ids = users(&desk.store, 2);
    let protect = Command::ProtectUser {
        id: ids[0],
        is_protected: true,
    };
    done(&desk.store, protect);
    for action in [DormantAction::Disable, DormantAction::Delete] {
        let name = action.label();
        let workflow = active(&desk, name, dormant(after(1, action)));
        desk.later(TimeDelta::days(2));
        let execution = desk.run(workflow);
        assert_eq!(
            desk.outcomes(execution),
            ["user0: Protected", "user1: Done"],
            "{name}"
        );
        assert_eq!(desk.status(execution), Status::Succeeded);
        done(&desk.store, Command::Disable(workflow));
    }
    assert_ne!(status_of(&desk, ids[0]), user::Status::Disabled);
    let reason = desk.store.read(|db| items::of_user(db, ids[0], 9));
    let reason = reason.expect("items").remove(0).item.reason;
    assert!(reason.expect("a reason").contains("protected"));
}

#[test]
fn deleting_moves_to_the_recycle_bin_from_which_a_user_comes_back_whole() {
    let desk = Desk::new();
    let ada = admitted(&desk.store, "ada");
    let workflow = active(&desk, "Leavers", dormant(after(7, DormantAction::Delete)));
    desk.later(TimeDelta::days(7));
    desk.run(workflow);
    let deleted = desk.store.read(|db| stored::get(db, ada));
    assert!(deleted.expect("a look").expect("ada").deleted.is_some());
    done(&desk.store, Command::RestoreUser(ada));
    let again = desk.run(workflow);
    assert_eq!(desk.outcomes(again), ["ada: Done"]);
}

#[test]
fn admins_get_a_report_and_users_a_mail() {
    let desk = Desk::new();
    set_up_mail(&desk.store);
    users(&desk.store, 2);
    let task = IdentifyDormant {
        days: 15,
        action: DormantAction::Disable,
        reports_too: true,
        notifies_user: true,
    };
    let workflow = active(&desk, "Dormant", dormant(task));
    desk.later(TimeDelta::days(20));
    let execution = desk.run(workflow);
    assert_eq!(
        desk.mails(),
        [
            "account-disabled → user0@example.org",
            "account-disabled → user1@example.org",
            "disable-dormant-report → admin@example.org",
        ]
    );
    assert_eq!(desk.status(execution), Status::Succeeded);
    let quiet = desk.run(workflow);
    assert_eq!(desk.outcomes(quiet), [""; 0]);
    assert_eq!(desk.mails().len(), 3, "nobody was found: no report");
}

#[test]
fn a_report_brings_a_list_that_no_spreadsheet_calculates() {
    let desk = Desk::new();
    set_up_mail(&desk.store);
    let hostile = [
        "=cmd()",
        "+1",
        "-1",
        "@SUM(A1)",
        "Ada, \"Countess\"",
        "=HYPERLINK(\"x\")",
    ];
    let ids: Vec<_> = users(&desk.store, hostile.len());
    for (id, name) in ids.iter().zip(hostile) {
        let found = desk.store.read(|db| stored::get(db, *id));
        let form = ProfileForm {
            first_name: name.to_owned(),
            last_name: String::new(),
            ..found.expect("a look").expect("the user").profile.form()
        };
        let update = UserUpdate::profile(form);
        done(
            &desk.store,
            Command::update(*id, update, Source::AdminDetails),
        );
    }
    let (seen, now) = (ids[1], desk.clock.now());
    let seen = desk
        .store
        .write(move |tx| credentials::was_active(tx, seen, now));
    seen.expect("a sign of life");
    done(&desk.store, Command::DisableUser(ids[2]));
    let workflow = active(&desk, "Dormant", dormant(after(30, DormantAction::Report)));
    desk.later(TimeDelta::days(45));
    desk.run(workflow);
    let files = desk.store.read(|db| {
        let mail = outbox::latest(db, 1)?[0].id;
        let body = outbox::body(db, mail)?.expect("a text");
        Ok::<_, StoreError>(body.attachments)
    });
    let files = files.expect("files");
    let list = files.iter().find(|it| it.kind == AttachmentKind::Csv);
    let mut rows = csv::Reader::from_reader(&*list.expect("a list").bytes);
    let rows: Vec<csv::StringRecord> = rows.records().map(|it| it.expect("a row")).collect();
    for (row, (index, name)) in rows.iter().zip(hostile.iter().enumerate()) {
        let guard = if name.starts_with(['=', '+', '-', '@']) {
            "'"
        } else {
            ""
        };
        let (status, day) = match index {
            1 => ("Pending", "2030-12-24"),
            2 => ("Disabled", "never"),
            _ => ("Pending", "never"),
        };
        let expected = [
            &format!("user{index}"),
            &format!("{guard}{name}"),
            &format!("user{index}@example.org"),
            status,
            day,
            "45",
            "Reported",
        ];
        assert_eq!(row, expected.as_slice());
    }
    assert_eq!(rows.len(), hostile.len());
}

#[test]
fn the_day_count_may_be_any_from_one_to_ten_years() {
    let desk = Desk::new();
    let ada = admitted(&desk.store, "ada");
    let tomorrow = active(&desk, "One", dormant(after(1, DormantAction::Disable)));
    let in_years = active(&desk, "Most", dormant(after(3_650, DormantAction::Disable)));
    let found = |workflow| desk.outcomes(desk.run(workflow)).len();
    desk.later(TimeDelta::days(1) - TimeDelta::seconds(1));
    assert_eq!((found(tomorrow), found(in_years)), (0, 0));
    desk.later(TimeDelta::seconds(1));
    assert_eq!((found(tomorrow), found(in_years)), (1, 0));
    done(&desk.store, Command::EnableUser(ada));
    desk.later(TimeDelta::days(3_649) - TimeDelta::seconds(1));
    assert_eq!(found(in_years), 0);
    desk.later(TimeDelta::seconds(1));
    assert_eq!(found(in_years), 1);
}

#[test]
fn whoever_comes_back_between_plan_and_act_is_left_alone() {
    let desk = Desk::new();
    let ids = users(&desk.store, 2);
    let workflow = active(&desk, "Dormant", dormant(after(30, DormantAction::Disable)));
    desk.later(TimeDelta::days(40));
    desk.sweep(SweepCommand::Run(workflow));
    assert!(desk.advance(), "the plan");
    let (back, now) = (ids[0], desk.clock.now());
    let seen = desk
        .store
        .write(move |tx| tenure::store::credentials::was_active(tx, back, now));
    seen.expect("a sign of life");
    command::apply(&desk.store, &grace(), Command::DeleteUser(ids[1]), now).expect("deleted");
    while desk.advance() {}
    let execution = crate::support::history(&desk.store)[0].id;
    assert_eq!(
        desk.outcomes(execution),
        ["user0: Skipped", "user1: Skipped"]
    );
}

#[test]
fn the_last_administrator_stays() {
    let desk = Desk::new();
    let ada = admitted(&desk.store, "ada");
    let role = desk
        .store
        .read(|db| tenure::store::roles::by_name(db, "Administrator"));
    let role = role.expect("a look").expect("the role").id;
    done(&desk.store, Command::GiveRole { user: ada, role });
    let workflow = active(&desk, "Dormant", dormant(after(1, DormantAction::Disable)));
    desk.later(TimeDelta::days(2));
    let execution = desk.run(workflow);
    assert_eq!(desk.outcomes(execution), ["ada: Protected"]);
    assert_ne!(status_of(&desk, ada), user::Status::Disabled);
}
