//! A value that is fetched in the background, and again when the store has changed.

use tokio::sync::oneshot;

use super::Ctx;
use crate::store::{Store, StoreError};

/// How long a value is shown before it is fetched again while others keep writing, in seconds.
const REST: f64 = 0.2;

/// What `key` asks for, once it is here; until then, whatever was here before.
pub struct Loaded<K, T> {
    latest: Option<Answer<K, T>>,
    pending: Option<Question<K, T>>,
    asked_at: f64,
    rest: f64,
}

struct Answer<K, T> {
    key: K,
    revision: u64,
    value: Result<T, StoreError>,
}

struct Question<K, T> {
    key: K,
    revision: u64,
    answer: oneshot::Receiver<Result<T, StoreError>>,
}

/// What there is to show.
pub enum Shown<'a, T> {
    /// Nothing yet.
    Loading,
    Failed(&'a StoreError),
    Value(&'a T),
}

impl<K, T> Default for Loaded<K, T> {
    fn default() -> Self {
        Self {
            latest: None,
            pending: None,
            asked_at: f64::NEG_INFINITY,
            rest: REST,
        }
    }
}

impl<K, T> Loaded<K, T> {
    /// For what costs more to fetch: shown for so many seconds before it is fetched again.
    pub fn resting(rest: f64) -> Self {
        Self {
            rest,
            ..Self::default()
        }
    }
}

impl<K: Clone + PartialEq, T: Send + 'static> Loaded<K, T> {
    /// The latest value, which may still be the answer to an earlier key. Starts `fetch` in the
    /// background if it is out of date.
    pub fn get(
        &mut self,
        ctx: &Ctx<'_>,
        key: &K,
        fetch: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Shown<'_, T> {
        self.receive();
        if self.must_ask(ctx, key) {
            let store = ctx.store.clone();
            self.pending = Some(Question {
                key: key.clone(),
                revision: ctx.revision,
                answer: ctx.background.run(ctx.egui, move || fetch(&store)),
            });
            self.asked_at = ctx.time;
            self.receive();
        }
        self.shown()
    }

    /// The latest value, without asking for a newer one.
    pub fn value(&self) -> Option<&T> {
        self.latest.as_ref().and_then(|it| it.value.as_ref().ok())
    }

    /// Whether the value that is shown answers `key`.
    pub fn is_for(&self, key: &K) -> bool {
        self.latest.as_ref().is_some_and(|it| it.key == *key)
    }

    fn shown(&self) -> Shown<'_, T> {
        match self.latest.as_ref().map(|it| &it.value) {
            None => Shown::Loading,
            Some(Ok(value)) => Shown::Value(value),
            Some(Err(err)) => Shown::Failed(err),
        }
    }

    fn receive(&mut self) {
        if let Some(mut question) = self.pending.take() {
            match question.answer.try_recv() {
                Ok(value) => {
                    self.latest = Some(Answer {
                        key: question.key,
                        revision: question.revision,
                        value,
                    });
                }
                Err(oneshot::error::TryRecvError::Empty) => self.pending = Some(question),
                // The fetch has panicked: what was shown stays.
                Err(oneshot::error::TryRecvError::Closed) => (),
            }
        }
    }

    fn must_ask(&self, ctx: &Ctx<'_>, key: &K) -> bool {
        let asked = match (&self.pending, &self.latest) {
            (Some(question), _) => (question.key == *key).then_some(u64::MAX),
            (None, Some(answer)) => (answer.key == *key).then_some(answer.revision),
            (None, None) => None,
        };
        match asked {
            None => true,
            Some(revision) if revision >= ctx.revision => false,
            Some(_) => {
                let rest = self.asked_at + self.rest - ctx.time;
                if rest > 0.0 {
                    let rest = std::time::Duration::from_secs_f64(rest);
                    ctx.egui.request_repaint_after(rest);
                }
                rest <= 0.0
            }
        }
    }
}
