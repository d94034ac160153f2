//! Every change that anyone can ask for.
//!
//! The window, the portal, the command line and the engine all speak this one language, so there is
//! one place that decides and one place that writes. **Invariant:** a command is applied in one
//! transaction that also writes its audit entry; one that is refused leaves no trace but the entry
//! that says so.

pub mod account;
mod connections;
mod directory;
mod effects;
mod error;
mod executions;
pub mod export;
mod foresight;
mod groups;
pub mod import;
pub mod mail;
mod outbox;
pub mod password;
mod registration;
pub mod sample;
mod settings;
pub mod sign_in;
pub mod sweeps;
mod templates;
pub mod tokens;
mod updates;
mod users;
mod workflows;

use serde::Serialize;

pub use self::{
    error::CommandError,
    outbox::TestMail,
    registration::{NewUser, Registered},
    sign_in::{Browser, Claim, Entry, SignIn},
    tokens::NewToken,
};
use self::{
    foresight::Foresight,
    sweeps::{Advanced, SweepCommand},
};
use crate::{
    model::{
        Timestamp,
        attribute::AttributeSpec,
        audit::{AuditEntry, Via},
        connection::{ClientSecret, ConnectionSpec, Origin, SecretChange},
        definition::Definition,
        document::Document,
        event::Source,
        execution::Status,
        group::{GroupChange, Role},
        id::{
            AttributeId, ConnectionId, ExecutionId, GroupId, MailId, RoleId, UserId, VersionId,
            WorkflowId,
        },
        session::{Key, SessionId},
        settings::Settings,
        smtp::{MailSettings, PasswordChange},
        template::{Template, TemplateText},
        text::MAX_DESCRIPTION,
        token::TokenId,
        user::{NewPassword, UserUpdate},
    },
    store::{Store, StoreError, Tx, audit, images::Image},
};

#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    Register(NewUser),

    /// One change of one user, as one event from `source`.
    UpdateUser {
        id: UserId,
        update: Box<UserUpdate>,
        source: Source,

        /// Refused if the user has another revision.
        if_revision: Option<u64>,
    },
    DisableUser(UserId),
    EnableUser(UserId),
    ProtectUser {
        id: UserId,
        is_protected: bool,
    },
    /// By its owner, in this session.
    ChangePassword {
        user: UserId,
        password: NewPassword,
        session: SessionId,
    },

    /// By an admin.
    ResetPassword {
        user: UserId,
        password: NewPassword,
    },
    RequirePasswordChange(UserId),
    UnlockUser(UserId),
    UnlockExpired,
    BeginTotp {
        session: SessionId,
        secret: Vec<u8>,
    },
    ConfirmTotp {
        session: SessionId,
        code: String,
        recovery: Vec<Key>,
    },

    /// Every second factor, by the user or by an admin as the source says.
    RemoveMfa {
        user: UserId,
        source: Source,
    },
    ReplaceRecoveryCodes {
        user: UserId,
        codes: Vec<Key>,
    },

    SignIn(Box<SignIn>),
    ProveCode {
        session: SessionId,
        code: String,
        browser: Box<Browser>,
    },
    ChooseNewPassword {
        session: SessionId,
        password: NewPassword,
        browser: Box<Browser>,
    },

    /// For somebody for whom a provider has vouched.
    OpenSession {
        user: UserId,
        browser: Box<Browser>,
    },

    /// Somebody who is signed in could not prove again who they are.
    CountWrongProof {
        user: UserId,
        browser: Box<Browser>,
    },
    UseSession(SessionId),
    SignOut(SessionId),
    EndSessions {
        user: UserId,
        except: Option<SessionId>,
    },
    PurgeSessions,

    DeleteUser(UserId),
    RestoreUser(UserId),
    PurgeUser(UserId),

    /// Removes for good who has been in the recycle bin since before this moment.
    PurgeDeleted {
        before: Timestamp,
    },
    AddToGroup {
        user: UserId,
        group: GroupId,
    },
    RemoveFromGroup {
        user: UserId,
        group: GroupId,
    },
    GiveRole {
        user: UserId,
        role: RoleId,
    },
    TakeRole {
        user: UserId,
        role: RoleId,
    },

    CreateGroup {
        name: String,
        description: String,
    },

    /// As it is described, members included.
    CreateGroupOf(Box<GroupChange>),
    ChangeGroup {
        id: GroupId,
        change: GroupChange,

        /// Refused if the group has another revision.
        if_revision: Option<u64>,
    },
    DeleteGroup(GroupId),
    CreateRole {
        name: String,
        description: String,
    },
    UpdateRole(Role),
    DeleteRole(RoleId),
    CreateAttribute(AttributeSpec),

    /// Its name stays as it is.
    UpdateAttribute {
        id: AttributeId,
        spec: AttributeSpec,
    },
    DeleteAttribute(AttributeId),

    CreateWorkflow {
        name: String,
        description: String,
    },
    UpdateWorkflow {
        id: WorkflowId,
        name: String,
        description: String,
    },
    DeleteWorkflow(WorkflowId),

    /// A new draft, drawn like `from` or blank.
    CreateDraft {
        workflow: WorkflowId,
        from: Option<VersionId>,
        note: String,
    },
    SaveDraft {
        version: VersionId,
        definition: Definition,
    },

    /// What is being drawn, so that a crash does not lose it; `None` goes back to what was saved.
    KeepUnsaved {
        version: VersionId,
        definition: Option<Definition>,
    },
    SetNote {
        version: VersionId,
        note: String,
    },

    /// The reason is needed when there are warnings.
    Activate {
        version: VersionId,
        reason: String,
    },

    /// The active version stops running and becomes a published one.
    Disable(WorkflowId),
    DeleteVersion(VersionId),

    /// As a new draft of the workflow with that name, which is made if there is none.
    Import(Document),

    CreateToken(Box<NewToken>),
    RevokeToken(TokenId),

    /// A program has shown it.
    UseToken(TokenId),
    /// A provider through which people sign in.
    CreateConnection {
        spec: Box<ConnectionSpec>,
        secret: Option<ClientSecret>,
    },
    UpdateConnection {
        id: ConnectionId,
        spec: Box<ConnectionSpec>,
        secret: SecretChange,
    },
    DeleteConnection(ConnectionId),

    /// Somebody at a provider is this user from now on, or has come again; `proof` says how that was
    /// shown.
    LinkIdentity {
        user: UserId,
        origin: Box<Origin>,
        proof: &'static str,
    },

    /// The same for somebody who shows the user's password, and signs in by that.
    ClaimUser(Box<Claim>),

    /// A sign-in through a provider that came to nothing: it changes nothing but the audit.
    RefuseSignOn {
        connection: String,
        reason: String,
    },

    SaveSettings(Box<Settings>),

    /// How mails are sent. The rest of the settings stays.
    SaveMail {
        settings: Box<MailSettings>,
        password: PasswordChange,
    },
    SaveTemplate {
        template: Template,
        text: Box<TemplateText>,
    },

    /// Back to the text that came with the program.
    ResetTemplate(Template),
    ResendMail(MailId),

    /// About an execution of a schedule.
    Sweep(Box<SweepCommand>),

    /// A mail to look at, from a text that need not be saved yet.
    SendTestMail(Box<TestMail>),
    SetLogo(Option<Image>),
}

/// On whose behalf a command is applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub name: String,
    pub via: Via,
}

/// What became of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    Done,
    Registered(Registered),
    Group(GroupId),
    Role(RoleId),
    Attribute(AttributeId),
    Token(TokenId),
    Connection(ConnectionId),

    /// The mail that is queued now.
    Mail(MailId),
    Draft {
        workflow: WorkflowId,
        version: VersionId,
    },
    Purged(usize),

    /// The execution that was begun.
    Execution(ExecutionId),
    Advanced(Advanced),

    /// A user, and what that has started.
    Updated(Vec<(ExecutionId, Status)>),
    Entry(Entry),
}

impl Command {
    /// A change that does not depend on what the user was before.
    pub fn update(id: UserId, update: UserUpdate, source: Source) -> Self {
        Self::UpdateUser {
            id,
            update: Box::new(update),
            source,
            if_revision: None,
        }
    }
}

impl Actor {
    pub fn new(name: &str, via: Via) -> Self {
        Self {
            name: name.to_owned(),
            via,
        }
    }

    /// Somebody who signs up.
    pub fn sign_up() -> Self {
        Self::new("sign-up page", Via::Portal)
    }

    /// Somebody who signs in.
    pub fn sign_in() -> Self {
        Self::new("sign-in page", Via::Portal)
    }

    /// The engine, for what is due by itself.
    pub fn engine() -> Self {
        Self::new("Tenure", Via::App)
    }

    /// The operating system's user.
    pub fn system_user(via: Via) -> Self {
        let name = whoami::username().unwrap_or_else(|err| {
            tracing::warn!(error = %err, "the operating system does not say who this is");
            "unknown".to_owned()
        });
        Self::new(&name, via)
    }
}

/// Applies one command, in one transaction.
pub fn apply(
    store: &Store,
    actor: &Actor,
    command: Command,
    now: Timestamp,
) -> Result<Reply, CommandError> {
    let (who, act) = (actor.clone(), Act::of(&command));
    let foresight = Foresight::of(store, &command, now);
    let result = foresight
        .and_then(|it| store.write(move |tx| run_with(tx, &who, command, it.as_ref(), now)));
    if let Some(entry) = refusal(actor, act, &result, now) {
        store.write(move |tx| audit::append(tx, &entry).map_err(CommandError::from))?;
    }
    result
}

/// Like [`apply`], without holding up the thread. Nobody activates a version like this: the directory
/// would be gone through in the transaction.
pub async fn apply_async(
    store: &Store,
    actor: &Actor,
    command: Command,
    now: Timestamp,
) -> Result<Reply, CommandError> {
    let (who, act) = (actor.clone(), Act::of(&command));
    let result = store
        .write_async(move |tx| run(tx, &who, command, now))
        .await;
    if let Some(entry) = refusal(actor, act, &result, now) {
        store
            .write_async(move |tx| audit::append(tx, &entry).map_err(CommandError::from))
            .await?;
    }
    result
}

/// Records that somebody asked for what cannot even be a command.
pub async fn refuse(
    store: &Store,
    actor: &Actor,
    (action, resource): (&'static str, &str),
    reason: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let resource = resource.to_owned();
    let entry = Act { action, resource }.refused(actor, reason, now);
    store.write_async(move |tx| audit::append(tx, &entry)).await
}

fn run(
    tx: &Tx<'_>,
    actor: &Actor,
    command: Command,
    now: Timestamp,
) -> Result<Reply, CommandError> {
    run_with(tx, actor, command, None, now)
}

/// One line per command; what it does stands beside its subject.
#[expect(clippy::too_many_lines, reason = "one line per command")]
fn run_with(
    tx: &Tx<'_>,
    actor: &Actor,
    command: Command,
    foresight: Option<&Foresight>,
    now: Timestamp,
) -> Result<Reply, CommandError> {
    let log = Log { tx, actor, now };
    match command {
        Command::Register(new) => registration::register(&log, &new).map(Reply::Registered),
        Command::UpdateUser {
            id,
            update,
            source,
            if_revision,
        } => users::update(&log, id, &update, source, if_revision),
        Command::DisableUser(id) => users::set_enabled(&log, id, false),
        Command::EnableUser(id) => users::set_enabled(&log, id, true),
        Command::ChangePassword {
            user,
            password,
            session,
        } => account::change_password(&log, user, &password, session),
        Command::ResetPassword { user, password } => account::reset_password(&log, user, &password),
        Command::RequirePasswordChange(id) => account::require_password_change(&log, id),
        Command::UnlockUser(id) => account::unlock(&log, id),
        Command::UnlockExpired => account::unlock_expired(&log),
        Command::BeginTotp { session, secret } => account::begin_totp(&log, session, &secret),
        Command::ConfirmTotp {
            session,
            code,
            recovery,
        } => account::confirm_totp(&log, session, &code, &recovery),
        Command::RemoveMfa { user, source } => account::remove_mfa(&log, user, source),
        Command::ReplaceRecoveryCodes { user, codes } => {
            account::replace_recovery_codes(&log, user, &codes)
        }
        Command::SignIn(asked) => sign_in::with_password(&log, &asked),
        Command::ProveCode {
            session,
            code,
            browser,
        } => sign_in::with_code(&log, session, &code, &browser),
        Command::ChooseNewPassword {
            session,
            password,
            browser,
        } => sign_in::with_new_password(&log, session, &password, &browser),
        Command::OpenSession { user, browser } => sign_in::through_provider(&log, user, &browser),
        Command::CountWrongProof { user, browser } => sign_in::wrong_proof(&log, user, &browser),
        Command::UseSession(id) => sign_in::use_session(&log, id),
        Command::SignOut(id) => sign_in::sign_out(&log, id),
        Command::EndSessions { user, except } => sign_in::end_sessions(&log, user, except),
        Command::PurgeSessions => sign_in::purge(&log),
        Command::ProtectUser { id, is_protected } => users::protect(&log, id, is_protected),
        Command::DeleteUser(id) => users::delete(&log, id),
        Command::RestoreUser(id) => users::restore(&log, id),
        Command::PurgeUser(id) => users::purge(&log, id),
        Command::PurgeDeleted { before } => users::purge_deleted(&log, before),
        Command::AddToGroup { user, group } => users::add_to_group(&log, user, group),
        Command::RemoveFromGroup { user, group } => users::remove_from_group(&log, user, group),
        Command::GiveRole { user, role } => users::give_role(&log, user, role),
        Command::TakeRole { user, role } => users::take_role(&log, user, role),
        Command::CreateGroup { name, description } => {
            directory::create_group(&log, &name, &description)
        }
        Command::CreateGroupOf(described) => groups::create(&log, &described),
        Command::ChangeGroup {
            id,
            change,
            if_revision,
        } => groups::change(&log, id, &change, if_revision),
        Command::DeleteGroup(id) => directory::delete_group(&log, id),
        Command::CreateRole { name, description } => {
            directory::create_role(&log, &name, &description)
        }
        Command::UpdateRole(role) => directory::update_role(&log, role),
        Command::DeleteRole(id) => directory::delete_role(&log, id),
        Command::CreateAttribute(spec) => directory::create_attribute(&log, spec),
        Command::UpdateAttribute { id, spec } => directory::update_attribute(&log, id, spec),
        Command::DeleteAttribute(id) => directory::delete_attribute(&log, id),
        Command::CreateWorkflow { name, description } => {
            workflows::create(&log, &name, &description)
        }
        Command::UpdateWorkflow {
            id,
            name,
            description,
        } => workflows::update(&log, id, &name, &description),
        Command::DeleteWorkflow(id) => workflows::delete(&log, id),
        Command::CreateDraft {
            workflow,
            from,
            note,
        } => workflows::create_draft(&log, workflow, from, &note),
        Command::SaveDraft {
            version,
            definition,
        } => workflows::save_draft(&log, version, &definition),
        Command::KeepUnsaved {
            version,
            definition,
        } => workflows::keep_unsaved(&log, version, definition.as_ref()),
        Command::SetNote { version, note } => workflows::set_note(&log, version, &note),
        Command::Activate { version, reason } => {
            workflows::activate(&log, version, &reason, foresight)
        }
        Command::Disable(id) => workflows::disable(&log, id),
        Command::DeleteVersion(id) => workflows::delete_version(&log, id),
        Command::Import(document) => workflows::import(&log, document),
        Command::CreateToken(new) => tokens::create(&log, &new),
        Command::RevokeToken(id) => tokens::revoke(&log, id),
        Command::UseToken(id) => tokens::used(&log, id),
        Command::CreateConnection { spec, secret } => {
            connections::create(&log, *spec, secret.as_ref())
        }
        Command::UpdateConnection { id, spec, secret } => {
            connections::update(&log, id, *spec, &secret)
        }
        Command::DeleteConnection(id) => connections::delete(&log, id),
        Command::LinkIdentity {
            user,
            origin,
            proof,
        } => connections::link(&log, user, &origin, proof),
        Command::ClaimUser(claim) => sign_in::with_claim(&log, &claim),
        Command::RefuseSignOn { connection, reason } => {
            connections::refuse(&log, &connection, &reason)
        }
        Command::SaveSettings(settings) => settings::save(&log, *settings),
        Command::SaveMail { settings, password } => settings::save_mail(&log, *settings, &password),
        Command::SaveTemplate { template, text } => templates::save(&log, template, &text),
        Command::ResetTemplate(template) => templates::reset(&log, template),
        Command::ResendMail(id) => outbox::resend(&log, id),
        Command::Sweep(command) => sweeps::run(&log, *command),
        Command::SendTestMail(test) => outbox::send_test(&log, &test),
        Command::SetLogo(logo) => settings::set_logo(&log, logo.as_ref()),
    }
}

/// A transaction, and the one in whose name it is written.
struct Log<'a> {
    tx: &'a Tx<'a>,
    actor: &'a Actor,
    now: Timestamp,
}

impl Log<'_> {
    /// Records that something was done.
    fn done(&self, action: &str, resource: &str) -> Result<Reply, CommandError> {
        self.changed(action, resource, None::<&()>, None::<&()>)
    }

    /// Records that something was done, with the values before and after.
    fn changed(
        &self,
        action: &str,
        resource: &str,
        before: Option<&impl Serialize>,
        after: Option<&impl Serialize>,
    ) -> Result<Reply, CommandError> {
        let entry = AuditEntry {
            at: self.now,
            actor: self.actor.name.clone(),
            via: self.actor.via,
            action: action.to_owned(),
            resource: resource.to_owned(),
            refusal: None,
            before: before.map(json),
            after: after.map(json),
        };
        audit::append(self.tx, &entry)?;
        Ok(Reply::Done)
    }

    /// Records that something was asked for and not done, in the transaction that decided it.
    fn refused(&self, action: &str, resource: &str, reason: &str) -> Result<(), CommandError> {
        let act = Act {
            action,
            resource: resource.to_owned(),
        };
        Ok(audit::append(
            self.tx,
            &act.refused(self.actor, reason, self.now),
        )?)
    }
}

/// Our own types always have a JSON form; should one not, the entry says so rather than be lost.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|err| format!("\"unreadable: {err}\""))
}

/// What a command is about, for the entry that says that it was refused.
struct Act<'a> {
    action: &'a str,
    resource: String,
}

impl Act<'_> {
    fn refused(&self, actor: &Actor, reason: &str, now: Timestamp) -> AuditEntry {
        AuditEntry {
            at: now,
            actor: actor.name.clone(),
            via: actor.via,
            action: self.action.to_owned(),
            resource: clipped(&self.resource),
            refusal: Some(clipped(reason)),
            before: None,
            after: None,
        }
    }
}

/// What was refused can be of any length; its beginning says enough.
fn clipped(text: &str) -> String {
    match text.char_indices().nth(MAX_DESCRIPTION) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

impl Act<'static> {
    fn of(command: &Command) -> Self {
        let (action, resource) = match command {
            Command::Register(new) => ("user.create", new.form.username.clone()),
            Command::UpdateUser { id, .. } => ("user.update", id.to_string()),
            Command::DisableUser(id) => ("user.disable", id.to_string()),
            Command::EnableUser(id) => ("user.enable", id.to_string()),
            Command::ChangePassword { user, .. } => ("user.change_password", user.to_string()),
            Command::ResetPassword { user, .. } => ("user.reset_password", user.to_string()),
            Command::RequirePasswordChange(id) => ("user.require_password_change", id.to_string()),
            Command::UnlockUser(id) => ("user.unlock", id.to_string()),
            Command::UnlockExpired => ("user.unlock", "expired locks".to_owned()),
            Command::BeginTotp { session, .. } | Command::ConfirmTotp { session, .. } => {
                ("user.set_up_mfa", session.to_string())
            }
            Command::RemoveMfa { user, .. } => ("user.remove_mfa", user.to_string()),
            Command::ReplaceRecoveryCodes { user, .. } => {
                ("user.replace_recovery_codes", user.to_string())
            }
            Command::SignIn(asked) => ("user.sign_in", optional(asked.user)),
            Command::ProveCode { session, .. } | Command::ChooseNewPassword { session, .. } => {
                ("user.sign_in", session.to_string())
            }
            Command::OpenSession { user, .. } | Command::CountWrongProof { user, .. } => {
                ("user.sign_in", user.to_string())
            }
            Command::UseSession(id) => ("user.use_session", id.to_string()),
            Command::SignOut(id) => ("user.sign_out", id.to_string()),
            Command::EndSessions { user, .. } => ("user.end_sessions", user.to_string()),
            Command::PurgeSessions => ("user.end_sessions", "old sessions".to_owned()),
            Command::ProtectUser { id, .. } => ("user.protect", id.to_string()),
            Command::DeleteUser(id) => ("user.delete", id.to_string()),
            Command::RestoreUser(id) => ("user.restore", id.to_string()),
            Command::PurgeUser(id) => ("user.purge", id.to_string()),
            Command::PurgeDeleted { .. } => ("user.purge", "recycle bin".to_owned()),
            Command::AddToGroup { user, .. } => ("user.add_to_group", user.to_string()),
            Command::RemoveFromGroup { user, .. } => ("user.remove_from_group", user.to_string()),
            Command::GiveRole { user, .. } => ("user.give_role", user.to_string()),
            Command::TakeRole { user, .. } => ("user.take_role", user.to_string()),
            Command::CreateGroup { name, .. } => ("group.create", name.clone()),
            Command::CreateGroupOf(described) => {
                let name = described.name.clone().unwrap_or_default();
                ("group.create", name)
            }
            Command::ChangeGroup { id, .. } => ("group.update", id.to_string()),
            Command::DeleteGroup(id) => ("group.delete", id.to_string()),
            Command::CreateRole { name, .. } => ("role.create", name.clone()),
            Command::UpdateRole(role) => ("role.update", role.name.clone()),
            Command::DeleteRole(id) => ("role.delete", id.to_string()),
            Command::CreateAttribute(spec) => ("attribute.create", spec.name.clone()),
            Command::UpdateAttribute { spec, .. } => ("attribute.update", spec.name.clone()),
            Command::DeleteAttribute(id) => ("attribute.delete", id.to_string()),
            Command::CreateWorkflow { name, .. } => ("workflow.create", name.clone()),
            Command::UpdateWorkflow { name, .. } => ("workflow.update", name.clone()),
            Command::DeleteWorkflow(id) => ("workflow.delete", id.to_string()),
            Command::CreateDraft { workflow, .. } => ("version.create", workflow.to_string()),
            Command::SaveDraft { version, .. } => ("version.save", version.to_string()),
            Command::KeepUnsaved { version, .. } => ("version.keep", version.to_string()),
            Command::SetNote { version, .. } => ("version.note", version.to_string()),
            Command::Activate { version, .. } => ("version.activate", version.to_string()),
            Command::Disable(id) => ("workflow.disable", id.to_string()),
            Command::DeleteVersion(id) => ("version.delete", id.to_string()),
            Command::Import(document) => ("workflow.import", document.name.clone()),
            Command::CreateToken(new) => ("token.create", new.name.clone()),
            Command::RevokeToken(id) => ("token.revoke", id.to_string()),
            Command::UseToken(id) => ("token.use", id.to_string()),
            Command::CreateConnection { spec, .. } => ("connection.create", spec.name.clone()),
            Command::UpdateConnection { spec, .. } => ("connection.update", spec.name.clone()),
            Command::DeleteConnection(id) => ("connection.delete", id.to_string()),
            Command::LinkIdentity { user, .. } => ("user.link_identity", user.to_string()),
            Command::ClaimUser(claim) => ("user.link_identity", optional(claim.sign_in.user)),
            Command::RefuseSignOn { connection, .. } => ("user.sign_on", connection.clone()),
            Command::SaveSettings(_) => ("settings.save", "settings".to_owned()),
            Command::SaveMail { .. } => ("settings.save_mail", "mail".to_owned()),
            Command::SaveTemplate { template, .. } => ("template.save", template.name().to_owned()),
            Command::ResetTemplate(template) => ("template.reset", template.name().to_owned()),
            Command::ResendMail(id) => ("mail.resend", id.to_string()),
            Command::Sweep(command) => command.act(),
            Command::SendTestMail(test) => ("mail.send_test", test.template.name().to_owned()),
            Command::SetLogo(_) => ("settings.logo", "logo".to_owned()),
        };
        Self { action, resource }
    }
}

fn optional(user: Option<UserId>) -> String {
    user.map_or_else(String::new, |it| it.to_string())
}

/// The entry about a refusal by our rules; a store that fails cannot take one.
fn refusal(
    actor: &Actor,
    act: Act<'_>,
    result: &Result<Reply, CommandError>,
    now: Timestamp,
) -> Option<AuditEntry> {
    match result {
        Ok(_) | Err(CommandError::Store(_)) => None,
        Err(err) => Some(act.refused(actor, &err.to_string(), now)),
    }
}

impl From<rusqlite::Error> for CommandError {
    fn from(err: rusqlite::Error) -> Self {
        Self::Store(StoreError::from(err))
    }
}
