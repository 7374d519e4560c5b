//! Reads one HTTP/1.1 request from a connection, for the servers of this crate.

use std::io::{BufRead as _, BufReader, Read};

/// A request as it came over the wire.
#[derive(Debug)]
pub(crate) struct Incoming {
    #[cfg_attr(not(feature = "forge"), expect(dead_code, reason = "the model server answers them all"))]
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// Reads a request with a body of known length; `None` where the client went away or sent none.
pub(crate) fn receive(stream: impl Read) -> Option<Incoming> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    let mut length = 0_usize;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':')?;
        let (name, value) = (name.to_ascii_lowercase(), value.trim().to_owned());
        if name == "content-length" {
            length = value.parse().ok()?;
        }
        headers.push((name, value));
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Incoming { method, target, headers, body: String::from_utf8_lossy(&body).into_owned() })
}
