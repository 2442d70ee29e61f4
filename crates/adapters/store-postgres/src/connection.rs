//! One connection: prepared statements, and requests that may be sent before the answers to those
//! before them have come.

use std::cell::RefCell;
use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use store::{Row, Table};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Statement};

use crate::batch::{Form, Job};
use crate::convert::{Parameter, row};
use crate::dialect::DIALECT;
use crate::error::{Trouble, on, plain};
use crate::options::{Options, Place};

/// A request under way.
pub(crate) type Request<'a> = Pin<Box<dyn Future<Output = Answer> + 'a>>;

/// Its answer.
pub(crate) type Answer = Result<Vec<Row>, Trouble>;

/// Planner settings: every statement names its rows by key or by an index that serves its order,
/// so plans need no values, and a scan of a small table would lock the whole of it against
/// writers. Databases that know other settings, or none, may refuse them.
const PLANNER: &str = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; \
     SET enable_bitmapscan = off; SET jit = off";

/// Which server answers, and since when: a clone has another start. Databases that are no
/// PostgreSQL may refuse it. With Citus a commit may be written by other servers than this one.
const SERVER: &str = "SELECT system_identifier::text || ' ' || pg_postmaster_start_time()::text \
     FROM pg_control_system() \
     WHERE NOT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus')";

pub(crate) struct Connection {
    client: Client,
    /// What [`SERVER`] told.
    server: Option<String>,
    /// For each table, by its address, and form.
    statements: RefCell<HashMap<(usize, Form), Statement>>,
}

impl Connection {
    /// Connects, and sets what every transaction relies on.
    pub(crate) async fn open(place: &Place, options: &Options) -> Result<Self, Trouble> {
        let connect = place.0.connect(NoTls);
        let connected = tokio::time::timeout(options.statement_timeout, connect).await;
        let (client, driver) = connected
            .map_err(|_| Trouble::Lost)?
            .map_err(|error| refused_connection(&error))?;
        // Ends when the client is dropped or the server hangs up; then the client says so.
        tokio::task::spawn_local(async move {
            let _ = driver.await;
        });
        let mut connection = Connection {
            client,
            server: None,
            statements: RefCell::default(),
        };
        let millis = |timeout: std::time::Duration| timeout.as_millis();
        let statement = millis(options.statement_timeout);
        let session = format!(
            "SET statement_timeout = {statement}; SET lock_timeout = {}; \
             SET idle_in_transaction_session_timeout = {}",
            millis(options.lock_timeout),
            statement * 3
        );
        connection.command(&session).await?;
        let _ = connection.command(PLANNER).await;
        let told = connection.texts(SERVER).await;
        connection.server = told.ok().and_then(|mut told| told.pop());
        Ok(connection)
    }

    /// Is the other database on the same server, so that both write one log? False where nobody
    /// can tell.
    pub(crate) fn shares_log_with(&self, other: &Connection) -> bool {
        self.server.is_some() && self.server == other.server
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Runs statements without parameters and rows.
    pub(crate) async fn command(&self, text: &str) -> Answer {
        let done = self.client.batch_execute(text).await;
        done.map(|()| vec![]).map_err(|error| plain(&error))
    }

    /// Texts of a query without parameters.
    pub(crate) async fn texts(&self, query: &str) -> Result<Vec<String>, Trouble> {
        let found = self.client.query(query, &[]).await;
        let found = found.map_err(|error| plain(&error))?;
        let text = |row: &tokio_postgres::Row| row.try_get(0).map_err(|error| plain(&error));
        found.iter().map(text).collect()
    }

    /// Runs a statement with texts as parameters, and answers how many rows it found or changed.
    pub(crate) async fn run(&self, text: &str, values: &[&str]) -> Result<u64, Trouble> {
        let values: Vec<&(dyn ToSql + Sync)> =
            values.iter().map(|v| v as &(dyn ToSql + Sync)).collect();
        let done = self.client.execute(text, &values).await;
        done.map_err(|error| plain(&error))
    }

    pub(crate) fn is_prepared(&self, table: &'static Table, form: Form) -> bool {
        self.statements.borrow().contains_key(&key(table, form))
    }

    /// Prepares a statement, once for each connection.
    pub(crate) async fn prepare(&self, table: &'static Table, form: Form) -> Answer {
        let text = match form {
            Form::One(operation) => DIALECT.text(table, operation),
            Form::Many(many, count) => DIALECT.many(table, many, count),
        };
        let text = text.map_err(Trouble::Refused)?;
        let prepared = self.client.prepare(&text).await;
        let statement = prepared.map_err(|error| on(&error, table))?;
        self.statements
            .borrow_mut()
            .insert(key(table, form), statement);
        Ok(vec![])
    }

    /// Runs a prepared statement.
    pub(crate) async fn query(&self, job: Job) -> Answer {
        let Job {
            table,
            form,
            values,
        } = job;
        let statement = self.statements.borrow().get(&key(table, form)).cloned();
        let statement = statement.ok_or(Trouble::Lost)?;
        let parameters: Vec<Parameter<'_>> = values.iter().map(Parameter).collect();
        let parameters: Vec<&(dyn ToSql + Sync)> = parameters
            .iter()
            .map(|parameter| parameter as &(dyn ToSql + Sync))
            .collect();
        if !statement.columns().is_empty() {
            let found = self.client.query(&statement, &parameters).await;
            let found = found.map_err(|error| on(&error, table))?;
            let rows: Result<_, _> = found.iter().map(|found| row(table, found)).collect();
            return rows.map_err(Trouble::Refused);
        }
        let done = self.client.execute(&statement, &parameters).await;
        done.map(|_| vec![]).map_err(|error| on(&error, table))
    }
}

fn key(table: &'static Table, form: Form) -> (usize, Form) {
    (std::ptr::from_ref(table).addr(), form)
}

/// A server that is starting, full or not there yet is waited for; one that refuses the role is
/// not.
fn refused_connection(error: &tokio_postgres::Error) -> Trouble {
    match error.code() {
        Some(code) if *code != SqlState::TOO_MANY_CONNECTIONS => plain(error),
        _ => Trouble::Lost,
    }
}

/// Sends all requests, in order and without waiting between them, then waits for every answer.
pub(crate) async fn pipeline(requests: Vec<Request<'_>>) -> Vec<Answer> {
    let mut under_way: Vec<(Request<'_>, Option<Answer>)> =
        requests.into_iter().map(|r| (r, None)).collect();
    poll_fn(|cx| {
        let mut pending = false;
        for (request, answer) in &mut under_way {
            if answer.is_none() {
                match request.as_mut().poll(cx) {
                    Poll::Ready(ready) => *answer = Some(ready),
                    Poll::Pending => pending = true,
                }
            }
        }
        if pending {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    })
    .await;
    let answers = under_way.into_iter().map(|(_, answer)| answer);
    answers
        .map(|answer| answer.unwrap_or(Err(Trouble::Lost)))
        .collect()
}
