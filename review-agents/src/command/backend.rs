//! The program.

use std::collections::BTreeMap;
use std::path::PathBuf;

use review_core::{AgentRequest, Error, ErrorKind, Result};

use super::config::{EventMap, ProgramConfig};
use super::events::Events;
use super::plain::Plain;
use crate::cli_agent::{CliAgent, CliBackend, CliCodec, Guard, Setting};
use crate::process::{Driver, Invocation};

/// Where programs are looked up.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// Variables that hold no key.
const HARMLESS: &[&str] = &["PATH", "HOME", "LANG", "LC_ALL", "TERM", "TZ", "TMPDIR", "USER", "SHELL", "CI"];

/// A program that reads a prompt and writes an answer.
///
/// ```no_run
/// use review_agents::command::Command;
/// use review_agents::process::{Driver, Limits};
///
/// let agent = Command::shell("my-reviewer --json").variable("MY_KEY", "…").agent(Driver::new(Limits::default()));
/// ```
#[derive(Clone)]
pub struct Command {
    name: String,
    program: PathBuf,
    arguments: Vec<String>,
    again: Vec<String>,
    environment: BTreeMap<String, String>,
    keys: Vec<String>,
    only_reading: bool,
    readable: Vec<PathBuf>,
    events: Option<EventMap>,
    model: String,
    effort: String,
}

impl Command {
    /// A program with its arguments.
    pub fn new(program: impl Into<PathBuf>, arguments: Vec<String>) -> Self {
        let program = program.into();
        let name = program.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self {
            name,
            program,
            arguments,
            again: Vec::new(),
            environment: BTreeMap::new(),
            keys: Vec::new(),
            only_reading: false,
            readable: Vec::new(),
            events: None,
            model: String::new(),
            effort: String::new(),
        }
    }

    /// A shell command line, as the user typed it.
    pub fn shell(line: &str) -> Self {
        let mut command = Self::new("/bin/sh", vec!["-c".to_owned(), line.to_owned()]);
        command.name = "command".to_owned();
        command
    }

    /// A program by its configuration. `key` gives the value of a variable of the user, where it is set.
    ///
    /// # Errors
    /// `InvalidInput` when it has no name or no program.
    pub fn from_config(config: ProgramConfig, key: impl Fn(&str) -> Option<String>) -> Result<Self> {
        if config.name.is_empty() || config.program.is_empty() {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "the program's configuration has no name or no program",
            ));
        }
        let mut command = Self::new(&config.program, config.arguments);
        command.name = config.name;
        command.again = config.again;
        command.environment = config.environment;
        command.only_reading = config.only_reads;
        command.events = config.events;
        for name in config.keys {
            if let Some(value) = key(&name) {
                command = command.variable(name, value);
            }
        }
        Ok(command)
    }

    /// Gives it a variable. Its value is taken for a key and shown nowhere, unless the name is one that everybody knows
    /// (`PATH`, `LANG` and their like).
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        if !HARMLESS.contains(&name.as_str()) {
            self.keys.push(value.clone());
        }
        self.environment.insert(name, value);
        self
    }

    /// Sets what stands for `{model}` in arguments and variables.
    #[must_use]
    pub fn model(mut self, model: impl Into<String>) -> Self {
        self.model = model.into();
        self
    }

    /// Sets what stands for `{effort}`.
    #[must_use]
    pub fn effort(mut self, effort: impl Into<String>) -> Self {
        self.effort = effort.into();
        self
    }

    /// Lets it read a folder too, where it is confined.
    #[must_use]
    pub fn reading(mut self, folder: impl Into<PathBuf>) -> Self {
        self.readable.push(folder.into());
        self
    }

    /// Confines it to the checkout and its home, by what the machine has.
    #[must_use]
    pub fn only_reading(mut self) -> Self {
        self.only_reading = true;
        self
    }

    /// Whether it is heard on the way, by events.
    pub fn has_events(&self) -> bool {
        self.events.is_some()
    }

    /// The agent.
    pub fn agent(self, driver: Driver) -> CliAgent<Self> {
        CliAgent::new(self, driver)
    }

    fn call(
        &self,
        arguments: &[String],
        request: &AgentRequest,
        setting: &Setting<'_>,
        session: &str,
        input: String,
    ) -> Result<Invocation> {
        let home = setting.private.to_string_lossy().into_owned();
        let folder = request.checkout.clone().unwrap_or_else(|| setting.private.to_owned());
        if arguments.iter().any(|argument| argument.contains("{model}")) && self.model.is_empty() {
            return Err(Error::new(ErrorKind::InvalidInput, "it needs a model"));
        }
        let checkout = folder.to_string_lossy().into_owned();
        let known = [
            ("{home}", home.as_str()),
            ("{checkout}", checkout.as_str()),
            ("{model}", self.model.as_str()),
            ("{effort}", self.effort.as_str()),
            ("{session}", session),
        ];
        let mut invocation =
            Invocation::new(&self.program, &folder).input(input).reading(self.readable.iter().cloned());
        // A shell's command line is the user's own; nothing is put into it.
        let as_typed = self.events.is_none() && self.name == "command";
        let filled = |text: &String| if as_typed { text.clone() } else { fill(text, &known) };
        invocation.arguments = arguments.iter().map(filled).collect();
        for (name, value) in &self.environment {
            let value = if self.keys.contains(value) { value.clone() } else { fill(value, &known) };
            invocation = invocation.variable(name, value);
        }
        for (name, value) in [("HOME", home.as_str()), ("TMPDIR", home.as_str()), ("PATH", PATH)] {
            invocation.environment.entry(name.to_owned()).or_insert_with(|| value.to_owned());
        }
        Ok(invocation)
    }
}

/// Puts values in the place of names, in one pass: what is put in is not looked at again.
fn fill(text: &str, known: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        match known.iter().find(|(name, _)| tail.starts_with(name)) {
            Some((name, value)) => {
                out.push_str(value);
                rest = tail.get(name.len()..).unwrap_or_default();
            }
            None => {
                out.push('{');
                rest = tail.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

impl CliBackend for Command {
    fn name(&self) -> &str {
        &self.name
    }

    fn invocation(&self, request: &AgentRequest, setting: &Setting<'_>) -> Result<Invocation> {
        let input = if request.system.is_empty() {
            request.prompt.clone()
        } else {
            format!("{}\n\n{}", request.system.trim_end(), request.prompt)
        };
        self.call(&self.arguments, request, setting, "", input)
    }

    fn again(
        &self,
        request: &AgentRequest,
        setting: &Setting<'_>,
        session: &str,
        message: &str,
    ) -> Option<Result<Invocation>> {
        // A name that could be taken for an option is not one of the program's own.
        if self.again.is_empty() || session.starts_with('-') {
            return None;
        }
        Some(self.call(&self.again, request, setting, session, message.to_owned()))
    }

    fn codec(&self, _: &AgentRequest) -> Box<dyn CliCodec> {
        match &self.events {
            Some(map) => Box::new(Events::new(&self.name, map.clone())),
            None => Box::new(Plain::new(&self.name)),
        }
    }

    fn guard(&self) -> Guard {
        if self.only_reading { Guard::Machine } else { Guard::Watch }
    }

    fn secrets(&self) -> Vec<String> {
        self.keys.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn values_are_put_in_once() {
        let known = [("{a}", "{b}"), ("{b}", "x")];
        assert_eq!(fill("{a}{b}{c} {", &known), "{b}x{c} {");
    }

    #[test]
    fn opencode_is_started_by_its_configuration() {
        let config = ProgramConfig::from_json(super::super::OPENCODE).unwrap();
        let key = |name: &str| (name == "OPENAI_API_KEY").then(|| "sk-secret-1".to_owned());
        let command = Command::from_config(config, key).unwrap();
        let setting = Setting::new(Path::new("/private"));
        let request = AgentRequest::new("Review.").with_checkout("/work");
        assert!(command.invocation(&request, &setting).is_err(), "it needs a model");
        let command = command.model("openai/gpt-5.5");
        let invocation = command.invocation(&request, &setting).unwrap();
        assert_eq!(invocation.arguments.join(" "), "run --format json --pure -m openai/gpt-5.5");
        assert_eq!(invocation.environment["XDG_DATA_HOME"], "/private/data");
        assert_eq!(invocation.environment["OPENAI_API_KEY"], "sk-secret-1");
        assert!(!invocation.environment.contains_key("ANTHROPIC_API_KEY"));
        let again = command.again(&request, &setting, "ses_1", "Again.").unwrap().unwrap();
        assert!(again.arguments.ends_with(&["--session".to_owned(), "ses_1".to_owned()]));
        assert!(command.again(&request, &setting, "--dangerous", "Again.").is_none());
    }
}
