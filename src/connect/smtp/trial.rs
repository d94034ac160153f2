//! A test of the settings: what works, step by step, and what is wrong, in words.

use super::{Letter, Line, Reply, SendError, Server};

/// What came of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// What works, in the order in which it was tried.
    pub steps: Vec<String>,

    /// What the server said when it took the mail, or why it did not.
    pub outcome: Result<Reply, SendError>,
}

/// Connects, signs in and sends a mail.
pub async fn test(server: &Server, letter: &Letter) -> Trial {
    let mut steps = Vec::new();
    let outcome = attempt(server, letter, &mut steps).await;
    if outcome.is_ok() {
        steps.push(format!("The mail to {} is on its way", letter.to));
    }
    Trial { steps, outcome }
}

async fn attempt(
    server: &Server,
    letter: &Letter,
    steps: &mut Vec<String>,
) -> Result<Reply, SendError> {
    let connection = server.open(&mut |step| steps.push(step)).await?;
    let mut line = Line::over(connection, server);
    let outcome = line.send(server, letter).await;
    line.close().await;
    outcome
}

impl SendError {
    /// What an admin can do about it, if that is known.
    pub fn advice(&self) -> Option<&'static str> {
        match self {
            Self::Never(reply) if reply.denies_relay() => Some(
                "The server does not pass mails on for this machine: give a name and a password, or let it allow this machine.",
            ),
            Self::Later(_) => Some(
                "The server may take it later. Mails in the outbox are tried again by themselves.",
            ),
            Self::Interrupted(_) => {
                Some("The connection broke. Mails in the outbox are tried again by themselves.")
            }
            Self::Never(_) | Self::Unsendable(_) | Self::Server(_) => None,
        }
    }
}
