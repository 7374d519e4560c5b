//! One connection: a request, an answer, the end.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::reply::{End, Reply};
use super::{Received, State};
use crate::http::{Incoming, receive};

/// How often a silent connection looks whether the server goes.
const TICK: Duration = Duration::from_millis(10);

pub(super) fn serve(stream: TcpStream, state: &State) {
    let _ = stream.set_nodelay(true);
    // A client that goes away in the middle ends the connection, which is all there is to do.
    if let Some(Incoming { target, headers, body, .. }) = receive(&stream) {
        let reply = state.next(Received { path: target, headers, body });
        let _ = answer(stream, &reply, state);
    }
}

fn answer(mut stream: TcpStream, reply: &Reply, state: &State) -> std::io::Result<()> {
    wait(reply.pause_before, state);
    let mut head =
        format!("HTTP/1.1 {} Scripted\r\ntransfer-encoding: chunked\r\nconnection: close\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(head.as_bytes())?;
    stream.write_all(b"\r\n")?;
    for (index, piece) in reply.pieces.iter().filter(|piece| !piece.is_empty()).enumerate() {
        if index > 0 {
            wait(reply.pause_between, state);
        }
        stream.write_all(format!("{:x}\r\n", piece.len()).as_bytes())?;
        stream.write_all(piece)?;
        stream.write_all(b"\r\n")?;
        stream.flush()?;
    }
    match reply.end {
        End::Clean => stream.write_all(b"0\r\n\r\n")?,
        // Without the last chunk the client knows that something is missing.
        End::Broken => stream.shutdown(std::net::Shutdown::Both)?,
        End::Silence => {
            // Ends when the client does, or the server.
            stream.set_read_timeout(Some(TICK))?;
            let mut byte = [0_u8];
            while !state.is_stopped() {
                match stream.read(&mut byte) {
                    Ok(0) => break,
                    Err(error) if !is_time_out(&error) => break,
                    _ => {}
                }
            }
        }
    }
    Ok(())
}

fn is_time_out(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut)
}

fn wait(pause: Duration, state: &State) {
    let end = Instant::now() + pause;
    while Instant::now() < end && !state.is_stopped() {
        std::thread::sleep(TICK.min(end.saturating_duration_since(Instant::now())));
    }
}
