//! The connections over which mails leave, side by side.
//!
//! A line that has nothing to do while others still work looks for more, so a server that is slow with
//! one mail holds no other one up.

use std::{collections::VecDeque, sync::Arc};

use chrono::TimeDelta;
use parking_lot::Mutex;
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
};

use super::{
    BATCH, REST,
    jobs::{Job, outcome, record, take},
};
use crate::{
    connect::smtp::{Line, SendError, Server, ServerError},
    engine::Parts,
    model::id::MailId,
    store::{
        StoreError,
        outbox::{Answer, Outcome},
        pause,
    },
};

/// How many connections there are at most. Servers refuse more from one sender.
const MOST: usize = 8;

/// How many outcomes are recorded in one transaction at most, and how many more may wait for that. A
/// crash sends their mails once more, so that sending waits for the record rather than run ahead of it.
const GROUP: usize = 64;

/// How long a mail that is being sent is waited for when the program is stopped.
const GRACE: TimeDelta = TimeDelta::seconds(2);

pub(super) struct Lines {
    lines: Vec<Line>,

    /// How many the server seems to allow.
    limit: usize,
}

/// What there is to send, and how.
pub(super) struct Order {
    pub(super) server: Server,
    pub(super) jobs: Vec<Job>,

    /// Whether more may be sent than these.
    pub(super) goes_on: bool,

    /// Whether somebody is told that nothing can be sent.
    pub(super) is_paused: bool,
    pub(super) stopped: watch::Receiver<bool>,
}

/// What the lines share.
struct Shared {
    server: Server,
    parts: Parts,
    goes_on: bool,
    stopped: watch::Receiver<bool>,
    waiting: Mutex<VecDeque<Job>>,
    state: Mutex<State>,

    /// How many lines are sending a mail.
    busy: watch::Sender<usize>,

    /// Whose turn it is to look for more.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    /// Why no mail can be sent.
    trouble: Option<ServerError>,

    /// Why no more mails could be taken.
    failure: Option<StoreError>,

    /// How many lines could not be used, though others could.
    refused: usize,
    has_sent: bool,
}

type Outcomes = mpsc::Sender<(MailId, Outcome)>;

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
        order: Order,
    ) -> Result<Option<ServerError>, StoreError> {
        let shared = Arc::new(Shared {
            server: order.server,
            parts: parts.clone(),
            goes_on: order.goes_on,
            stopped: order.stopped,
            waiting: Mutex::new(order.jobs.into()),
            state: Mutex::default(),
            busy: watch::Sender::new(0),
            turn: tokio::sync::Mutex::default(),
        });
        let (tell, told) = mpsc::channel(GROUP);
        let record_all = async {
            let kept = keep(parts, told, order.is_paused).await;
            // What cannot be recorded is sent once more, so that no more of it is sent.
            if let Err(err) = &kept {
                shared.state.lock().failure = Some(err.clone());
            }
            kept
        };
        let ((), kept) = tokio::join!(self.work(&shared, tell), record_all);
        kept?;
        let unsent: Vec<(MailId, Outcome)> = shared
            .waiting
            .lock()
            .drain(..)
            .map(|job| (job.id, Outcome::NotTried))
            .collect();
        if !unsent.is_empty() {
            record(parts, unsent).await?;
        }
        let state = std::mem::take(&mut *shared.state.lock());
        // A server that takes fewer connections is not asked for more, but now and then.
        self.limit = if state.refused > 0 {
            self.limit.saturating_sub(state.refused).max(1)
        } else {
            (self.limit + 1).min(MOST)
        };
        match state.failure {
            Some(err) => Err(err),
            None => Ok(state.trouble),
        }
    }

    /// One line goes first: should the server be down or the password wrong, it is asked once.
    async fn work(&mut self, shared: &Arc<Shared>, tell: Outcomes) {
        let mut first = self.lines.pop().unwrap_or_default();
        if !first.is_open()
            && let Some(job) = shared.pop()
        {
            shared.send(&mut first, job, &tell).await;
        }
        let mut running = JoinSet::new();
        running.spawn(Arc::clone(shared).all(first, tell.clone()));
        for _ in 1..self.limit {
            let line = self.lines.pop().unwrap_or_default();
            running.spawn(Arc::clone(shared).all(line, tell.clone()));
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

impl Shared {
    async fn all(self: Arc<Self>, mut line: Line, tell: Outcomes) -> Line {
        while let Some(job) = self.next().await {
            if !self.send(&mut line, job, &tell).await {
                break;
            }
        }
        line
    }

    /// The next mail; waits for one while other lines are busy.
    async fn next(&self) -> Option<Job> {
        let clock = &self.parts.clock;
        let mut stopped = self.stopped.clone();
        let mut changed = self.parts.store.watch();
        let mut busy = self.busy.subscribe();
        loop {
            changed.mark_unchanged();
            busy.mark_unchanged();
            if self.is_over() {
                return None;
            }
            if let Some(job) = self.pop() {
                return Some(job);
            }
            match self.refill().await {
                Ok(true) => continue,
                Ok(false) => (),
                Err(err) => {
                    self.state.lock().failure = Some(err);
                    return None;
                }
            }
            if *self.busy.borrow() == 0 {
                return None;
            }
            let rested = async {
                // Whoever is told to stop looking is told below.
                changed.changed().await.ok();
                clock.sleep_until(clock.now() + REST).await;
            };
            tokio::select! {
                () = rested => (),
                _ = busy.changed() => (),
                _ = stopped.changed() => return None,
            }
        }
    }

    fn is_over(&self) -> bool {
        let state = self.state.lock();
        *self.stopped.borrow() || state.trouble.is_some() || state.failure.is_some()
    }

    /// A mail that waits. Whoever has it is busy until it is sent.
    fn pop(&self) -> Option<Job> {
        let job = self.waiting.lock().pop_front()?;
        self.busy.send_modify(|busy| *busy += 1);
        Some(job)
    }

    /// Takes more mails, if there are more; says whether there are.
    async fn refill(&self) -> Result<bool, StoreError> {
        let _turn = self.turn.lock().await;
        if !self.waiting.lock().is_empty() {
            return Ok(true);
        }
        if !self.goes_on {
            return Ok(false);
        }
        let jobs = take(&self.parts, BATCH).await?;
        let is_more = !jobs.is_empty();
        self.waiting.lock().extend(jobs);
        Ok(is_more)
    }

    /// Sends a mail; says whether this line can go on.
    async fn send(&self, line: &mut Line, job: Job, tell: &Outcomes) -> bool {
        let result = tokio::select! {
            result = line.send(&self.server, &job.letter) => result,
            () = self.given_up() => Err(SendError::Interrupted("Tenure was stopped".to_owned())),
        };
        let goes_on = !matches!(result, Err(SendError::Server(_)));
        let told = match result {
            Ok(reply) => Outcome::Sent(Answer {
                code: Some(reply.code),
                text: reply.text,
            }),
            Err(SendError::Server(err)) => {
                self.note(err);
                Outcome::NotTried
            }
            Err(err) => outcome(job.id, job.attempt, &err, self.parts.clock.now()),
        };
        if goes_on {
            self.state.lock().has_sent = true;
        }
        // Who records them ends after all who send.
        tell.send((job.id, told)).await.ok();
        self.busy.send_modify(|busy| *busy -= 1);
        goes_on
    }

    /// Nobody who stops the program waits long for a mail server.
    async fn given_up(&self) {
        let mut stopped = self.stopped.clone();
        // Told to stop, or nobody is left to tell us.
        stopped.wait_for(|is_stopped| *is_stopped).await.ok();
        let clock = &self.parts.clock;
        clock.sleep_until(clock.now() + GRACE).await;
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

/// Records outcomes as they come, many at once when they come fast. With the first it is known that
/// mails can be sent.
async fn keep(
    parts: &Parts,
    mut told: mpsc::Receiver<(MailId, Outcome)>,
    mut is_paused: bool,
) -> Result<(), StoreError> {
    let mut group = Vec::with_capacity(GROUP);
    while told.recv_many(&mut group, GROUP).await > 0 {
        let works = group.iter().any(|(_, it)| *it != Outcome::NotTried);
        record(parts, std::mem::take(&mut group)).await?;
        if is_paused && works {
            parts.store.write_async(pause::end).await?;
            is_paused = false;
        }
    }
    Ok(())
}
