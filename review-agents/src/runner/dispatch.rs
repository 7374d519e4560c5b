//! The one place where deliveries become durable and events get their order.
//!
//! A plain thread: it writes to disk, so it must not sit on the async runtime, and it goes on when the runtime is
//! busy. Whoever emits only enqueues.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

use review_core::journal::Record;
use review_core::{Error, Event, PartialReview, PassId, RawLine, Review, Sink, TimedEvent};
use tokio::sync::oneshot;

use super::transcript::Transcript;
use crate::journal::Journal;

/// Events of one pass beyond so many are counted, not kept: a flooding backend must not fill memory or disk.
const MAX_EVENTS_PER_PASS: u64 = 20_000;

/// What is put in the queue.
enum Message {
    Event(Event),
    /// A pass has delivered; the review itself is in the slot, so that a flood of deliveries keeps one.
    Delivered(PassId),
    Finished {
        review: Box<Review>,
        done: oneshot::Sender<()>,
    },
    Closed {
        wall_clock_ms: u64,
    },
}

type Slots = Arc<Mutex<BTreeMap<PassId, Review>>>;

/// Handle on the dispatcher's thread.
pub(super) struct Dispatcher {
    queue: Option<Sender<Message>>,
    /// Folder of the record, where there is one.
    folder: Option<PathBuf>,
    slots: Slots,
    thread: Option<JoinHandle<Option<Error>>>,
}

impl Dispatcher {
    /// Starts the thread. `observer` is called from it, in order.
    pub(super) fn start(journal: Option<Journal>, observer: Arc<dyn Sink>, started: Instant) -> Self {
        let (queue, messages) = channel();
        let folder = journal.as_ref().map(|journal| journal.folder().to_owned());
        let slots: Slots = Slots::default();
        let worker = Worker { journal, observer, slots: Arc::clone(&slots), started, seq: 0, failure: None };
        let thread =
            std::thread::Builder::new().name("review-dispatch".into()).spawn(move || worker.run(&messages));
        Self { queue: Some(queue), folder, slots, thread: thread.ok() }
    }

    /// The sink of one pass.
    pub(super) fn sink(&self, id: &PassId) -> Arc<PassSink> {
        Arc::new(PassSink {
            queue: self.queue.clone().map(Mutex::new),
            slots: Arc::clone(&self.slots),
            id: id.clone(),
            events: AtomicU64::new(0),
            transcript: self
                .folder
                .as_deref()
                .map(|folder| Mutex::new(Transcript::new(folder, &id.reviewer, id.pass))),
        })
    }

    /// Queues an event of the runner itself.
    pub(super) fn event(&self, event: Event) {
        self.send(Message::Event(event));
    }

    /// Writes what a pass returned and waits until it is on disk (or the disk has refused).
    pub(super) async fn finished(&self, review: &Review) {
        let (done, wait) = oneshot::channel();
        self.send(Message::Finished { review: Box::new(review.clone()), done });
        // An error means that the thread is gone; its failure is reported when it is joined.
        let _ = wait.await;
    }

    /// The last delivery of a pass.
    pub(super) fn last_delivery(&self, id: &PassId) -> Option<Review> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// Ends the thread after everything queued is done. Tells what went wrong with the journal.
    pub(super) fn close(mut self, wall_clock_ms: u64) -> Option<Error> {
        self.send(Message::Closed { wall_clock_ms });
        self.join()
    }

    fn send(&self, message: Message) {
        if let Some(queue) = &self.queue {
            let _ = queue.send(message);
        }
    }

    fn join(&mut self) -> Option<Error> {
        drop(self.queue.take());
        self.thread.take()?.join().unwrap_or_else(|_| {
            Some(Error::new(
                review_core::ErrorKind::Internal,
                "the observer of the run panicked; later events are lost",
            ))
        })
    }
}

impl Drop for Dispatcher {
    /// A run that is dropped still gets onto disk what was queued. The thread is not waited for: sinks that a
    /// runaway task holds would keep the queue open.
    fn drop(&mut self) {
        drop(self.queue.take());
    }
}

/// Where one pass puts its events and deliveries.
pub(super) struct PassSink {
    queue: Option<Mutex<Sender<Message>>>,
    slots: Slots,
    id: PassId,
    events: AtomicU64,
    transcript: Option<Mutex<Transcript>>,
}

impl PassSink {
    /// Ends the raw stream of the pass. Its file's name, where there is one.
    pub(super) fn end_transcript(&self) -> Option<String> {
        self.transcript.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner).finish()
    }

    fn send(&self, message: Message) {
        if let Some(queue) = &self.queue {
            let _ = queue.lock().unwrap_or_else(PoisonError::into_inner).send(message);
        }
    }
}

impl Sink for PassSink {
    fn event(&self, event: Event) {
        let count = self.events.fetch_add(1, Ordering::Relaxed);
        if count < MAX_EVENTS_PER_PASS {
            self.send(Message::Event(event));
        } else if count == MAX_EVENTS_PER_PASS {
            let text = format!("{} emits too many events; the rest are not shown", self.id.reviewer);
            self.send(Message::Event(Event::Warning { text }));
        }
    }

    fn deliver(&self, partial: PartialReview) {
        let mut review = partial.review;
        review.reviewer.clone_from(&self.id.reviewer);
        review.pass = self.id.pass;
        review.normalise();
        let waiting =
            self.slots.lock().unwrap_or_else(PoisonError::into_inner).insert(self.id.clone(), review);
        // Each delivery queues one small note; the worker writes the slot's newest content.
        let count = self.events.fetch_add(1, Ordering::Relaxed);
        if waiting.is_none() || count < MAX_EVENTS_PER_PASS {
            self.send(Message::Delivered(self.id.clone()));
        }
    }

    /// Written at once and not queued: a backend may say hundreds of megabytes, which must not wait in memory.
    fn raw(&self, line: RawLine) {
        if let Some(transcript) = &self.transcript {
            transcript.lock().unwrap_or_else(PoisonError::into_inner).write(&line);
        }
    }
}

struct Worker {
    journal: Option<Journal>,
    observer: Arc<dyn Sink>,
    slots: Slots,
    started: Instant,
    seq: u64,
    failure: Option<Error>,
}

impl Worker {
    fn run(mut self, messages: &Receiver<Message>) -> Option<Error> {
        let mut written: BTreeMap<PassId, Review> = BTreeMap::new();
        while let Ok(message) = messages.recv() {
            match message {
                Message::Event(event) => self.announce(event),
                Message::Delivered(id) => {
                    let review = self.slots.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
                    if let Some(review) = review.filter(|review| written.get(&id) != Some(review)) {
                        self.write(&Record::Delivered { review: Box::new(review.clone()) });
                        self.observer.deliver(PartialReview::new(review.clone()));
                        let findings = review.findings.len() as u32;
                        let (reviewer, pass) = (id.reviewer.clone(), id.pass);
                        written.insert(id, review);
                        self.announce(Event::Delivered { reviewer, pass, findings });
                    }
                }
                Message::Finished { review, done } => {
                    self.write(&Record::Finished { review });
                    let _ = done.send(());
                }
                Message::Closed { wall_clock_ms } => {
                    self.write(&Record::Closed { wall_clock_ms });
                    break;
                }
            }
        }
        self.failure
    }

    fn announce(&mut self, event: Event) {
        self.seq += 1;
        let at_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.write(&Record::Event { event: TimedEvent { at_ms, seq: self.seq, event: event.clone() } });
        self.observer.event(event);
    }

    /// Writes until the first failure; after that the run goes on without its record and says so at the end.
    fn write(&mut self, record: &Record) {
        let Some(journal) = &mut self.journal else { return };
        if let Err(error) = journal.write(record) {
            self.observer.event(Event::Warning { text: format!("the run's record is incomplete: {error}") });
            self.failure = Some(error);
            self.journal = None;
        }
    }
}
