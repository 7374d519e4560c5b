//! The queue's table: every change of an entry is one transaction that holds its row.

use std::time::Duration;

use deep_review::{Error, ErrorKind, Result};
use tokio_postgres::{Client, Row};

use super::database::{Database, failed};
use crate::dispatcher::{Done, JobState, JobView, Load, Submitted};
use crate::store::Entry;
use crate::{ChangeKey, Job, Limits, Priority};

/// Names the lock under which jobs are given out: the limit of a repository holds over all workers.
const CLAIM_LOCK: i64 = 0x6465_6570_7265_7602;
/// Most jobs that are listed.
const MOST: i64 = 1_000;

const INSERT: &str = "INSERT INTO deep_review.changes
    (key, repository, entry, waiting, priority, made_ms, running, generation, cancelled)
    VALUES ($1, $2, $3, false, 0, 0, false, 0, false) ON CONFLICT (key) DO NOTHING";
const SELECT: &str = "SELECT entry, generation FROM deep_review.changes WHERE key = $1 FOR UPDATE";
const UPDATE: &str = "UPDATE deep_review.changes SET entry = $2, waiting = $3, priority = $4, made_ms = $5,
    not_before = now() + $6::float8 * interval '1 second', running = $7, cancelled = $8 WHERE key = $1";
/// The most urgent and oldest job that may start: nothing runs for its change, and its repository has room. Work whose lease ran out counts as
/// not running.
const CLAIM: &str = "SELECT c.key, c.entry FROM deep_review.changes c
    WHERE (c.waiting OR (c.running AND c.leased_until < now()))
      AND NOT (c.running AND c.leased_until >= now())
      AND (c.not_before IS NULL OR c.not_before <= now() OR (c.running AND c.leased_until < now()))
      AND (SELECT count(*) FROM deep_review.changes r
           WHERE r.repository = c.repository AND r.running AND r.leased_until >= now()) < $1
    ORDER BY c.priority DESC, c.made_ms, c.key LIMIT 1 FOR UPDATE SKIP LOCKED";
const LEASE: &str = "UPDATE deep_review.changes SET generation = nextval('deep_review.generations'),
    leased_until = now() + $2::float8 * interval '1 second' WHERE key = $1 RETURNING generation";
const RENEW: &str = "UPDATE deep_review.changes SET leased_until = now() + $3::float8 * interval '1 second'
    WHERE key = $1 AND generation = $2 AND running AND leased_until >= now() RETURNING cancelled";
const HOLDS: &str = "SELECT 1 FROM deep_review.changes
    WHERE key = $1 AND generation = $2 AND running AND leased_until >= now()";
const FORGET: &str = "DELETE FROM deep_review.changes WHERE key = $1";

/// Runs the body in a transaction, which is undone where the body fails.
macro_rules! transaction {
    ($database:expr, $client:ident, $body:block) => {{
        let (mut held, $client) = $database.begin().await?;
        let done: Result<_> = {
            let $client = &$client;
            async { $body }.await
        };
        let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
        let ended = $client.batch_execute(end).await.map_err(|error| failed(&error));
        if ended.is_ok() {
            *held = Some($client);
        }
        drop(held);
        // What went wrong says more than that it could not be undone.
        done.and_then(|value| ended.map(|()| value))
    }};
}

/// A job that was given out.
pub(super) struct Claim {
    pub(super) key: ChangeKey,
    pub(super) job: Job,
    pub(super) generation: u64,
}

/// Takes in a job.
pub(super) async fn submit(database: &Database, job: Job) -> Result<Submitted> {
    let key = job.key();
    transaction!(database, client, {
        let repository = job.repository().to_owned();
        let empty = text_of(&Entry::default())?;
        client
            .execute(INSERT, &[&key.as_str(), &repository, &empty])
            .await
            .map_err(|error| failed(&error))?;
        let mut entry = read(client, &key).await?.unwrap_or_default();
        let submitted = entry.submit(job);
        if submitted != Submitted::Running {
            let cancelled = entry.running.is_some();
            write(client, &key, &entry, None, cancelled).await?;
        }
        Ok(submitted)
    })
}

/// Ends what waits and runs for a change.
pub(super) async fn stop(database: &Database, key: &ChangeKey) -> Result<()> {
    transaction!(database, client, {
        let Some(mut entry) = read(client, key).await? else { return Ok(()) };
        (entry.waiting, entry.failed) = (None, None);
        let runs = entry.running.is_some();
        write(client, key, &entry, None, runs).await
    })
}

/// Gives out one job.
pub(super) async fn claim(database: &Database, limits: &Limits, lease: Duration) -> Result<Option<Claim>> {
    let most = i64::try_from(limits.per_repository).unwrap_or(i64::MAX);
    transaction!(database, client, {
        client
            .execute("SELECT pg_advisory_xact_lock($1)", &[&CLAIM_LOCK])
            .await
            .map_err(|error| failed(&error))?;
        let Some(row) = client.query_opt(CLAIM, &[&most]).await.map_err(|error| failed(&error))? else {
            return Ok(None);
        };
        let (key, mut entry) = (ChangeKey::from_text(row.get(0)), entry_of(&row, 1)?);
        // Its worker died, or lost the database for longer than its lease.
        if let Some(job) = entry.running.take() {
            entry.again(job);
        }
        let Some(job) = entry.waiting.take() else { return Ok(None) };
        entry.running = Some(job.clone());
        entry.failed = None;
        write(client, &key, &entry, None, false).await?;
        let row = client
            .query_one(LEASE, &[&key.as_str(), &lease.as_secs_f64()])
            .await
            .map_err(|error| failed(&error))?;
        let generation: i64 = row.get(0);
        Ok(Some(Claim { key, job, generation: generation.unsigned_abs() }))
    })
}

/// How a lease stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Renewed {
    Held,
    /// Something newer came in, or the change was closed.
    Cancelled,
    Lost,
}

/// Renews a lease.
pub(super) async fn renew(
    client: &Client,
    key: &ChangeKey,
    generation: u64,
    lease: Duration,
) -> Result<Renewed> {
    let row = client
        .query_opt(RENEW, &[&key.as_str(), &number(generation), &lease.as_secs_f64()])
        .await
        .map_err(|error| failed(&error))?;
    Ok(match row.map(|row| row.get(0)) {
        None => Renewed::Lost,
        Some(true) => Renewed::Cancelled,
        Some(false) => Renewed::Held,
    })
}

/// Whether a lease still holds.
pub(super) async fn holds(client: &Client, key: &ChangeKey, generation: u64) -> Result<bool> {
    let row = client.query_opt(HOLDS, &[&key.as_str(), &number(generation)]).await;
    Ok(row.map_err(|error| failed(&error))?.is_some())
}

/// Takes in how a job ended, unless another worker has taken over.
pub(super) async fn end(
    database: &Database,
    claim: &Claim,
    ended: Result<Done>,
    draining: bool,
    limits: &Limits,
) -> Result<()> {
    transaction!(database, client, {
        let row = client.query_opt(SELECT, &[&claim.key.as_str()]).await.map_err(|error| failed(&error))?;
        let Some(row) = row.filter(|row| row.get::<_, i64>(1) == number(claim.generation)) else {
            return Ok(());
        };
        let mut entry = entry_of(&row, 0)?;
        let pause = entry.end(claim.job.clone(), ended, draining, limits);
        if entry.is_idle() {
            client.execute(FORGET, &[&claim.key.as_str()]).await.map_err(|error| failed(&error))?;
            return Ok(());
        }
        write(client, &claim.key, &entry, pause, false).await
    })
}

/// The newest jobs.
pub(super) async fn jobs(client: &Client) -> Result<Vec<JobView>> {
    let rows = client
        .query(
            "SELECT entry, generation FROM deep_review.changes ORDER BY made_ms DESC, key LIMIT $1",
            &[&MOST],
        )
        .await
        .map_err(|error| failed(&error))?;
    let mut views = Vec::new();
    for row in rows {
        let (entry, generation) = (entry_of(&row, 0)?, row.get::<_, i64>(1).unsigned_abs());
        let mut add = |job: Job, state| views.push(JobView { job, state, generation });
        entry.running.into_iter().for_each(|job| add(job, JobState::Running));
        entry.waiting.into_iter().for_each(|job| add(job, JobState::Waiting));
        entry.failed.into_iter().for_each(|(job, why)| add(job, JobState::Failed(why)));
    }
    views.sort_by_key(|view| std::cmp::Reverse(view.job.made_ms));
    views.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    Ok(views)
}

/// How much there is to do.
pub(super) async fn load(client: &Client) -> Result<Load> {
    let row = client
        .query_one(
            "SELECT count(*) FILTER (WHERE waiting), count(*) FILTER (WHERE running),
                    count(*) FILTER (WHERE NOT waiting AND NOT running), min(made_ms) FILTER (WHERE waiting)
             FROM deep_review.changes",
            &[],
        )
        .await
        .map_err(|error| failed(&error))?;
    let count = |column: usize| usize::try_from(row.get::<_, i64>(column)).unwrap_or(0);
    Ok(Load { waiting: count(0), running: count(1), failed: count(2), oldest_ms: row.get(3) })
}

async fn read(client: &Client, key: &ChangeKey) -> Result<Option<Entry>> {
    let row = client.query_opt(SELECT, &[&key.as_str()]).await.map_err(|error| failed(&error))?;
    row.map(|row| entry_of(&row, 0)).transpose()
}

async fn write(
    client: &Client,
    key: &ChangeKey,
    entry: &Entry,
    pause: Option<Duration>,
    cancelled: bool,
) -> Result<()> {
    // What is urgent of a change is what waits; else what runs, so that it goes on first if its worker dies.
    let job = entry.waiting.as_ref().or(entry.running.as_ref()).or(entry.failed.as_ref().map(|(job, _)| job));
    let priority: i16 = match job.map(|job| job.priority) {
        Some(Priority::Person) => 2,
        Some(Priority::Event) => 1,
        _ => 0,
    };
    let made_ms = job.map_or(0, |job| job.made_ms);
    let pause = pause.map(|pause| pause.as_secs_f64());
    let (waiting, running) = (entry.waiting.is_some(), entry.running.is_some());
    client
        .execute(
            UPDATE,
            &[&key.as_str(), &text_of(entry)?, &waiting, &priority, &made_ms, &pause, &running, &cancelled],
        )
        .await
        .map_err(|error| failed(&error))?;
    Ok(())
}

fn entry_of(row: &Row, column: usize) -> Result<Entry> {
    let text: &str = row.get(column);
    serde_json::from_str(text).map_err(|error| {
        Error::new(ErrorKind::UnsupportedDocument, format!("not an entry of the queue: {error}"))
            .with_source(error)
    })
}

fn text_of(entry: &Entry) -> Result<String> {
    serde_json::to_string(entry).map_err(|error| {
        Error::new(ErrorKind::Internal, "an entry of the queue can't be written").with_source(error)
    })
}

fn number(generation: u64) -> i64 {
    i64::try_from(generation).unwrap_or(i64::MAX)
}
