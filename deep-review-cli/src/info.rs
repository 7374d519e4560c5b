//! Commands that only show something: `parse`, `prompt`, `reviewers`, `schema`.

use std::path::Path;

use deep_review::agents::{PlanOptions, plan};
use deep_review::ingest::ingest;
use deep_review::{Cancel, Document, Error, ErrorKind, IngestOptions, OptionInfo, Registry, Result};

use super::args::{ParseArgs, PromptArgs, QUESTIONS, SchemaArgs};
use super::exit::{self, Exit};
use super::repository_config::RepositoryConfig;
use super::{change, config, input, judge, output};

pub(crate) fn parse(args: ParseArgs) -> Result<Exit> {
    if args.format != "json" {
        return Err(Error::new(ErrorKind::InvalidInput, "`parse` writes json only")
            .with_context("given", &args.format));
    }
    let bytes = input::review_bytes(&args.file)?;
    let mut options = IngestOptions::default();
    options.reviewer.clone_from(&args.reviewer);
    let mut review =
        ingest(&bytes, &options).map_err(|error| error.with_context("path", args.file.display()))?;
    if review.reviewer.is_empty() {
        review.reviewer = name_of(&args.file);
    }
    output::print(&review.to_json()?)?;
    Ok(exit::DONE)
}

/// A reviewer's name from a file's: `raw-claude.md` is by `claude`.
fn name_of(path: &Path) -> String {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = stem.strip_prefix("raw-").unwrap_or(&stem);
    if stem.is_empty() || stem == "-" { "reviewer".to_owned() } else { stem.to_owned() }
}

pub(crate) fn prompt(args: PromptArgs, registry: Registry, cancel: Cancel) -> Result<Exit> {
    if let Some(spec) = &args.reviewer {
        registry.make(spec)?;
    }
    let comparison = change::compare(&args.change, &cancel)?;
    let repository = RepositoryConfig::read(&comparison.tree(), &cancel)?;
    let session = repository.exclude(change::session(comparison, &args.change, &args.context)?)?;
    let request = input::with_extra_dirs(session, &args.ask)?.request(&cancel)?;
    let prompt = input::prompt(&args.ask)?;
    let plan = plan(&prompt, &request, &PlanOptions::default(), &cancel)?;
    for request in plan.requests {
        output::print(&format!("{}\n\n{}", prompt.system().trim_end(), request.prompt))?;
    }
    if let Some(spec) = judge::automatic(&config::user()?.specs()?, &registry) {
        output::note(&judge::announcement(spec, QUESTIONS));
    }
    Ok(exit::DONE)
}

pub(crate) fn reviewers(registry: &Registry) -> Result<Exit> {
    for backend in registry.backends() {
        let cost = if backend.costs_money { " (costs money)" } else { "" };
        output::print(&format!("{}: {}{cost}\n", backend.name, backend.about))?;
        let example = |option: &OptionInfo| format!("{}={}", option.name, option.example);
        let width = backend.options.iter().map(|option| example(option).len()).max().unwrap_or(0);
        for option in &backend.options {
            let default = match (option.required, option.default) {
                (true, _) => " (required)".to_owned(),
                (false, "") => String::new(),
                (false, default) => format!(" (default: {default})"),
            };
            output::print(&format!(
                "    {:<width$}  {}: {}{default}\n",
                example(option),
                option.kind,
                option.about
            ))?;
        }
    }
    Ok(exit::DONE)
}

pub(crate) fn schema(args: SchemaArgs) -> Result<Exit> {
    let known = deep_review::schema::DOCUMENTS;
    let schema = deep_review::schema::document_schema(&args.document).ok_or_else(|| {
        Error::new(ErrorKind::InvalidInput, "there is no such document")
            .with_context("given", &args.document)
            .with_context("known", known.join(" "))
    })?;
    output::print(&schema)?;
    Ok(exit::DONE)
}
