//! `deep-review serve`: webhooks in, reviews out.

mod config;
mod setup;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use clap::Args as ClapArgs;
use deep_review::{Cancel, Cx, Error, ErrorKind, NullSink, Registry, Result, scratch};
use review_fleet::serve::Service;
use review_fleet::{Local, Metrics, ReviewWorker};

use super::exit::{self, Exit};
use super::output;
use config::ServeConfig;
use setup::Operator;

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct ServeArgs {
    /// The service's configuration.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Tell what is missing, and start nothing.
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(args: ServeArgs, registry: Registry, cancel: Cancel) -> Result<Exit> {
    let operator = Operator::new(ServeConfig::read(&args.config)?, registry)?;
    let missing = operator.missing();
    if args.check && missing.is_empty() {
        output::print("ready: nothing is missing\n")?;
        return Ok(exit::DONE);
    }
    if !missing.is_empty() {
        for line in &missing {
            output::note(line);
        }
        return Err(Error::new(ErrorKind::InvalidInput, "the service can't start")
            .with_context("missing", missing.len()));
    }
    scratch::sweep(&scratch::temp_dir());
    super::run::runtime()?.block_on(serve(operator, cancel))?;
    Ok(exit::DONE)
}

async fn serve(operator: Operator, cancel: Cancel) -> Result<()> {
    let config = operator.config();
    let (folder, listen, keep_days) = (config.data.clone(), config.listen, config.keep_days);
    let (limits, budgets, triggers) = (config.limits(), config.budgets()?, config.triggers.clone());
    let (sources, allowed) = (operator.sources()?, operator.allowed().clone());
    let metrics = Arc::new(Metrics::new());
    let setup = Arc::new(operator);
    let own = Arc::clone(&setup) as Arc<dyn review_fleet::Setup>;
    let worker = ReviewWorker::new(own, &folder).with_budgets(budgets).with_metrics(Arc::clone(&metrics));
    let dispatcher = Arc::new(Local::open(folder.join("queue"), limits)?);
    let mut service = Service::new(dispatcher, setup, sources, allowed)
        .with_triggers(triggers)
        .with_metrics(metrics)
        .with_log(log);
    if let Some(days) = keep_days {
        service = service.with_keep_days(days);
    }
    let listener = tokio::net::TcpListener::bind(listen)
        .await
        .map_err(|error| Error::from(error).with_operation("listening").with_context("address", listen))?;
    log(&format!("listening at {}", listener.local_addr()?));
    service.run(listener, Arc::new(worker), &folder, Cx::new(cancel, Arc::new(NullSink))).await?;
    log("ended");
    Ok(())
}

/// A line of JSON for the operator.
fn log(message: &str) {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_millis());
    output::note(
        &serde_json::json!({ "ms": u64::try_from(now).unwrap_or(u64::MAX), "message": message }).to_string(),
    );
}
