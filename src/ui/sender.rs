//! From the window to the store.

use std::{io, sync::mpsc, thread};

use tokio::sync::oneshot;

use super::background::Background;
use crate::{
    clock::Clock,
    command::{self, Actor, Command, CommandError, Reply},
    store::Store,
};

type Outcome = Result<Reply, CommandError>;

/// What goes to the thread that applies commands.
enum Sent {
    Command(Command, oneshot::Sender<Outcome>),

    /// Answered when everything before it has been applied.
    Last(mpsc::Sender<()>),
}

/// Where screens put what the user asked for. Sending never waits, and commands are applied in the
/// order in which they were sent.
#[derive(Clone)]
pub struct CommandSender {
    way: Way,
}

#[derive(Clone)]
enum Way {
    Thread(mpsc::Sender<Sent>),

    /// Applied on the spot, for tests that look at every frame.
    Inline(Store, Actor, Clock),
}

/// The outcome of a command, once it is known.
#[derive(Debug)]
pub struct Ticket(oneshot::Receiver<Outcome>);

impl CommandSender {
    /// Starts the thread that applies commands.
    pub fn start(
        store: Store,
        clock: Clock,
        actor: Actor,
        background: &Background,
        ctx: egui::Context,
    ) -> io::Result<Self> {
        if matches!(background, Background::Inline) {
            return Ok(Self {
                way: Way::Inline(store, actor, clock),
            });
        }
        let (commands, inbox) = mpsc::channel();
        thread::Builder::new()
            .name("commands".to_owned())
            .spawn(move || {
                for sent in inbox {
                    match sent {
                        Sent::Command(command, answer) => {
                            let outcome = command::apply(&store, &actor, command, clock.now());
                            // Nobody is left to tell once the screen has been left.
                            answer.send(outcome).ok();
                            ctx.request_repaint();
                        }
                        Sent::Last(answer) => {
                            answer.send(()).ok();
                        }
                    }
                }
            })?;
        Ok(Self {
            way: Way::Thread(commands),
        })
    }

    pub fn send(&self, command: Command) -> Ticket {
        let (answer, outcome) = oneshot::channel();
        match &self.way {
            Way::Thread(commands) => {
                if commands.send(Sent::Command(command, answer)).is_err() {
                    tracing::error!("the command thread has stopped");
                }
            }
            Way::Inline(store, actor, clock) => {
                answer
                    .send(command::apply(store, actor, command, clock.now()))
                    .ok();
            }
        }
        Ticket(outcome)
    }

    /// Waits until everything that was sent has been applied: the window is closing, and what was
    /// asked for in it must not be lost.
    pub fn finish(&self) {
        let Way::Thread(commands) = &self.way else {
            return;
        };
        let (answer, applied) = mpsc::channel();
        if commands.send(Sent::Last(answer)).is_err() || applied.recv().is_err() {
            tracing::error!("the command thread has stopped");
        }
    }
}

impl Ticket {
    /// The outcome; `None` while it is not known.
    pub fn poll(&mut self) -> Option<Outcome> {
        match self.0.try_recv() {
            Ok(outcome) => Some(outcome),
            Err(oneshot::error::TryRecvError::Empty) => None,
            Err(oneshot::error::TryRecvError::Closed) => {
                Some(Err(crate::store::StoreError::Stopped.into()))
            }
        }
    }
}
