//! The connection, made anew where it breaks, and the versions of the schema.

use std::sync::Arc;

use deep_review::{Error, ErrorKind, Result};
use tokio::sync::{Mutex, MutexGuard};
use tokio_postgres::{Client, Config, NoTls};

/// The schema, a step a version. Steps are only ever added.
const MIGRATIONS: &[&str] = &["
CREATE TABLE deep_review.changes (
    key text PRIMARY KEY,
    repository text NOT NULL,
    -- What waits, runs and failed, as JSON. The columns beside it are what the queue is searched by.
    entry text NOT NULL,
    waiting boolean NOT NULL,
    priority smallint NOT NULL,
    made_ms bigint NOT NULL,
    not_before timestamptz,
    running boolean NOT NULL,
    generation bigint NOT NULL,
    leased_until timestamptz,
    cancelled boolean NOT NULL
);
CREATE INDEX changes_waiting ON deep_review.changes (priority DESC, made_ms, key) WHERE waiting;
CREATE INDEX changes_running ON deep_review.changes (repository) WHERE running;
CREATE SEQUENCE deep_review.generations;
"];

/// Names the lock under which the schema is changed, among the advisory locks of the database.
const MIGRATION_LOCK: i64 = 0x6465_6570_7265_7601;
/// How long the server may take to answer when a connection is made.
const CONNECT_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(10);

/// A database that is connected to when it is needed.
pub(super) struct Database {
    config: Config,
    client: Mutex<Option<Arc<Client>>>,
    transactions: Mutex<Option<Client>>,
}

impl Database {
    /// Connects, and brings the schema up to date.
    pub(super) async fn open(url: &str) -> Result<Self> {
        let mut config: Config = url.parse().map_err(|_| {
            // The parser's own words may hold the password.
            Error::new(
                ErrorKind::InvalidInput,
                "the address of the database can't be read; it reads postgres://user@host/name",
            )
        })?;
        config.connect_timeout(CONNECT_TIMEOUT).application_name("deep-review");
        let database = Self { config, client: Mutex::default(), transactions: Mutex::default() };
        database.migrate().await?;
        Ok(database)
    }

    /// The connection for single statements; a new one where the last one broke.
    pub(super) async fn client(&self) -> Result<Arc<Client>> {
        let mut held = self.client.lock().await;
        if let Some(client) = held.as_ref().filter(|client| !client.is_closed()) {
            return Ok(Arc::clone(client));
        }
        let client = Arc::new(self.connect().await?);
        *held = Some(Arc::clone(&client));
        Ok(client)
    }

    /// Locks the connection for transactions and takes it out. Whoever ends a transaction puts it back; where that does not happen, because
    /// the work was dropped in between, it is closed, and the transaction undone.
    pub(super) async fn begin(&self) -> Result<(MutexGuard<'_, Option<Client>>, Client)> {
        let mut held = self.transactions.lock().await;
        let client = match held.take().filter(|client| !client.is_closed()) {
            Some(client) => client,
            None => self.connect().await?,
        };
        client.batch_execute("BEGIN").await.map_err(|error| failed(&error))?;
        Ok((held, client))
    }

    async fn connect(&self) -> Result<Client> {
        let (client, connection) = self.config.connect(NoTls).await.map_err(|error| failed(&error))?;
        // It ends with the client; what breaks it is told by the next query.
        tokio::spawn(async move { drop(connection.await) });
        Ok(client)
    }

    async fn migrate(&self) -> Result<()> {
        let (mut held, client) = self.begin().await?;
        let run = async {
            client.execute("SELECT pg_advisory_xact_lock($1)", &[&MIGRATION_LOCK]).await?;
            client
                .batch_execute(
                    "CREATE SCHEMA IF NOT EXISTS deep_review;
                     CREATE TABLE IF NOT EXISTS deep_review.migrations (version integer PRIMARY KEY)",
                )
                .await?;
            let row =
                client.query_one("SELECT coalesce(max(version), 0) FROM deep_review.migrations", &[]).await?;
            let known: i32 = row.get(0);
            for (version, step) in (1_i32..).zip(MIGRATIONS).skip(usize::try_from(known).unwrap_or(0)) {
                client.batch_execute(step).await?;
                client.execute("INSERT INTO deep_review.migrations VALUES ($1)", &[&version]).await?;
            }
            client.batch_execute("COMMIT").await?;
            Ok(known)
        };
        let told = |error: tokio_postgres::Error| failed(&error).with_operation("preparing the database");
        let known: i32 = run.await.map_err(told)?;
        *held = Some(client);
        drop(held);
        if usize::try_from(known).unwrap_or(0) > MIGRATIONS.len() {
            return Err(Error::new(
                ErrorKind::UnsupportedDocument,
                "a newer version of this program has changed the database; update this one",
            )
            .with_context("schema", known)
            .with_context("known", MIGRATIONS.len()));
        }
        Ok(())
    }
}

/// An error of the database: temporary, unless the database says what is wrong with the query or with the rights.
pub(super) fn failed(error: &tokio_postgres::Error) -> Error {
    let told = error.as_db_error();
    let code = told.map(|error| error.code().code());
    let kind = match code {
        // A user that is refused, and one without the right; then whatever else is wrong with the query itself.
        Some(code) if code.starts_with("28") || code == "42501" => ErrorKind::Unauthorized,
        Some(code) if code.starts_with("42") => ErrorKind::Internal,
        _ => ErrorKind::Unavailable,
    };
    let text = match told {
        Some(told) => format!("the database refused: {}", told.message()),
        None => format!("the database can't be reached: {error}"),
    };
    let error = Error::new(kind, text);
    match code {
        Some(code) => error.with_context("code", code),
        None => error,
    }
}
