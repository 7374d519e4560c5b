//! How Codex is started.

use review_agents::cli_agent::{CliBackend, CliCodec, Guard, Setting};
use review_agents::endpoint::with_version;
use review_agents::process::Invocation;
use review_core::{AgentRequest, Error, ErrorKind, Result, Usage};

use super::codec::CodexCodec;
use super::config::CodexConfig;

/// Where the API is unless the settings say otherwise. The program's own variable for it is not read by it.
const ENDPOINT: &str = "https://api.openai.com/v1";

/// The variable that carries the key. It is named in the settings of the provider below, so only this one counts.
const KEY: &str = "CODEX_API_KEY";

/// Settings that keep out the reviewed branch, the network beside the API, and more agents. A feature is switched off by
/// its setting and not by `--disable`, which refuses a feature that a version does not know.
const SETTINGS: [&str; 11] = [
    "features.plugins=false",
    "features.apps=false",
    "features.hooks=false",
    "features.goals=false",
    "features.multi_agent=false",
    "analytics.enabled=false",
    "check_for_update_on_startup=false",
    "web_search=\"disabled\"",
    // The shell of the agent gets no variable that is a key.
    "shell_environment_policy.inherit=\"core\"",
    // AGENTS.md of the reviewed branch would speak to the model as its user.
    "project_doc_max_bytes=0",
    "skills.include_instructions=false",
];

/// Codex as an agent program.
///
/// Nothing of the reviewed branch is loaded as configuration, and what the agent runs, runs in the program's own sandbox:
/// nothing can be written, nothing can be reached over the network. It can read whatever this user can read.
/// The program has no limit of turns or of money; the time limit of the run bounds it.
#[derive(Clone, Debug)]
pub struct Codex {
    config: CodexConfig,
}

impl Codex {
    /// A backend with these settings.
    pub fn new(config: CodexConfig) -> Self {
        Self { config }
    }
}

impl CliBackend for Codex {
    fn name(&self) -> &str {
        "codex"
    }

    fn invocation(&self, request: &AgentRequest, setting: &Setting<'_>) -> Result<Invocation> {
        let checkout = self.checkout(request)?.to_string_lossy().into_owned();
        let how = ["-s".to_owned(), "read-only".to_owned(), "-C".to_owned(), checkout];
        self.call(request, setting, &[], &how, prompt(request))
    }

    /// The sandbox and the folder are those of the session.
    fn again(
        &self,
        request: &AgentRequest,
        setting: &Setting<'_>,
        session: &str,
        message: &str,
    ) -> Option<Result<Invocation>> {
        // A name that could be taken for an option is not one of its own.
        if session.is_empty() || session.starts_with('-') {
            return None;
        }
        Some(self.call(request, setting, &["resume"], &[session.to_owned()], message.to_owned()))
    }

    /// It counts the whole session each time.
    fn usage_of_both(&self, first: Usage, second: Usage) -> Usage {
        if second.is_empty() { first } else { second }
    }

    fn guard(&self) -> Guard {
        Guard::Own("sandbox")
    }

    fn codec(&self, _: &AgentRequest) -> Box<dyn CliCodec> {
        Box::new(CodexCodec::new(self.config.version.clone()))
    }

    fn secrets(&self) -> Vec<String> {
        vec![self.config.key.clone()]
    }
}

impl Codex {
    fn checkout<'a>(&self, request: &'a AgentRequest) -> Result<&'a std::path::Path> {
        request.checkout.as_deref().ok_or_else(|| {
            Error::new(ErrorKind::Unsupported, "it needs a checkout to work in").with_operation(self.name())
        })
    }

    /// What every call has. `command` stands behind `exec`, `how` behind the options.
    fn call(
        &self,
        request: &AgentRequest,
        setting: &Setting<'_>,
        command: &[&str],
        how: &[String],
        input: String,
    ) -> Result<Invocation> {
        let checkout = self.checkout(request)?;
        let config = &self.config;
        if config.key.trim().is_empty() {
            let error = Error::new(ErrorKind::Unauthorized, "there is no API key; set CODEX_API_KEY");
            return Err(error.with_operation(self.name()));
        }
        let mut arguments = vec!["exec".to_owned()];
        arguments.extend(command.iter().map(|word| (*word).to_owned()));
        arguments.extend(
            ["--json", "--ignore-user-config", "--ignore-rules", "--skip-git-repo-check"].map(str::to_owned),
        );
        let settings = SETTINGS.into_iter().map(str::to_owned).chain(self.provider());
        arguments.extend(settings.flat_map(|setting| ["-c".to_owned(), setting]));
        if let Some(model) = &config.model {
            arguments.extend(["-m".to_owned(), model.clone()]);
        }
        if let Some(effort) = &config.effort {
            arguments.extend(["-c".to_owned(), format!("model_reasoning_effort={}", quoted(effort))]);
        }
        if let Some(schema) = &request.schema {
            let file = setting.private.join("schema.json");
            std::fs::write(&file, schema).map_err(|error| {
                Error::from(error).with_operation("writing the schema").with_context("path", file.display())
            })?;
            arguments.extend(["--output-schema".to_owned(), file.to_string_lossy().into_owned()]);
        }
        arguments.extend(how.iter().cloned());
        // The prompt comes on standard input, which is closed behind it: an open one is waited for without end.
        arguments.push("-".to_owned());

        let mut invocation = Invocation::new(&config.program, checkout).input(input);
        invocation.arguments = arguments;
        let home = setting.private.to_string_lossy();
        // Its home must not lie in its folder for temporary files: the sandbox's helper is then not made, and where
        // bubblewrap is installed, no command can be run.
        let temporary = setting.private.join("tmp");
        std::fs::create_dir_all(&temporary)
            .map_err(|error| Error::from(error).with_operation("filling the program's home"))?;
        let temporary = temporary.to_string_lossy();
        for (name, value) in [
            ("PATH", config.path.as_str()),
            ("HOME", home.as_ref()),
            ("TMPDIR", temporary.as_ref()),
            ("CODEX_HOME", home.as_ref()),
            (KEY, config.key.as_str()),
            ("LANG", "C.UTF-8"),
            ("TERM", "dumb"),
        ] {
            invocation = invocation.variable(name, value);
        }
        Ok(invocation)
    }

    /// A provider of our own: its retries are bounded (the built-in one's take half a minute, also for a key that is
    /// refused), and it speaks plain HTTP only (the built-in one tries a WebSocket first).
    fn provider(&self) -> [String; 2] {
        let endpoint = quoted(&with_version(self.config.endpoint.as_deref().unwrap_or(ENDPOINT), "v1"));
        [
            "model_provider=\"deep_review\"".to_owned(),
            format!(
                "model_providers.deep_review={{name=\"deep_review\",base_url={endpoint},env_key=\"{KEY}\",\
                 wire_api=\"responses\",request_max_retries=2,stream_max_retries=2,stream_idle_timeout_ms=300000}}"
            ),
        ]
    }
}

/// A TOML string. JSON's escapes are TOML's too.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn prompt(request: &AgentRequest) -> String {
    if request.system.is_empty() {
        request.prompt.clone()
    } else {
        format!("{}\n\n{}", request.system.trim_end(), request.prompt)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn ask() -> AgentRequest {
        let mut request = AgentRequest::new("Review this.").with_system("Be careful.");
        request.checkout = Some("/work".into());
        request
    }

    #[test]
    fn nothing_of_the_branch_is_loaded_and_nothing_can_be_written() {
        let mut config = CodexConfig::new("sk-key");
        config.model = Some("gpt".into());
        config.effort = Some("hi\"gh".into());
        let backend = Codex::new(config);
        let private = tempfile::tempdir().unwrap();
        let invocation = backend.invocation(&ask(), &Setting::new(private.path())).unwrap();
        insta::assert_snapshot!(invocation.arguments.join("\n"), @r#"
        exec
        --json
        --ignore-user-config
        --ignore-rules
        --skip-git-repo-check
        -c
        features.plugins=false
        -c
        features.apps=false
        -c
        features.hooks=false
        -c
        features.goals=false
        -c
        features.multi_agent=false
        -c
        analytics.enabled=false
        -c
        check_for_update_on_startup=false
        -c
        web_search="disabled"
        -c
        shell_environment_policy.inherit="core"
        -c
        project_doc_max_bytes=0
        -c
        skills.include_instructions=false
        -c
        model_provider="deep_review"
        -c
        model_providers.deep_review={name="deep_review",base_url="https://api.openai.com/v1",env_key="CODEX_API_KEY",wire_api="responses",request_max_retries=2,stream_max_retries=2,stream_idle_timeout_ms=300000}
        -m
        gpt
        -c
        model_reasoning_effort="hi\"gh"
        -s
        read-only
        -C
        /work
        -
        "#);
        assert_eq!(invocation.input.as_deref(), Some("Be careful.\n\nReview this."));
        let names: Vec<&str> = invocation.environment.keys().map(String::as_str).collect();
        assert_eq!(names.join(" "), "CODEX_API_KEY CODEX_HOME HOME LANG PATH TERM TMPDIR");
        assert_eq!(invocation.environment["CODEX_HOME"], private.path().display().to_string());
        assert_ne!(invocation.environment["TMPDIR"], invocation.environment["CODEX_HOME"]);
        assert!(!format!("{invocation:?} {backend:?} {:?}", invocation.arguments).contains("sk-key"));
    }

    #[test]
    fn it_is_asked_once_more_in_its_session() {
        let private = tempfile::tempdir().unwrap();
        let backend = Codex::new(CodexConfig::new("k"));
        let again = |session: &str| backend.again(&ask(), &Setting::new(private.path()), session, "Again.");
        let invocation = again("0199-a").unwrap().unwrap();
        assert_eq!(invocation.arguments.get(..3).unwrap().join(" "), "exec resume --json");
        assert!(invocation.arguments.ends_with(&["0199-a".to_owned(), "-".to_owned()]));
        assert!(!invocation.arguments.contains(&"-s".to_owned()), "the session has its sandbox");
        assert!(again("--yolo").is_none() && again("").is_none());
    }

    #[test]
    fn the_schema_is_given_as_a_file() {
        let private = tempfile::tempdir().unwrap();
        let request = ask().with_schema("{}");
        let invocation =
            Codex::new(CodexConfig::new("k")).invocation(&request, &Setting::new(private.path())).unwrap();
        let file = private.path().join("schema.json");
        assert!(invocation.arguments.contains(&file.display().to_string()));
        assert_eq!(std::fs::read_to_string(file).unwrap(), "{}");
    }

    #[test]
    fn what_can_not_work_is_refused_before_it_starts() {
        let refused = |key: &str, request: &AgentRequest| {
            Codex::new(CodexConfig::new(key))
                .invocation(request, &Setting::new(Path::new("/p")))
                .unwrap_err()
                .kind()
        };
        assert_eq!(refused("", &ask()), ErrorKind::Unauthorized);
        assert_eq!(refused("k", &AgentRequest::new("x")), ErrorKind::Unsupported);
    }
}
