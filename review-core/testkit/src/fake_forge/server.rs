//! Connections, the log, and what goes wrong before and after a request is served.

use std::io::Write as _;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::faults::{Failure, Fault, Kill, Kind};
use super::reply::Reply;
use super::state::State;
use super::{Dialect, FakeForge, gitea, github, gitlab};
use crate::http::{Incoming, receive};

/// A request as the forge logged it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// GET, POST …
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
    /// What it was answered; 0 where the connection ended instead.
    pub status: u16,
}

impl Request {
    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("the body is JSON")
    }

    /// The first header with this name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The path without its query.
    pub(super) fn route(&self) -> &str {
        self.path.split('?').next().unwrap_or_default()
    }

    /// A parameter of the query, decoded.
    pub(super) fn query(&self, name: &str) -> Option<String> {
        let (_, query) = self.path.split_once('?')?;
        query.split('&').find_map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(key) == name).then(|| decoded(value))
        })
    }

    /// The token that the request carries.
    pub(super) fn token(&self) -> Option<&str> {
        if let Some(token) = self.header("private-token").or_else(|| self.header("job-token")) {
            return Some(token);
        }
        let (scheme, token) = self.header("authorization")?.split_once(' ')?;
        (scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token"))
            .then_some(token.trim())
    }

    fn is_write(&self) -> bool {
        match self.method.as_str() {
            "GET" | "HEAD" => false,
            // A login changes nothing that the forge shows.
            _ if self.route().ends_with("/access_tokens") => false,
            _ if self.route() == "/graphql" => github::is_mutation(&self.body),
            _ => true,
        }
    }
}

/// `%xx` and `+` in a query or path, decoded.
pub(super) fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let pair = after.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match (first, pair.and_then(|pair| u8::from_str_radix(pair, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            (b'+', _) => {
                bytes.push(b' ');
                rest = after;
            }
            (byte, _) => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Something to do after a request.
pub(super) struct Later(pub(super) Box<dyn FnOnce(&FakeForge) + Send>);

impl std::fmt::Debug for Later {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Later")
    }
}

/// What the test steers, apart from what is on the forge.
#[derive(Debug, Default)]
pub(super) struct Control {
    pub(super) log: Vec<Request>,
    pub(super) served: usize,
    pub(super) writes: usize,
    pub(super) kill: Option<(usize, Kill)>,
    pub(super) dead: bool,
    pub(super) faults: Vec<Fault>,
    pub(super) later: Vec<(usize, Later)>,
    pub(super) content_left: Option<usize>,
}

#[derive(Debug)]
pub(super) struct Shared {
    dialect: Dialect,
    address: SocketAddr,
    state: Mutex<State>,
    control: Mutex<Control>,
    /// One request at a time: a test's log has one order.
    turn: Mutex<()>,
    stopped: AtomicBool,
}

impl Shared {
    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn control(&self) -> MutexGuard<'_, Control> {
        self.control.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Stops the server when it goes.
#[derive(Debug)]
pub(super) struct Guard(Arc<Shared>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.stopped.store(true, Ordering::SeqCst);
        // Wakes the listener.
        let _ = TcpStream::connect(self.0.address);
    }
}

pub(super) fn start(dialect: Dialect) -> (Arc<Shared>, Guard) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let shared = Arc::new(Shared {
        dialect,
        address,
        state: Mutex::new(State::new(dialect, format!("http://{address}"))),
        control: Mutex::default(),
        turn: Mutex::default(),
        stopped: AtomicBool::new(false),
    });
    let server = Arc::clone(&shared);
    let accept = move || {
        for stream in listener.incoming().flatten() {
            if server.stopped.load(Ordering::SeqCst) {
                break;
            }
            let shared = Arc::clone(&server);
            let connection = move || serve(&stream, &shared);
            let _ = std::thread::Builder::new().name("fake forge connection".to_owned()).spawn(connection);
        }
    };
    std::thread::Builder::new().name("fake forge".to_owned()).spawn(accept).expect("a thread");
    let guard = Guard(Arc::clone(&shared));
    (shared, guard)
}

fn serve(stream: &TcpStream, shared: &Arc<Shared>) {
    let _ = stream.set_nodelay(true);
    if shared.control().dead {
        return;
    }
    let Some(Incoming { method, target, headers, body }) = receive(stream) else { return };
    let request = Request { method, path: target, headers, body, status: 0 };
    let turn = shared.turn.lock().unwrap_or_else(PoisonError::into_inner);
    let reply = answer(shared, request);
    drop(turn);
    if let Some(reply) = reply {
        // A client that went away doesn't concern the forge.
        let _ = send(stream, &reply);
    }
}

/// What a request is answered; `None` ends the connection.
fn answer(shared: &Arc<Shared>, mut request: Request) -> Option<Reply> {
    let write = request.is_write();
    let (served, struck, kill) = {
        let mut control = shared.control();
        if control.dead {
            return None;
        }
        control.served += 1;
        control.writes += usize::from(write);
        let route = request.route().to_owned();
        let mut faults = control.faults.iter_mut();
        let struck =
            faults.find_map(|fault| fault.strikes(&request.method, &route).then(|| fault.kind.clone()));
        let writes = control.writes;
        let kill = control.kill.filter(|(at, _)| write && *at == writes).map(|(_, kill)| kill);
        control.dead = kill.is_some();
        (control.served, struck, kill)
    };
    let reply = if kill == Some(Kill::Lost) { None } else { perform(shared, &request, write, struck) };
    let reply = reply.filter(|_| kill.is_none());
    request.status = reply.as_ref().map_or(0, |reply| reply.status);
    let due: Vec<Later> = {
        let mut control = shared.control();
        control.log.push(request);
        let (due, later) = std::mem::take(&mut control.later).into_iter().partition(|(at, _)| *at <= served);
        control.later = later;
        let due: Vec<(usize, Later)> = due;
        due.into_iter().map(|(_, act)| act).collect()
    };
    for Later(act) in due {
        act(&FakeForge::within(shared));
    }
    reply
}

fn perform(shared: &Shared, request: &Request, write: bool, struck: Option<Kind>) -> Option<Reply> {
    let dialect = shared.dialect;
    match &struck {
        Some(Kind::Instead(failure)) => return Some(failure.reply(dialect)),
        Some(Kind::DroppedBefore) => return None,
        _ => {}
    }
    if write && request.method == "POST" {
        let mut control = shared.control();
        match control.content_left {
            Some(0) => return Some(Failure::SecondaryLimit(60).reply(dialect)),
            left => control.content_left = left.map(|left| left - 1),
        }
    }
    let mut state = shared.state();
    let handle = match dialect {
        Dialect::GitHub => github::handle,
        Dialect::GitLab => gitlab::handle,
        Dialect::Gitea => gitea::handle,
    };
    if matches!(struck, Some(Kind::OrphanReview)) {
        let mut pending = request.clone();
        pending.body = github::without_event(&request.body);
        let _ = handle(&mut state, &pending);
        return Some(Failure::Unprocessable.reply(dialect));
    }
    let (Ok(reply) | Err(reply)) = handle(&mut state, request);
    match struck {
        Some(Kind::After(failure)) => Some(failure.reply(dialect)),
        Some(Kind::Dropped) => None,
        _ => Some(reply),
    }
}

fn send(mut stream: &TcpStream, reply: &Reply) -> std::io::Result<()> {
    let body = reply.body.as_ref().map(Value::to_string).unwrap_or_default();
    let mut head = format!("HTTP/1.1 {} Fake\r\nconnection: close\r\n", reply.status);
    if reply.status != 204 {
        head.push_str(&format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len()));
    }
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{head}\r\n{body}").as_bytes())?;
    stream.flush()
}
