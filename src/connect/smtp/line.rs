//! A connection that is kept for the next mail.

use std::{future::Future, time::Duration};

use lettre::{
    Address,
    transport::smtp::{
        Error,
        client::AsyncSmtpConnection,
        commands::{Data, Mail, Rcpt, Rset},
        extension::{Extension, MailBodyParameter, MailParameter},
        response::Response,
    },
};
use tokio::time::timeout;

use super::{Letter, Reply, SendError, Server, ServerError, opening::reply_of};

/// How long a goodbye is waited for.
const GOODBYE: Duration = Duration::from_secs(1);

/// Sends one mail after another over one connection, which it opens when there is something to send,
/// and again when it has broken.
#[derive(Default)]
pub struct Line {
    open: Option<Open>,
}

struct Open {
    connection: AsyncSmtpConnection,
    server: Server,
}

/// What became of a command.
enum Outcome {
    Done(Response),
    Said(Reply),
    Broken,
    Late,
}

impl Line {
    /// Over a connection that is open already.
    pub(super) fn over(connection: AsyncSmtpConnection, server: &Server) -> Self {
        Self {
            open: Some(Open {
                connection,
                server: server.clone(),
            }),
        }
    }

    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Sends a mail; says what the server answered when it took it.
    pub async fn send(&mut self, server: &Server, letter: &Letter) -> Result<Reply, SendError> {
        let is_another = |open: &Open| !open.server.is_same(server);
        if self.open.as_ref().is_some_and(is_another) {
            self.close().await;
        }
        let bytes = letter.formatted(server.settings())?;
        let was_open = self.open.is_some();
        match self.attempt(server, letter, &bytes).await {
            // A server may close a connection that nobody used for a while. That says nothing of it.
            Err(SendError::Server(ServerError::Closed { .. })) if was_open => {
                self.attempt(server, letter, &bytes).await
            }
            result => result,
        }
    }

    /// Says goodbye, and does not wait long for the answer.
    pub async fn close(&mut self) {
        if let Some(mut open) = self.open.take() {
            timeout(GOODBYE, open.connection.quit()).await.ok();
        }
    }

    /// A connection over which something went wrong is not used again, unless the server takes back what
    /// was said.
    async fn attempt(
        &mut self,
        server: &Server,
        letter: &Letter,
        bytes: &[u8],
    ) -> Result<Reply, SendError> {
        let mut open = match self.open.take() {
            Some(open) => open,
            None => Open {
                connection: server.open(&mut |_| ()).await?,
                server: server.clone(),
            },
        };
        let result = open.hand_over(letter, bytes).await;
        let is_usable = match &result {
            Ok(_) | Err(SendError::Unsendable(_)) => true,
            Err(SendError::Later(reply) | SendError::Never(reply)) => {
                reply.code != 421 && open.forget().await
            }
            Err(SendError::Interrupted(_) | SendError::Server(_)) => false,
        };
        if is_usable {
            self.open = Some(open);
        }
        result
    }
}

impl Open {
    async fn hand_over(&mut self, letter: &Letter, bytes: &[u8]) -> Result<Reply, SendError> {
        let settings = self.server.settings();
        let host = settings.host.clone();
        let from: Address = settings
            .from_address
            .parse()
            .map_err(|_no_address| ServerError::BadSender(settings.from_address.clone()))?;
        let to: Address = letter.to.parse().map_err(|_no_address| {
            SendError::Unsendable(format!("{:?} is no address", letter.to))
        })?;
        let parameters = self.parameters(&from, &to, bytes)?;
        self.begin(from, parameters).await?;
        let outcome = self.say(Rcpt::new(to, Vec::new())).await;
        judge(outcome, &host, "the recipient")?;
        let outcome = self.say(Data).await;
        judge(outcome, &host, "DATA")?;
        let patience = self.server.patience.data;
        let outcome = in_time(patience, self.connection.message(bytes)).await;
        judge(outcome, &host, "the mail")
    }

    /// Names the sender. Whatever goes wrong until then is not the mail's fault.
    async fn begin(
        &mut self,
        from: Address,
        parameters: Vec<MailParameter>,
    ) -> Result<(), ServerError> {
        let host = self.server.settings().host.clone();
        let address = from.to_string();
        match self.say(Mail::new(Some(from), parameters)).await {
            Outcome::Done(_) => Ok(()),
            Outcome::Said(reply) if reply.asks_for_sign_in() => {
                Err(ServerError::SignInWanted { host, reply })
            }
            Outcome::Said(reply) if reply.is_temporary() => Err(ServerError::Busy { host, reply }),
            Outcome::Said(reply) => Err(ServerError::Sender {
                host,
                address,
                reply,
            }),
            Outcome::Broken => Err(ServerError::Closed {
                host,
                step: "the sender's address",
            }),
            Outcome::Late => Err(ServerError::Stalled {
                host,
                step: "the sender's address",
            }),
        }
    }

    /// What the server has to be told beforehand, and able to do (RFC 6531, RFC 6152).
    fn parameters(
        &self,
        from: &Address,
        to: &Address,
        bytes: &[u8],
    ) -> Result<Vec<MailParameter>, SendError> {
        let host = &self.server.settings().host;
        let server = self.connection.server_info();
        let mut parameters = Vec::new();
        for address in [from, to] {
            let is_plain = AsRef::<str>::as_ref(address).is_ascii();
            if is_plain || !parameters.is_empty() {
                continue;
            }
            if !server.supports_feature(Extension::SmtpUtfEight) {
                return Err(SendError::Unsendable(format!(
                    "{host:?} takes no addresses with other letters than ASCII, such as {address}"
                )));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if !bytes.is_ascii() {
            if !server.supports_feature(Extension::EightBitMime) {
                return Err(SendError::Unsendable(format!(
                    "{host:?} takes no mails with other letters than ASCII in their headers"
                )));
            }
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        Ok(parameters)
    }

    /// Takes back what was said of a mail; says whether the next one can follow.
    async fn forget(&mut self) -> bool {
        matches!(self.say(Rset).await, Outcome::Done(_))
    }

    async fn say(&mut self, command: impl std::fmt::Display) -> Outcome {
        let patience = self.server.patience.reply;
        in_time(patience, self.connection.command(command)).await
    }
}

async fn in_time(
    patience: Duration,
    answer: impl Future<Output = Result<Response, Error>>,
) -> Outcome {
    match timeout(patience, answer).await {
        Ok(Ok(response)) => Outcome::Done(response),
        Ok(Err(err)) => reply_of(&err).map_or(Outcome::Broken, Outcome::Said),
        Err(_) => Outcome::Late,
    }
}

/// What an answer means for the mail.
fn judge(outcome: Outcome, host: &str, step: &str) -> Result<Reply, SendError> {
    match outcome {
        Outcome::Done(response) => Ok(Reply::of(&response)),
        Outcome::Said(reply) if reply.asks_for_sign_in() => {
            let host = host.to_owned();
            Err(ServerError::SignInWanted { host, reply }.into())
        }
        Outcome::Said(reply) if reply.is_temporary() => Err(SendError::Later(reply)),
        Outcome::Said(reply) => Err(SendError::Never(reply)),
        Outcome::Broken => Err(SendError::Interrupted(format!(
            "{host:?} closed the connection at {step}"
        ))),
        Outcome::Late => Err(SendError::Interrupted(format!(
            "{host:?} did not answer in time at {step}"
        ))),
    }
}
