//! The connections over which mails leave, side by side.

use std::{collections::VecDeque, sync::Arc};

use parking_lot::Mutex;
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
};

use super::{outcome, record};
use crate::{
    connect::smtp::{Letter, Line, SendError, Server, ServerError},
    engine::Parts,
    model::id::MailId,
    store::{
        StoreError,
        outbox::{Answer, Outcome},
    },
};

/// How many connections there are at most. Servers refuse more from one sender.
const MOST: usize = 8;

/// How many outcomes are recorded in one transaction at most.
const GROUP: usize = 100;

/// A mail to be sent.
pub(super) struct Job {
    pub(super) id: MailId,
    pub(super) attempt: u32,
    pub(super) letter: Letter,
}

pub(super) struct Lines {
    lines: Vec<Line>,

    /// How many the server seems to allow.
    limit: usize,
}

/// What the lines of one batch share.
struct Batch {
    server: Server,
    parts: Parts,
    waiting: Mutex<VecDeque<Job>>,
    state: Mutex<State>,
    stopped: watch::Receiver<bool>,
}

#[derive(Default)]
struct State {
    /// Why no mail can be sent.
    trouble: Option<ServerError>,

    /// How many lines could not be used, though others could.
    refused: usize,
    has_sent: bool,
}

type Outcomes = mpsc::UnboundedSender<(MailId, Outcome)>;

impl Default for Lines {
    fn default() -> Self {
        Self {
            lines: Vec::new(),
            limit: MOST,
        }
    }
}

impl Lines {
    pub(super) async fn close(&mut self) {
        for mut line in self.lines.drain(..) {
            line.close().await;
        }
    }

    /// Sends mails and records what became of each; says why it had to end early, if it had to.
    pub(super) async fn send(
        &mut self,
        parts: &Parts,
        server: &Server,
        jobs: Vec<Job>,
        stopped: &watch::Receiver<bool>,
    ) -> Result<Option<ServerError>, StoreError> {
        let count = jobs.len();
        let batch = Arc::new(Batch {
            server: server.clone(),
            parts: parts.clone(),
            waiting: Mutex::new(jobs.into()),
            state: Mutex::default(),
            stopped: stopped.clone(),
        });
        let (tell, mut told) = mpsc::unbounded_channel();
        let work = self.work(&batch, count, tell);
        let keep = keep(parts, &mut told);
        let ((), kept) = tokio::join!(work, keep);
        kept?;
        let unsent: Vec<(MailId, Outcome)> = batch
            .waiting
            .lock()
            .drain(..)
            .map(|job| (job.id, Outcome::NotTried))
            .collect();
        if !unsent.is_empty() {
            record(parts, unsent).await?;
        }
        let State {
            trouble, refused, ..
        } = std::mem::take(&mut *batch.state.lock());
        // A server that takes fewer connections is not asked for more, but now and then.
        self.limit = if refused > 0 {
            self.limit.saturating_sub(refused).max(1)
        } else {
            (self.limit + 1).min(MOST)
        };
        Ok(trouble)
    }

    /// One line goes first: should the server be down or the password wrong, it is asked once.
    async fn work(&mut self, batch: &Arc<Batch>, count: usize, tell: Outcomes) {
        let mut first = self.lines.pop().unwrap_or_default();
        if !first.is_open() {
            batch.one(&mut first, &tell).await;
        }
        let mut running = JoinSet::new();
        running.spawn(Arc::clone(batch).all(first, tell.clone()));
        for _ in 1..self.limit.min(count) {
            let line = self.lines.pop().unwrap_or_default();
            running.spawn(Arc::clone(batch).all(line, tell.clone()));
        }
        drop(tell);
        while let Some(line) = running.join_next().await {
            match line {
                Ok(line) if line.is_open() => self.lines.push(line),
                Ok(_) => (),
                Err(err) => tracing::error!(error = %err, "a line to the mail server broke down"),
            }
        }
    }
}

impl Batch {
    async fn all(self: Arc<Self>, mut line: Line, tell: Outcomes) -> Line {
        while self.one(&mut line, &tell).await {}
        line
    }

    /// Sends the next mail; says whether this line can go on.
    async fn one(&self, line: &mut Line, tell: &Outcomes) -> bool {
        if *self.stopped.borrow() || self.state.lock().trouble.is_some() {
            return false;
        }
        let Some(job) = self.waiting.lock().pop_front() else {
            return false;
        };
        let result = line.send(&self.server, &job.letter).await;
        let (told, goes_on) = match result {
            Ok(reply) => {
                self.state.lock().has_sent = true;
                let answer = Answer {
                    code: Some(reply.code),
                    text: reply.text,
                };
                (Outcome::Sent(answer), true)
            }
            Err(SendError::Server(err)) => {
                self.note(err);
                (Outcome::NotTried, false)
            }
            Err(err) => {
                self.state.lock().has_sent = true;
                let now = self.parts.clock.now();
                (outcome(job.id, job.attempt, &err, now), true)
            }
        };
        // Who records them ends after all who send.
        tell.send((job.id, told)).ok();
        goes_on
    }

    /// Where other lines work, the server only wants fewer of them.
    fn note(&self, err: ServerError) {
        let mut state = self.state.lock();
        if state.has_sent && !err.needs_admin() {
            state.refused += 1;
        } else {
            state.trouble = Some(err);
        }
    }
}

/// Records outcomes as they come, many at once when they come fast.
async fn keep(
    parts: &Parts,
    told: &mut mpsc::UnboundedReceiver<(MailId, Outcome)>,
) -> Result<(), StoreError> {
    let mut group = Vec::with_capacity(GROUP);
    while told.recv_many(&mut group, GROUP).await > 0 {
        record(parts, std::mem::take(&mut group)).await?;
    }
    Ok(())
}
