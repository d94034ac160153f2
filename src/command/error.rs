//! Why a command was refused.

use crate::{
    model::{
        attribute::AttributeError, connection::ConnectionError, id::MailId, problem::Problem,
        settings::SettingsError, sweep::Stage, template::TemplateError, text::TextError,
        user::FieldError, version::MAX_VERSIONS,
    },
    store::{StoreError, config::StuckVersion},
};

#[derive(Clone, Debug, thiserror::Error)]
pub enum CommandError {
    #[error("{}", joined(.0))]
    Fields(Vec<FieldError>),
    #[error("there is already a {what} named {name:?}: choose another name")]
    NameTaken { what: &'static str, name: String },
    #[error("{0:?} has no active version that a schedule starts: activate one first")]
    NotScheduled(String),
    #[error("{}", at_stage(*.0))]
    OtherStage(Stage),
    #[error("not everybody who was named waits in this execution: look at its users again")]
    NotWaiting,
    #[error("there is no such {0}: it may have been deleted in the meantime")]
    NotFound(&'static str),
    #[error("the {what} {name:?} is protected: take its protection away first")]
    Protected { what: &'static str, name: String },
    #[error("{0:?} is the last administrator who can sign in: make somebody else one first")]
    LastAdministrator(String),
    #[error("the {what} {name:?} belongs to every directory and stays as it is")]
    BuiltIn { what: &'static str, name: String },
    #[error("{0:?} is in the recycle bin: restore the user first")]
    InRecycleBin(String),
    #[error("{0:?} is not in the recycle bin")]
    NotInRecycleBin(String),
    #[error("the {field} {reason}")]
    Text {
        field: &'static str,
        reason: TextError,
    },
    #[error("the attribute's definition: {0}")]
    Attribute(#[from] AttributeError),
    #[error("the type of {name:?} cannot change while {count} users have a value for it")]
    AttributeInUse { name: String, count: u64 },
    #[error("{0}")]
    Connection(#[from] ConnectionError),
    #[error("{0}")]
    Settings(#[from] SettingsError),
    #[error("the picture {0}")]
    Picture(&'static str),
    #[error(
        "a workflow has at most {MAX_VERSIONS} versions: delete version {oldest}, the oldest one that is not in use, first"
    )]
    VersionLimit { oldest: u32 },
    #[error("version {0} is not a draft: make a new draft from it")]
    NotADraft(u32),
    #[error("version {0} is the active one: disable the workflow first")]
    ActiveVersion(u32),
    #[error("version {0} has changes that were not saved: open it, and save or discard them first")]
    Unsaved(u32),
    #[error("version {0} runs already")]
    AlreadyActive(u32),
    #[error(
        "version {number} of {workflow:?} is active, but {reason}: disable it or activate another version"
    )]
    Stuck {
        workflow: String,
        number: u32,
        reason: String,
    },
    #[error("{0:?} has no active version")]
    NotActive(String),
    #[error("the version cannot be activated: {}", sentences(.0))]
    Problems(Vec<Problem>),
    #[error("give a reason for activating it in spite of this: {}", sentences(.0))]
    NeedsReason(Vec<Problem>),
    #[error("{0:?} has been changed in the meantime: look at it again, then repeat the change")]
    Outdated(String),
    #[error("the code is not right: enter the one that the app shows now")]
    WrongCode,
    #[error("{0:?} has no password yet: set one")]
    NoPassword(String),
    #[error("the token would have expired already: choose a later day")]
    ExpiredToken,
    #[error("the mail cannot be made: {0}")]
    Mail(String),
    #[error("the template's {0}")]
    Template(#[from] TemplateError),
    #[error("mail {0} is on its way already")]
    NotEnded(MailId),
    #[error("mail {0} has no address to be sent to: give the user one")]
    NoAddress(MailId),
    #[error("what mail {0} said is not kept any more, so it cannot be sent again")]
    Forgotten(MailId),
    #[error("{0}")]
    Hash(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn joined(errors: &[FieldError]) -> String {
    let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
    texts.join("; ")
}

impl From<&StuckVersion> for CommandError {
    fn from(stuck: &StuckVersion) -> Self {
        Self::Stuck {
            workflow: stuck.workflow_name.clone(),
            number: stuck.number,
            reason: stuck.reason.clone(),
        }
    }
}

fn sentences(problems: &[Problem]) -> String {
    let texts: Vec<String> = problems.iter().map(|it| it.kind.to_string()).collect();
    texts.join("; ")
}

fn at_stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Planning => "the execution is still being planned",
        Stage::Quarantined => "the execution is quarantined: release or discard it",
        Stage::Applying | Stage::Reporting => "the execution is running",
        Stage::Stopped => "the execution is stopped: resume or discard it",
        Stage::Ended => "the execution has ended",
    }
}
