//! Server-sent events, with a bound on their size.

/// Largest event, in bytes: an answer that comes as one event, with room.
const MAX_EVENT: usize = 32 << 20;

/// Takes a stream apart, whatever pieces it comes in.
///
/// As the standard says: lines end in LF, CR or CRLF; an empty line ends an event; a line that begins with a colon is a
/// comment. What stands at the end of the stream without its empty line counts too: whoever reads it decides by the
/// provider's own end marker, not by this.
#[derive(Debug, Default)]
pub(super) struct Events {
    line: Vec<u8>,
    after_cr: bool,
    name: String,
    data: Option<String>,
    size: usize,
    began: bool,
}

/// One event.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sse {
    /// Its name and its data.
    Event(String, String),
    /// It is no text, or too large.
    Unreadable,
}

impl Events {
    /// Reads a piece of the stream.
    pub(super) fn read(&mut self, bytes: &[u8], out: &mut Vec<Sse>) {
        for &byte in bytes {
            match byte {
                b'\n' if std::mem::take(&mut self.after_cr) => {}
                b'\n' | b'\r' => {
                    self.after_cr = byte == b'\r';
                    self.end_line(out);
                }
                byte => {
                    self.after_cr = false;
                    self.size += 1;
                    if self.size <= MAX_EVENT {
                        self.line.push(byte);
                    }
                }
            }
        }
    }

    /// Reads the end of the stream.
    pub(super) fn end(&mut self, out: &mut Vec<Sse>) {
        if !self.line.is_empty() {
            self.end_line(out);
        }
        self.end_event(out);
    }

    fn end_line(&mut self, out: &mut Vec<Sse>) {
        let line = std::mem::take(&mut self.line);
        let line = match (self.began, line.strip_prefix("\u{feff}".as_bytes())) {
            (false, Some(rest)) => rest,
            _ => line.as_slice(),
        };
        self.began = true;
        if line.is_empty() {
            return self.end_event(out);
        }
        let Ok(line) = std::str::from_utf8(line) else {
            // Whatever it was: the event can't be whole any more.
            self.size = MAX_EVENT + 1;
            return;
        };
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.name),
            "data" => match &mut self.data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                None => self.data = Some(value.to_owned()),
            },
            _ => {}
        }
    }

    fn end_event(&mut self, out: &mut Vec<Sse>) {
        let name = std::mem::take(&mut self.name);
        let data = self.data.take();
        let unreadable = std::mem::take(&mut self.size) > MAX_EVENT;
        match data {
            _ if unreadable => out.push(Sse::Unreadable),
            Some(data) => out.push(Sse::Event(name, data)),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pieces: &[&[u8]]) -> Vec<Sse> {
        let (mut events, mut out) = (Events::default(), Vec::new());
        pieces.iter().for_each(|piece| events.read(piece, &mut out));
        events.end(&mut out);
        out
    }

    fn event(name: &str, data: &str) -> Sse {
        Sse::Event(name.into(), data.into())
    }

    #[test]
    fn events_are_taken_apart_however_they_come() {
        let stream = "\u{feff}: hello\r\nevent: a\r\ndata: {\"x\":\r\ndata:1}\r\n\r\nid: 7\ndata\n\n\ndata: \u{e4}\rdata: b\r\r";
        let wanted = [event("a", "{\"x\":\n1}"), event("", ""), event("", "\u{e4}\nb")];
        assert_eq!(read(&[stream.as_bytes()]), wanted);
        let bytes: Vec<&[u8]> = stream.as_bytes().chunks(1).collect();
        assert_eq!(read(&bytes), wanted);
    }

    #[test]
    fn what_is_not_text_or_too_large_is_unreadable_and_reading_goes_on() {
        assert_eq!(read(&[b"data: \xff\n\ndata: b\n\n"]), [Sse::Unreadable, event("", "b")]);
        let large = vec![b'x'; MAX_EVENT];
        assert_eq!(read(&[b"data: ", &large, b"\n\ndata: b\n\n"]), [Sse::Unreadable, event("", "b")]);
    }

    #[test]
    fn an_event_without_its_empty_line_counts() {
        assert_eq!(read(&[b"data: [DONE]"]), [event("", "[DONE]")]);
        assert_eq!(read(&[b"", b"\n\n: nothing\n"]), []);
    }
}
