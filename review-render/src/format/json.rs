//! The report document itself, and how every JSON format is written.

use std::io::{self, Write};

use review_core::{Error, ErrorKind, RenderOptions, Rendered, Renderer, Report, Result};
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

use crate::text::clean::escape_json_controls;

/// The report document: `json`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json;

impl Renderer for Json {
    fn format(&self) -> &'static str {
        "json"
    }

    fn render(&self, report: &Report, options: &RenderOptions) -> Result<Rendered> {
        let mut text = Vec::new();
        self.render_to(report, options, &mut text)?;
        Ok(Rendered::new(utf8(text)?, "application/json", "json"))
    }

    fn render_to(&self, report: &Report, _: &RenderOptions, out: &mut dyn Write) -> Result<()> {
        write_pretty(report, out)
    }
}

/// Serialises a value as indented JSON in which nothing is invisible, with a final line feed.
pub(crate) fn pretty(value: &impl Serialize) -> Result<String> {
    let mut text = Vec::new();
    write_pretty(value, &mut text)?;
    utf8(text)
}

/// Serialises a value as one line of JSON in which nothing is invisible.
pub(crate) fn compact(value: &impl Serialize) -> Result<String> {
    let mut text = Vec::new();
    write(value, Visible(CompactFormatter), &mut text)?;
    utf8(text)
}

fn write_pretty(value: &impl Serialize, out: &mut dyn Write) -> Result<()> {
    write(value, Visible(PrettyFormatter::new()), out)?;
    out.write_all(b"\n")?;
    Ok(())
}

fn write(value: &impl Serialize, formatter: impl Formatter, out: &mut dyn Write) -> Result<()> {
    value.serialize(&mut Serializer::with_formatter(out, formatter)).map_err(|error| {
        match error.io_error_kind() {
            Some(_) => std::io::Error::from(error).into(),
            None => Error::new(ErrorKind::InvalidInput, "the report can't be written as JSON")
                .with_context("error", error.to_string()),
        }
    })
}

fn utf8(text: Vec<u8>) -> Result<String> {
    String::from_utf8(text).map_err(|error| Error::new(ErrorKind::Internal, error.to_string()))
}

/// Writes the text of strings so that nothing in it is invisible or obeyed where the document is printed, and everything
/// else as the formatter inside does. JSON has such characters in strings only.
struct Visible<F>(F);

impl<F: Formatter> Formatter for Visible<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        writer.write_all(escape_json_controls(fragment).as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}
