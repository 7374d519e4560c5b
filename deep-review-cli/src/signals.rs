//! Being told to end: the first signal ends the work in order, the second one at once.

use deep_review::{Cancel, Error, Result, scratch};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::output;

/// Raises the returned flag at the first SIGINT, SIGTERM, SIGHUP or SIGQUIT: what was delivered until then is consolidated
/// and the report written. The second one ends the process, without leaving temporary files behind.
///
/// It listens from the start, so that a signal which comes while git runs ends git too.
pub(crate) fn watch() -> Result<Cancel> {
    let cancel = Cancel::new();
    let raised = cancel.clone();
    let (ready, is_ready) = std::sync::mpsc::channel();
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let listening = runtime.and_then(|runtime| {
            let _inside = runtime.enter();
            let signals = Signals::new()?;
            drop(_inside);
            Ok((runtime, signals))
        });
        match listening {
            Ok((runtime, signals)) => {
                let _ = ready.send(Ok(()));
                runtime.block_on(signals.heed(&raised));
            }
            Err(error) => drop(ready.send(Err(error))),
        }
    })?;
    // A thread that died without a word can't listen either.
    is_ready
        .recv()
        .unwrap_or_else(|_| Err(std::io::Error::other("the thread ended")))
        .map_err(|error| Error::from(error).with_operation("listening for signals"))?;
    Ok(cancel)
}

struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
    quit: Signal,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            quit: signal(SignalKind::quit())?,
        })
    }

    async fn heed(mut self, cancel: &Cancel) {
        self.next().await;
        output::note("ending; what was delivered will be in the report (once more: stop at once)");
        cancel.cancel();
        let number = self.next().await;
        // Programs of a run are ended by their supervisors when this process is gone.
        scratch::remove_all();
        std::process::exit(128 + number.as_raw_value());
    }

    async fn next(&mut self) -> SignalKind {
        tokio::select! {
            _ = self.interrupt.recv() => SignalKind::interrupt(),
            _ = self.terminate.recv() => SignalKind::terminate(),
            _ = self.hang_up.recv() => SignalKind::hangup(),
            _ = self.quit.recv() => SignalKind::quit(),
        }
    }
}
