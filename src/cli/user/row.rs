//! A user as machines read one.

use rusqlite::Connection;
use serde::Serialize;

use crate::{
    model::{
        Timestamp,
        attribute::Values,
        id::UserId,
        user::{Status, User},
    },
    store::{StoreError, members},
};

/// A user as machines read one.
#[derive(Serialize)]
pub(super) struct Row {
    pub(super) id: UserId,
    pub(super) username: String,
    pub(super) email: String,
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) phone: String,
    pub(super) status: Status,
    pub(super) external_id: Option<String>,
    pub(super) attributes: Values,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) groups: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) roles: Option<Vec<String>>,
    pub(super) created: Timestamp,
    pub(super) last_sign_in: Option<Timestamp>,
    pub(super) last_activity: Option<Timestamp>,
    pub(super) password_changed: Option<Timestamp>,
    pub(super) must_change_password: bool,
    pub(super) is_protected: bool,
    pub(super) deleted: Option<Timestamp>,
}

impl Row {
    /// With groups and roles if there is a database to ask.
    pub(super) fn new(user: User, db: Option<&Connection>) -> Result<Self, StoreError> {
        let (groups, roles) = match db {
            Some(db) => (
                Some(members::groups_of(db, user.id)?.into_values().collect()),
                Some(members::roles_of(db, user.id)?.into_values().collect()),
            ),
            None => (None, None),
        };
        let profile = user.profile.form();
        Ok(Self {
            id: user.id,
            username: profile.username,
            email: profile.email,
            first_name: profile.first_name,
            last_name: profile.last_name,
            phone: profile.phone,
            status: user.status,
            external_id: user.external_id,
            attributes: profile.attributes,
            groups,
            roles,
            created: user.created,
            last_sign_in: user.last_sign_in,
            last_activity: user.last_activity,
            password_changed: user.password_changed,
            must_change_password: user.must_change_password,
            is_protected: user.is_protected,
            deleted: user.deleted,
        })
    }
}
