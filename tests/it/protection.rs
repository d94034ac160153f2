//! What is protected stays, whichever way somebody comes.

use std::sync::atomic::AtomicBool;

use tenure::{
    command::{self, Command, CommandError, import},
    model::{
        group::{ADMINISTRATOR, Role},
        id::{GroupId, RoleId, UserId},
        user::Status,
    },
    store::{Store, members, roles, users},
};

use crate::support::{admitted, done, grace, group, noon, role, store};

fn refused(store: &Store, command: Command) -> String {
    match command::apply(store, &grace(), command, noon()) {
        Ok(reply) => panic!("not refused: {reply:?}"),
        Err(err) => err.to_string(),
    }
}

fn administrator(store: &Store) -> Role {
    let found = store.read(|db| roles::by_name(db, ADMINISTRATOR));
    found.expect("a read").expect("it exists")
}

/// Imports rows below this header; returns the reasons of those that were refused.
fn imported(store: &Store, csv: &str) -> Vec<String> {
    let mut reasons = Vec::new();
    let cancel = AtomicBool::new(false);
    let outcome = import::import(store, &grace(), noon, csv.as_bytes(), &cancel, |_, rows| {
        for row in rows {
            if let import::RowOutcome::Refused(reason) = row.outcome {
                reasons.push(reason);
            }
        }
    });
    outcome.expect("a file that can be read");
    reasons
}

/// Ada, who is protected, in Staff and with Auditor.
fn protected(store: &Store) -> (UserId, GroupId, RoleId) {
    let user = admitted(store, "ada");
    let group = GroupId::new(group(store, "Staff").id.expect("a number"));
    let role = RoleId::new(role(store, "Auditor").id.expect("a number"));
    done(store, Command::AddToGroup { user, group });
    done(store, Command::GiveRole { user, role });
    let is_protected = true;
    done(
        store,
        Command::ProtectUser {
            id: user,
            is_protected,
        },
    );
    (user, group, role)
}

fn held(store: &Store, user: UserId) -> (usize, usize, Status) {
    let held = store.read(|db| {
        let status = users::get(db, user)?.expect("she exists").status;
        let groups = members::groups_of(db, user)?.len();
        Ok::<_, tenure::store::StoreError>((groups, members::roles_of(db, user)?.len(), status))
    });
    held.expect("a read")
}

#[test]
fn nothing_is_taken_from_a_protected_user() {
    let store = store();
    let (user, group, role) = protected(&store);
    let before = held(&store, user);
    for command in [
        Command::RemoveFromGroup { user, group },
        Command::TakeRole { user, role },
        Command::DisableUser(user),
        Command::DeleteUser(user),
    ] {
        let reason = refused(&store, command);
        assert_eq!(
            reason,
            "the user \"ada\" is protected: take its protection away first"
        );
    }
    assert_eq!(held(&store, user), before);
}

#[test]
fn an_import_takes_nothing_from_a_protected_user_either() {
    let store = store();
    let (user, _, _) = protected(&store);
    let before = held(&store, user);
    for csv in [
        "action,username,groups\nupdate,ada,\n",
        "action,username,roles\nupdate,ada,End User\n",
        "action,username,status\nupdate,ada,Disabled\n",
        "action,username\ndelete,ada\n",
    ] {
        let reasons = imported(&store, csv);
        assert!(
            reasons.len() == 1 && reasons[0].contains("is protected"),
            "{csv}: {reasons:?}"
        );
    }
    assert_eq!(held(&store, user), before);
}

#[test]
fn the_last_administrator_stays_one_whichever_way_somebody_comes() {
    let store = store();
    let user = admitted(&store, "ada");
    let role = administrator(&store);
    done(
        &store,
        Command::GiveRole {
            user,
            role: role.id,
        },
    );
    let before = held(&store, user);
    for command in [
        Command::DisableUser(user),
        Command::DeleteUser(user),
        Command::TakeRole {
            user,
            role: role.id,
        },
        Command::DeleteRole(role.id),
        Command::UpdateRole(Role {
            name: "Boss".to_owned(),
            ..role.clone()
        }),
        Command::UpdateRole(Role {
            is_default: true,
            ..role.clone()
        }),
        Command::UpdateRole(Role {
            is_protected: false,
            ..role.clone()
        }),
    ] {
        let shown = format!("{command:?}");
        let refused = command::apply(&store, &grace(), command, noon());
        assert!(
            matches!(
                refused,
                Err(CommandError::LastAdministrator(_) | CommandError::BuiltIn { .. })
            ),
            "{shown}: {refused:?}"
        );
    }
    for csv in [
        "action,username,roles\nupdate,ada,End User\n",
        "action,username,status\nupdate,ada,Disabled\n",
        "action,username\ndelete,ada\n",
    ] {
        let reasons = imported(&store, csv);
        assert!(
            reasons.len() == 1 && reasons[0].contains("last administrator"),
            "{csv}: {reasons:?}"
        );
    }
    assert_eq!(held(&store, user), before);
    assert_eq!(administrator(&store), role);
}
