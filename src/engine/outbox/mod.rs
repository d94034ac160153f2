//! Sends what is in the outbox: a task of its own, since a mail server may take minutes.
//!
//! **Invariants:** only who holds the runtime's lease sends, so a mail is with one sender at a time. A
//! mail that was taken and could not be recorded is sent once more, with the same Message-ID. A server
//! that cannot be used costs no mail an attempt.

mod forgetting;
mod jobs;
mod lines;

use std::sync::Arc;

use chrono::TimeDelta;
use rusqlite::Connection;
use tokio::{sync::watch, task::JoinHandle};

pub(super) use self::forgetting::forget;
use self::{
    jobs::take,
    lines::{Lines, Order},
};
use super::{IDLE, Parts, REST};
use crate::{
    connect::smtp::{Patience, Server, ServerError},
    model::{
        Timestamp, retry,
        smtp::{MailPassword, MailSettings},
    },
    store::{
        Config, StoreError, outbox,
        pause::{self, Pause},
        settings_row,
    },
};

/// How many mails are taken at once.
const BATCH: usize = 500;

/// How long connections are kept that nobody uses.
const KEPT: TimeDelta = TimeDelta::seconds(60);

/// Over how long a limit per minute is counted.
const MINUTE: TimeDelta = TimeDelta::minutes(1);

/// The sender. Whoever has it calls [`Self::round`] again and again.
pub struct Post {
    parts: Parts,
    patience: Patience,
    lines: Lines,
    server: Option<Known>,

    /// Whether mails may stand as being sent that nobody sends any more.
    is_unsure: bool,
    held_up: Option<HeldUp>,

    /// How often in a row the server could not be used.
    outages: u32,
    last_used: Option<Timestamp>,
}

/// A server, and the settings from which it was made.
struct Known {
    settings: MailSettings,
    password: Option<MailPassword>,
    server: Result<Server, ServerError>,
}

/// Sending waits until then, unless the settings change.
struct HeldUp {
    until: Timestamp,
}

/// What there is to do, as one look at the store saw it.
struct Outlook {
    settings: MailSettings,
    password: Option<MailPassword>,
    is_paused: bool,
    next_due: Option<Timestamp>,

    /// How many mails may leave now, and when more may.
    allowance: usize,
    allowed_again: Option<Timestamp>,
}

/// Starts the task; it ends when told to.
pub(super) fn start(
    runtime: &tokio::runtime::Handle,
    parts: Parts,
    stopped: watch::Receiver<bool>,
) -> JoinHandle<()> {
    let post = Post::new(parts, Patience::default());
    runtime.spawn(run(post, stopped))
}

async fn run(mut post: Post, mut stopped: watch::Receiver<bool>) {
    let clock = post.parts.clock.clone();
    let mut changed = post.parts.store.watch();
    loop {
        changed.mark_unchanged();
        let wake = match post.round(&stopped).await {
            Ok(wake) => wake,
            Err(err) => {
                tracing::error!(error = %err, "mails could not be sent");
                clock.now() + IDLE
            }
        };
        let rested = clock.now() + REST;
        tokio::select! {
            () = clock.sleep_until(wake) => (),
            _ = changed.changed() => clock.sleep_until(rested.min(wake)).await,
            // Told to stop, or nobody is left to tell us.
            _ = stopped.changed() => break,
        }
        if *stopped.borrow() {
            break;
        }
    }
    post.lines.close().await;
}

impl Post {
    pub fn new(parts: Parts, patience: Patience) -> Self {
        Self {
            parts,
            patience,
            lines: Lines::default(),
            server: None,
            is_unsure: true,
            held_up: None,
            outages: 0,
            last_used: None,
        }
    }

    /// Sends what is due, and what becomes due meanwhile; says when to come back.
    pub async fn round(
        &mut self,
        stopped: &watch::Receiver<bool>,
    ) -> Result<Timestamp, StoreError> {
        if self.is_unsure {
            self.recover().await?;
        }
        let now = self.parts.clock.now();
        if self.last_used.is_some_and(|at| now - at >= KEPT) {
            self.lines.close().await;
            self.last_used = None;
        }
        let outlook = self.look(now).await?;
        let idle = now + IDLE;
        if !outlook.settings.is_set_up() {
            return Ok(idle);
        }
        self.know(&outlook);
        if let Some(HeldUp { until }) = self.held_up
            // A clock that was set back does not make it longer.
            && (now..=now + retry::LONGEST_OUTAGE).contains(&until)
        {
            return Ok(until.min(idle));
        }
        match outlook.next_due {
            Some(due) if due <= now && outlook.allowance == 0 => {
                Ok(outlook.allowed_again.unwrap_or(idle).min(idle))
            }
            Some(due) if due <= now => {
                // Until everything is recorded, nobody knows.
                self.is_unsure = true;
                let wake = self.send(&outlook, now, stopped).await?;
                self.is_unsure = false;
                Ok(wake)
            }
            due => Ok(due.unwrap_or(idle).min(idle)),
        }
    }

    /// Queues again what was being sent when the one who sent it ended.
    async fn recover(&mut self) -> Result<(), StoreError> {
        let (sending, paused) = self
            .read(|db| Ok((outbox::is_sending(db)?, pause::get(db)?.is_some())))
            .await?;
        if sending {
            let count = self.parts.store.write_async(outbox::give_back).await?;
            tracing::warn!("{count} mails may have been sent and are sent again");
        }
        // Whoever starts it again wants to know whether it works now.
        if paused && self.held_up.is_none() {
            self.parts.store.write_async(pause::end).await?;
        }
        self.is_unsure = false;
        Ok(())
    }

    async fn look(&self, now: Timestamp) -> Result<Outlook, StoreError> {
        let store = self.parts.store.clone();
        // The password in the same look as the server: it must not be shown to another one.
        let look = move |db: &Connection, config: Arc<Config>| {
            let settings = config.settings.mail.clone();
            let (allowance, allowed_again) = allowance(db, settings.per_minute, now)?;
            Ok(Outlook {
                password: settings_row::mail_password(db)?,
                is_paused: pause::get(db)?.is_some(),
                next_due: outbox::next_due(db, now)?,
                allowance,
                allowed_again,
                settings,
            })
        };
        blocking(move || store.read_with_config(look)).await
    }

    /// Makes the server anew when its settings have changed. That ends what held it up.
    fn know(&mut self, outlook: &Outlook) {
        let Outlook {
            settings, password, ..
        } = outlook;
        let is_known = self
            .server
            .as_ref()
            .is_some_and(|it| it.settings == *settings && it.password == *password);
        if !is_known {
            self.held_up = None;
            self.outages = 0;
            self.server = Some(Known {
                settings: settings.clone(),
                password: password.clone(),
                server: Server::new(settings.clone(), password.clone(), self.patience),
            });
        }
    }

    async fn send(
        &mut self,
        outlook: &Outlook,
        now: Timestamp,
        stopped: &watch::Receiver<bool>,
    ) -> Result<Timestamp, StoreError> {
        let server = match &self.server {
            Some(Known {
                server: Ok(server), ..
            }) => server.clone(),
            Some(Known {
                server: Err(err), ..
            }) => {
                let err = err.clone();
                return self.hold_up(&err, now).await;
            }
            None => return Ok(now + IDLE),
        };
        let order = Order {
            server,
            jobs: take(&self.parts, BATCH.min(outlook.allowance)).await?,
            goes_on: outlook.settings.per_minute == 0,
            is_paused: outlook.is_paused,
            stopped: stopped.clone(),
        };
        let trouble = self.lines.send(&self.parts, order).await?;
        let after = self.parts.clock.now();
        self.last_used = Some(after);
        if let Some(err) = trouble {
            return self.hold_up(&err, after).await;
        }
        self.outages = 0;
        self.held_up = None;
        Ok(after)
    }

    /// Waits, and says so. All mails stay queued.
    async fn hold_up(
        &mut self,
        err: &ServerError,
        now: Timestamp,
    ) -> Result<Timestamp, StoreError> {
        self.outages = self.outages.saturating_add(1);
        let length = if err.needs_admin() {
            retry::LONGEST_OUTAGE
        } else {
            retry::outage(self.outages)
        };
        let until = now + length;
        self.held_up = Some(HeldUp { until });
        let pause = Pause {
            reason: err.to_string(),
            since: now,
            until,
        };
        // The log need not be told at every attempt.
        if self.outages == 1 {
            tracing::warn!("mails wait: {err}");
        }
        self.parts
            .store
            .write_async(move |tx| pause::set(tx, &pause))
            .await?;
        Ok(until.min(now + IDLE))
    }

    async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = self.parts.store.clone();
        blocking(move || store.read(f)).await
    }
}

async fn blocking<T: Send + 'static>(
    f: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(f).await {
        Ok(result) => result,
        Err(_) => Err(StoreError::Stopped),
    }
}

/// How many mails may leave now, and when more may if it is none.
fn allowance(
    db: &Connection,
    per_minute: u32,
    now: Timestamp,
) -> Result<(usize, Option<Timestamp>), StoreError> {
    if per_minute == 0 {
        return Ok((usize::MAX, None));
    }
    let (count, first) = outbox::ended_since(db, now - MINUTE, now)?;
    let left = u64::from(per_minute).saturating_sub(count);
    Ok((left as usize, first.map(|at| at + MINUTE)))
}
