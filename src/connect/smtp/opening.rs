//! From a server's name to a connection over which mails can be sent.

use std::{future::Future, io, time::Duration};

use lettre::transport::smtp::{
    authentication::{Credentials, Mechanism},
    client::{AsyncSmtpConnection, AsyncTokioStream},
    extension::ClientId,
};
use rustls::pki_types::ServerName;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{Reply, Server, ServerError, certificate, stream::Encrypted};
use crate::model::smtp::Security;

/// The longest answer that is read before a connection is encrypted, in bytes.
const MAX_ANSWER: u64 = 10_000;

/// How we introduce ourselves: by nothing that tells of this machine.
const NAME: &str = "[127.0.0.1]";

impl Server {
    /// A connection, signed in. `told` learns what has been achieved.
    pub(super) async fn open(
        &self,
        told: &mut impl FnMut(String),
    ) -> Result<AsyncSmtpConnection, ServerError> {
        let settings = &self.settings;
        let (host, port) = (&settings.host, settings.port);
        let tcp = self.connect().await?;
        told(format!("{host:?} takes connections on port {port}"));
        let stream: Box<dyn AsyncTokioStream> = match settings.security {
            Security::None => Box::new(tcp),
            Security::Tls => {
                let encrypted = self.encrypt(tcp).await?;
                told("The connection is encrypted, and the certificate is right".to_owned());
                Box::new(Encrypted::before_greeting(encrypted))
            }
            Security::StartTls => {
                let tcp = self.start_tls(tcp).await?;
                let encrypted = self.encrypt(tcp).await?;
                told("The connection is encrypted, and the certificate is right".to_owned());
                Box::new(Encrypted::after_greeting(encrypted))
            }
        };
        let name = ClientId::Ipv4(std::net::Ipv4Addr::LOCALHOST);
        let opened = AsyncSmtpConnection::connect_with_transport(stream, &name);
        let mut connection = match timeout(self.patience.opening, opened).await {
            Ok(Ok(connection)) => connection,
            Ok(Err(err)) => return Err(self.not_greeted(&err)),
            Err(_) => return Err(self.silent()),
        };
        told(format!("{host:?} is a mail server"));
        if !settings.username.is_empty() {
            self.sign_in(&mut connection).await?;
            told(format!("{:?} is signed in", settings.username));
        }
        Ok(connection)
    }

    async fn connect(&self) -> Result<TcpStream, ServerError> {
        let (host, port) = (self.settings.host.clone(), self.settings.port);
        let not_found = || ServerError::NotFound(host.clone());
        let found = timeout(self.patience.opening, lookup_host((host.as_str(), port))).await;
        let Ok(Ok(addresses)) = found else {
            return Err(not_found());
        };
        let mut last = not_found();
        for address in addresses {
            last = match timeout(self.patience.opening, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => match stream.set_nodelay(true) {
                    // Otherwise the end of every mail waits 40 ms for the server to acknowledge the rest.
                    Ok(()) => return Ok(stream),
                    Err(err) => self.unreachable(&err.to_string()),
                },
                Ok(Err(err)) if err.kind() == io::ErrorKind::ConnectionRefused => {
                    ServerError::ConnectionRefused {
                        host: host.clone(),
                        port,
                    }
                }
                Ok(Err(err)) => self.unreachable(&err.to_string()),
                Err(_) => self.unreachable("it does not answer"),
            };
        }
        Err(last)
    }

    fn unreachable(&self, reason: &str) -> ServerError {
        ServerError::Unreachable {
            host: self.settings.host.clone(),
            port: self.settings.port,
            reason: reason.to_owned(),
        }
    }

    fn silent(&self) -> ServerError {
        ServerError::Silent {
            host: self.settings.host.clone(),
            port: self.settings.port,
            security: self.settings.security,
        }
    }

    /// Asks for encryption. Whoever sends more than the answer before it would have that taken for
    /// what comes encrypted.
    async fn start_tls(&self, tcp: TcpStream) -> Result<TcpStream, ServerError> {
        let mut stream = BufReader::new(tcp);
        let greeting = self.answer(&mut stream, "its greeting").await?;
        self.expect(220, greeting)?;
        let hello = self.ask(&mut stream, &format!("EHLO {NAME}\r\n")).await?;
        let offers = hello.lines.iter().skip(1);
        let mut words = offers.map(|line| line.split_whitespace().next().unwrap_or_default());
        if hello.code != 250 || !words.any(|it| it.eq_ignore_ascii_case("STARTTLS")) {
            return Err(ServerError::NoStartTls(self.settings.host.clone()));
        }
        let ready = self.ask(&mut stream, "STARTTLS\r\n").await?;
        self.expect(220, ready)?;
        if !stream.buffer().is_empty() {
            return Err(ServerError::Tls {
                host: self.settings.host.clone(),
                reason: "it sent something in the clear that was to be encrypted".to_owned(),
            });
        }
        Ok(stream.into_inner())
    }

    async fn ask(
        &self,
        stream: &mut BufReader<TcpStream>,
        command: &str,
    ) -> Result<Answer, ServerError> {
        let sent = stream.write_all(command.as_bytes());
        self.in_time("STARTTLS", sent).await?;
        self.answer(stream, "STARTTLS").await
    }

    async fn answer(
        &self,
        stream: &mut BufReader<TcpStream>,
        step: &'static str,
    ) -> Result<Answer, ServerError> {
        let mut lines = Vec::new();
        let mut limited = stream.take(MAX_ANSWER);
        loop {
            let mut line = Vec::new();
            let read = limited.read_until(b'\n', &mut line);
            self.in_time(step, read).await?;
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            if line.is_empty() {
                let host = self.settings.host.clone();
                return Err(ServerError::Closed { host, step });
            }
            let code = line.get(..3).and_then(|it| it.parse().ok());
            let (Some(code), Some(rest)) = (code, line.get(3..)) else {
                return Err(self.not_smtp(&line));
            };
            lines.push(rest.get(1..).unwrap_or_default().to_owned());
            match rest.chars().next() {
                Some('-') => (),
                Some(' ') | None => return Ok(Answer { code, lines }),
                Some(_) => return Err(self.not_smtp(&line)),
            }
        }
    }

    async fn in_time<T>(
        &self,
        step: &'static str,
        read: impl Future<Output = io::Result<T>>,
    ) -> Result<T, ServerError> {
        let host = self.settings.host.clone();
        match timeout(self.patience.opening, read).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(_)) => Err(ServerError::Closed { host, step }),
            Err(_) => Err(self.silent()),
        }
    }

    fn expect(&self, code: u16, answer: Answer) -> Result<(), ServerError> {
        if answer.code == code {
            return Ok(());
        }
        Err(self.refused(Reply::new(answer.code, &answer.lines.join(" "))))
    }

    fn refused(&self, reply: Reply) -> ServerError {
        let host = self.settings.host.clone();
        if reply.is_temporary() {
            ServerError::Busy { host, reply }
        } else {
            ServerError::Refused { host, reply }
        }
    }

    fn not_smtp(&self, said: &str) -> ServerError {
        ServerError::NotSmtp {
            port: self.settings.port,
            security: self.settings.security,
            said: said.chars().take(80).collect(),
        }
    }

    async fn encrypt(&self, tcp: TcpStream) -> Result<TlsStream<TcpStream>, ServerError> {
        let host = &self.settings.host;
        let name = ServerName::try_from(host.clone()).map_err(|err| ServerError::Tls {
            host: host.clone(),
            reason: err.to_string(),
        })?;
        let connector = TlsConnector::from(std::sync::Arc::clone(&self.tls));
        match timeout(self.patience.opening, connector.connect(name, tcp)).await {
            Ok(Ok(stream)) => Ok(stream),
            Ok(Err(err)) => Err(certificate::refusal(&self.settings, &err)),
            Err(_) => Err(self.silent()),
        }
    }

    fn not_greeted(&self, err: &lettre::transport::smtp::Error) -> ServerError {
        match reply_of(err) {
            Some(reply) => self.refused(reply),
            None if err.is_response() => self.not_smtp(&cause(err)),
            None => ServerError::Closed {
                host: self.settings.host.clone(),
                step: "its greeting",
            },
        }
    }

    async fn sign_in(&self, connection: &mut AsyncSmtpConnection) -> Result<(), ServerError> {
        let Some(password) = &self.password else {
            return Err(ServerError::NoPassword);
        };
        let host = self.settings.host.clone();
        let known = [Mechanism::Plain, Mechanism::Login];
        if connection
            .server_info()
            .get_auth_mechanism(&known)
            .is_none()
        {
            return Err(ServerError::NoMechanism(host));
        }
        let username = self.settings.username.clone();
        let credentials = Credentials::new(username.clone(), password.reveal().to_owned());
        let signed_in = connection.auth(&known, &credentials);
        let step = "the attempt to sign in";
        match in_time(self.patience.reply, signed_in).await {
            Some(Ok(_)) => Ok(()),
            Some(Err(err)) => Err(match reply_of(&err) {
                Some(reply) if reply.is_temporary() => ServerError::Busy { host, reply },
                Some(reply) => ServerError::Credentials {
                    host,
                    username,
                    reply,
                },
                None => ServerError::Closed { host, step },
            }),
            None => Err(ServerError::Stalled { host, step }),
        }
    }
}

struct Answer {
    code: u16,

    /// Without their codes.
    lines: Vec<String>,
}

async fn in_time<T>(limit: Duration, future: impl Future<Output = T>) -> Option<T> {
    timeout(limit, future).await.ok()
}

/// What the server said, if the error is that it said no.
pub(super) fn reply_of(err: &lettre::transport::smtp::Error) -> Option<Reply> {
    let code = err.status()?;
    Some(Reply::new(code.into(), &cause(err)))
}

fn cause(err: &lettre::transport::smtp::Error) -> String {
    let source = std::error::Error::source(err);
    source.map(ToString::to_string).unwrap_or_default()
}
