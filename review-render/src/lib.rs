//! Report in, bytes out: Markdown, JSON, terminal, HTML.
