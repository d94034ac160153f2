//! Lists of users that stay fast with a million of them: pages by key, never by offset.
//!
//! A page is read in the order of an index when that finds its rows soon, and otherwise by sorting
//! the smallest of the sets that the filter names. Both give the same rows.

mod query;

use rusqlite::Connection;

use self::query::{FEW, Query, Set, sets};
use crate::{
    model::{
        id::{GroupId, RoleId},
        text,
        user::{Status, User},
    },
    store::{StoreError, overview::Span, sql},
};

/// How many users are looked at in the order of their names before sorting is tried.
const WINDOW: i64 = 20_000;

/// Which users a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub status: Option<Status>,
    pub group: Option<GroupId>,
    pub role: Option<RoleId>,
    pub last: Option<Last>,

    /// Those in the recycle bin instead of all others.
    pub is_deleted: bool,
}

/// When a user did something last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Last {
    /// Showed a sign of life.
    Active(Span),
    NeverActive,

    /// Got the password.
    PasswordSet(Span),
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// More than were asked for only when several in the recycle bin have the last one's name.
    pub users: Vec<User>,

    /// The username after which the next page begins; `None` on the last page.
    pub next: Option<String>,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub users: Vec<User>,

    /// Whether there are more than are shown.
    pub is_cut: bool,
}

/// How many users there are outside the recycle bin.
pub fn count(db: &Connection) -> Result<u64, StoreError> {
    let mut statement = db.prepare_cached("SELECT users FROM counts")?;
    Ok(statement.query_row([], |row| sql::count(row, 0))?)
}

/// A page of users by username, beginning after the one with the username `after`.
pub fn page(
    db: &Connection,
    filter: &Filter,
    after: Option<&str>,
    limit: usize,
) -> Result<Listed, StoreError> {
    let sets = sets(db, filter)?;
    let after = after.map(|it| text::fold(it).into_owned());
    let mut users = by_name(db, filter, &sets, after.as_deref(), limit + 1)?;
    let mut rest = users.split_off(limit.min(users.len()));
    let next = match (users.last(), rest.pop()) {
        (Some(last), Some(first)) => {
            let name = last.profile.username.clone();
            if name.key() == first.profile.username.key() {
                users = whole_name(db, filter, &sets, &name.key(), users)?;
            }
            Some(name.to_string())
        }
        _ => None,
    };
    Ok(Listed { users, next })
}

fn by_name(
    db: &Connection,
    filter: &Filter,
    sets: &[Set],
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<User>, StoreError> {
    let walk = Query::in_order(filter, sets).after(after);
    match sets.first() {
        Some(set) if set.size <= FEW => Query::sorted(filter, sets).after(after).users(db, limit),
        Some(set) if !filter.is_deleted && (sets.len() > 1 || !set.is_ordered()) => {
            let Some(end) = window(db, after)? else {
                return walk.users(db, limit);
            };
            let users = walk.and("username_key <= ?", end).users(db, limit)?;
            if users.len() == limit {
                return Ok(users);
            }
            Query::sorted(filter, sets).after(after).users(db, limit)
        }
        _ => walk.users(db, limit),
    }
}

/// The last username that is looked at in the order of names; `None` for the very last.
fn window(db: &Connection, after: Option<&str>) -> Result<Option<String>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT username_key FROM users INDEXED BY users_username
         WHERE deleted IS NULL AND username_key > ?1 ORDER BY username_key LIMIT 1 OFFSET ?2",
    )?;
    let mut rows = statement.query((after.unwrap_or_default(), WINDOW))?;
    Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
}

/// `users` with everyone in the recycle bin who has the last one's name: a page that ended between
/// them would lose the others.
fn whole_name(
    db: &Connection,
    filter: &Filter,
    sets: &[Set],
    name: &str,
    mut users: Vec<User>,
) -> Result<Vec<User>, StoreError> {
    users.retain(|user| user.profile.username.key() != name);
    let same = Query::in_order(filter, sets).and("username_key = ?", name.to_owned());
    users.extend(same.users(db, usize::MAX >> 1)?);
    Ok(users)
}

/// Up to `limit` users whose name, address or username holds `search`, by username.
///
/// Three characters and more are found anywhere in the texts, by the trigram index; fewer only at
/// the beginning of usernames and addresses. When more are found than `limit`, the newest are
/// shown, so that a common word costs no more than a rare one.
pub fn find(
    db: &Connection,
    filter: &Filter,
    search: &str,
    limit: usize,
) -> Result<Found, StoreError> {
    let wanted = text::fold(search.trim()).into_owned();
    if wanted.contains(char::is_control) {
        // No text holds one, and the index takes NUL for the end.
        return Ok(Found {
            users: Vec::new(),
            is_cut: false,
        });
    }
    let sets = sets(db, filter)?;
    let is_small = sets.first().is_some_and(|set| set.size <= FEW);
    let most = limit + 1;
    let mut users = if is_small || filter.is_deleted {
        Query::sorted(filter, &sets).holding(db, &wanted, most)?
    } else if wanted.chars().count() >= 3 {
        let phrase = format!("\"{}\"", wanted.replace('"', "\"\""));
        Query::searched(filter, &sets, phrase).users(db, most)?
    } else {
        beginning(db, filter, &sets, &wanted, most)?
    };
    users.sort_by_cached_key(|user| user.profile.username.key());
    let is_cut = users.len() > limit;
    users.truncate(limit);
    Ok(Found { users, is_cut })
}

/// Users whose username or address begins with `prefix`.
fn beginning(
    db: &Connection,
    filter: &Filter,
    sets: &[Set],
    prefix: &str,
    limit: usize,
) -> Result<Vec<User>, StoreError> {
    let end = sql::after_prefix(prefix);
    let mut users = Query::over("users_username", "username_key", filter, sets)
        .and("username_key >= ?", prefix.to_owned())
        .and("username_key < ?", end.clone())
        .users(db, limit)?;
    let more = Query::over("users_email", "email_key", filter, sets)
        .and("email_key >= ?", prefix.to_owned())
        .and("email_key < ?", end)
        .users(db, limit)?;
    users.extend(more);
    users.sort_by_key(|user| user.id);
    users.dedup_by_key(|user| user.id);
    Ok(users)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{Timestamp, user::ProfileForm},
        store::{Store, groups, members, users, users::COLUMNS},
    };

    /// A user with an address of their own, which does not hold the name.
    fn insert(tx: &crate::store::Tx<'_>, username: &str) -> Result<User, StoreError> {
        let form = ProfileForm {
            username: username.to_owned(),
            email: format!("{}@example.org", username.len() * 1_000 + rows(tx)?),
            ..ProfileForm::default()
        };
        let profile = form.check(&[]).expect("a good profile");
        let new = users::NewUser {
            profile: &profile,
            status: Status::Active,
            password_hash: None,
            must_change_password: false,
            created: Timestamp::UNIX_EPOCH,
            external_id: None,
        };
        let id = users::insert(tx, &new)?;
        Ok(users::get(tx, id)?.expect("was just stored"))
    }

    fn rows(db: &Connection) -> Result<usize, StoreError> {
        let count: i64 = db.query_row("SELECT count(*) FROM users", [], |row| row.get(0))?;
        Ok(count as usize)
    }

    fn with(names: &'static [&'static str]) -> Store {
        let store = Store::in_memory().expect("in memory");
        let written = store.write(move |tx| {
            for name in names {
                insert(tx, name)?;
            }
            Ok::<_, StoreError>(())
        });
        written.expect("users");
        store
    }

    fn names(users: &[User]) -> Vec<&str> {
        users
            .iter()
            .map(|it| it.profile.username.as_str())
            .collect()
    }

    /// All usernames of a list, read page by page.
    fn paged(store: &Store, filter: &Filter, limit: usize) -> Vec<String> {
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let listed = store
                .read(|db| page(db, filter, after.as_deref(), limit))
                .expect("a page");
            all.extend(names(&listed.users).into_iter().map(str::to_owned));
            after = listed.next;
            if after.is_none() {
                return all;
            }
        }
    }

    #[track_caller]
    fn check_found(store: &Store, search: &str, expected: &[&str]) {
        let found = store.read(|db| find(db, &Filter::default(), search, 10));
        assert_eq!(
            names(&found.expect("an answer").users),
            expected,
            "{search:?}"
        );
    }

    #[test]
    fn pages_by_key_show_everybody_once_in_any_script() {
        let store = with(&["zoë", "Ada", "ада", "山田", "ADAM", "b"]);
        let expected = ["Ada", "ADAM", "b", "zoë", "ада", "山田"];
        for limit in 1..8 {
            assert_eq!(
                paged(&store, &Filter::default(), limit),
                expected,
                "{limit}"
            );
        }
    }

    #[test]
    fn a_page_of_the_recycle_bin_ends_after_the_last_of_one_name() {
        let store = Store::in_memory().expect("in memory");
        let written = store.write(|tx| {
            for name in ["ada", "ada", "ada", "bob", "ada"] {
                let user = insert(tx, name)?;
                users::set_deleted(tx, &user, Some(Timestamp::UNIX_EPOCH))?;
            }
            Ok::<_, StoreError>(())
        });
        written.expect("users");
        let bin = Filter {
            is_deleted: true,
            ..Filter::default()
        };
        for limit in 1..6 {
            let expected = ["ada", "ada", "ada", "ada", "bob"];
            assert_eq!(paged(&store, &bin, limit), expected, "{limit}");
        }
        assert_eq!(store.read(count).expect("a count"), 0);
    }

    #[test]
    fn the_count_follows_into_the_bin_and_back() {
        let store = with(&["ada", "bob"]);
        let counted = store.write(|tx| {
            let ada = users::by_username(tx, "ada")?.expect("is there");
            users::set_deleted(tx, &ada, Some(Timestamp::UNIX_EPOCH))?;
            let without = count(tx)?;
            users::set_deleted(tx, &ada, None)?;
            let with = count(tx)?;
            users::set_deleted(tx, &ada, Some(Timestamp::UNIX_EPOCH))?;
            users::delete(tx, ada.id)?;
            Ok::<_, StoreError>([without, with, count(tx)?])
        });
        assert_eq!(counted.expect("counts"), [1, 2, 1]);
    }

    #[test]
    fn what_is_searched_is_only_text() {
        let store = with(&["ada", "o'brien", "a\"b", "per%cent", "st*r"]);
        check_found(&store, "bri", &["o'brien"]);
        check_found(&store, "a\"b", &["a\"b"]);
        check_found(&store, "r%c", &["per%cent"]);
        check_found(&store, "st*", &["st*r"]);
        check_found(&store, "a*b", &[]);
        check_found(&store, "ada\0", &[]);
        check_found(&store, "AD", &["ada"]);
        check_found(&store, "ada OR bob", &[]);
        check_found(&store, "x' OR 1=1 --", &[]);
    }

    #[test]
    fn groups_filter_however_many_are_in_them() {
        let store = with(&["ada", "bob", "cid", "dan"]);
        let group = store.write(|tx| {
            let group = groups::insert(tx, "Staff", "", Timestamp::UNIX_EPOCH)?;
            for name in ["cid", "ada"] {
                let user = users::by_username(tx, name)?.expect("is there");
                members::add_to_group(tx, user.id, group)?;
            }
            Ok::<_, StoreError>(group)
        });
        let filter = Filter {
            group: Some(group.expect("a group")),
            ..Filter::default()
        };
        assert_eq!(paged(&store, &filter, 1), ["ada", "cid"]);
        let walked = store.read(|db| {
            let sets = sets(db, &filter)?;
            Query::in_order(&filter, &sets).users(db, 10)
        });
        assert_eq!(names(&walked.expect("users")), ["ada", "cid"]);
        let everyone = store.read(groups::everyone).expect("a group").id;
        let filter = Filter {
            group: Some(everyone),
            ..Filter::default()
        };
        assert_eq!(paged(&store, &filter, 3).len(), 4);
    }

    #[test]
    fn users_are_listed_by_when_they_did_something_last() {
        let store = with(&["ada", "bob", "cid", "dan"]);
        let at = |day: i64| Timestamp::UNIX_EPOCH + chrono::TimeDelta::days(day);
        let written = store.write(move |tx| {
            for (name, active, password) in [("ada", Some(1), 5), ("bob", Some(3), 6)] {
                tx.execute(
                    "UPDATE users SET last_activity = ?2, password_changed = ?3
                     WHERE username = ?1",
                    (
                        name,
                        active.map(|it| sql::At(at(it))),
                        sql::At(at(password)),
                    ),
                )?;
            }
            Ok::<_, StoreError>(())
        });
        written.expect("moments");
        let days = |from: i64, until: i64| Span {
            from: Some(at(from)),
            until: Some(at(until)),
        };
        for (last, expected) in [
            (Last::Active(days(1, 3)), &["ada"][..]),
            (Last::Active(days(0, 9)), &["ada", "bob"]),
            (Last::NeverActive, &["cid", "dan"]),
            (Last::PasswordSet(days(6, 7)), &["bob"]),
            (Last::PasswordSet(days(7, 9)), &[]),
        ] {
            let filter = Filter {
                last: Some(last),
                ..Filter::default()
            };
            assert_eq!(paged(&store, &filter, 1), expected, "{last:?}");
            let walked = store.read(|db| {
                let sets = sets(db, &filter)?;
                Query::in_order(&filter, &sets).users(db, 10)
            });
            assert_eq!(names(&walked.expect("users")), expected, "{last:?}");
        }
    }

    /// With a million users a scan of the table takes a second.
    #[test]
    fn no_list_reads_the_whole_table() {
        let store = with(&["ada"]);
        let always = Span {
            from: None,
            until: None,
        };
        let lasts = [
            None,
            Some(Last::Active(always)),
            Some(Last::NeverActive),
            Some(Last::PasswordSet(always)),
        ];
        let filters = [(false, false), (true, false), (false, true), (true, true)];
        let filters = filters.iter().flat_map(|it| lasts.map(|last| (*it, last)));
        for ((status, group), last) in filters {
            let filter = Filter {
                status: status.then_some(Status::Active),
                group: group.then_some(GroupId::new(7)),
                role: (status && group).then_some(RoleId::new(1)),
                last,
                is_deleted: false,
            };
            store
                .read(|db| {
                    let sets = sets(db, &filter)?;
                    for query in [
                        Query::in_order(&filter, &sets).after(Some("a")),
                        Query::sorted(&filter, &sets).after(Some("a")),
                        Query::searched(&filter, &sets, "\"ada\"".to_owned()),
                    ] {
                        let plan = query.0.plan(db, COLUMNS)?;
                        let scans = |line: &String| {
                            line.starts_with("SCAN user") && !line.contains("VIRTUAL TABLE")
                        };
                        assert!(!plan.iter().any(scans), "{filter:?}: {plan:?}");
                    }
                    Ok::<_, StoreError>(())
                })
                .expect("plans");
        }
    }
}
