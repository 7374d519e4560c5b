//! `deep-review serve`: webhooks in, reviews out.

mod config;
mod setup;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use clap::Args as ClapArgs;
use deep_review::{Cancel, Cx, Error, ErrorKind, NullSink, Registry, Result, scratch};
use review_fleet::serve::Service;
use review_fleet::{Dispatcher, Local, Metrics, Postgres, ReviewWorker};

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
    /// Only take webhooks: `deep-review worker` does the reviews. Needs `database_url_env` in the configuration.
    #[arg(long)]
    no_work: bool,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct WorkerArgs {
    /// The service's configuration; it names the database that holds the queue.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Tell what is missing, and start nothing.
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(args: ServeArgs, registry: Registry, cancel: Cancel) -> Result<Exit> {
    let mut more = Vec::new();
    let config = ServeConfig::read(&args.config)?;
    if args.no_work && config.database_url_env.is_none() {
        more.push(
            "--no-work needs `database_url_env`: without a database nobody else sees the queue".to_owned(),
        );
    }
    match ready(config, registry, more, args.check)? {
        None => {}
        Some(operator) => super::run::runtime()?.block_on(serve(operator, args.no_work, cancel))?,
    }
    Ok(exit::DONE)
}

/// `deep-review worker`: reviews what a service took in.
pub(crate) fn work(args: WorkerArgs, registry: Registry, cancel: Cancel) -> Result<Exit> {
    let mut more = Vec::new();
    let config = ServeConfig::read(&args.config)?;
    if config.database_url_env.is_none() {
        more.push(
            "a worker needs `database_url_env`: the queue of a folder belongs to one process".to_owned(),
        );
    }
    if let Some(operator) = ready(config, registry, more, args.check)? {
        super::run::runtime()?.block_on(async {
            let parts = Parts::new(operator).await?;
            log("working");
            let cx = Cx::new(cancel, Arc::new(NullSink));
            review_fleet::serve::work(&*parts.dispatcher, parts.worker, log, cx).await?;
            log("ended");
            Ok::<(), Error>(())
        })?;
    }
    Ok(exit::DONE)
}

/// The operator's configuration, if nothing is missing; `None` where that was only to be told.
fn ready(
    config: ServeConfig,
    registry: Registry,
    mut missing: Vec<String>,
    check: bool,
) -> Result<Option<Operator>> {
    let operator = Operator::new(config, registry)?;
    missing.extend(operator.missing());
    if !missing.is_empty() {
        for line in &missing {
            output::note(line);
        }
        return Err(Error::new(ErrorKind::InvalidInput, "the service can't start")
            .with_context("missing", missing.len()));
    }
    if check {
        output::print("ready: nothing is missing\n")?;
        return Ok(None);
    }
    scratch::sweep(&scratch::temp_dir());
    Ok(Some(operator))
}

/// What a service and a worker have in common.
struct Parts {
    setup: Arc<Operator>,
    dispatcher: Arc<dyn Dispatcher>,
    worker: Arc<ReviewWorker>,
    metrics: Arc<Metrics>,
}

impl Parts {
    async fn new(operator: Operator) -> Result<Self> {
        let config = operator.config();
        let dispatcher: Arc<dyn Dispatcher> = match config.database_url()? {
            Some(url) => Arc::new(Postgres::open(&url, config.limits()).await?),
            None => Arc::new(Local::open(config.data.join("queue"), config.limits())?),
        };
        let metrics = Arc::new(Metrics::new());
        let (data, budgets) = (config.data.clone(), config.budgets()?);
        let setup = Arc::new(operator);
        let own = Arc::clone(&setup) as Arc<dyn review_fleet::Setup>;
        let worker = ReviewWorker::new(own, data).with_budgets(budgets).with_metrics(Arc::clone(&metrics));
        Ok(Self { setup, dispatcher, worker: Arc::new(worker), metrics })
    }
}

async fn serve(operator: Operator, no_work: bool, cancel: Cancel) -> Result<()> {
    let parts = Parts::new(operator).await?;
    let config = parts.setup.config();
    let (folder, listen, keep_days) = (config.data.clone(), config.listen, config.keep_days);
    let (sources, allowed) = (parts.setup.sources()?, parts.setup.allowed().clone());
    let setup = Arc::clone(&parts.setup) as Arc<dyn review_fleet::Setup>;
    let mut service = Service::new(parts.dispatcher, setup, sources, allowed)
        .with_triggers(config.triggers.clone())
        .with_metrics(parts.metrics)
        .with_work(!no_work)
        .with_log(log);
    if let Some(days) = keep_days {
        service = service.with_keep_days(days);
    }
    let listener = tokio::net::TcpListener::bind(listen)
        .await
        .map_err(|error| Error::from(error).with_operation("listening").with_context("address", listen))?;
    log(&format!("listening at {}", listener.local_addr()?));
    service.run(listener, parts.worker, &folder, Cx::new(cancel, Arc::new(NullSink))).await?;
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
