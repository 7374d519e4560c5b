//! How Gemini CLI is started.

use review_agents::cli_agent::{CliBackend, CliCodec, Setting};
use review_agents::endpoint::without_version;
use review_agents::process::Invocation;
use review_core::{AgentRequest, Error, ErrorKind, Result};

use super::codec::GeminiCodec;
use super::config::GeminiConfig;
use super::home::{Home, Wanted};

/// Gemini CLI as an agent program.
///
/// It runs in an empty folder and is given the checkout as a further one: settings, hooks, tool discovery, MCP servers,
/// commands and variables are read from the folder it runs in only. It can read files of the checkout and nothing else;
/// nothing can be run, because a shell that may call `git diff` may also write files by `--output`. The text of a
/// GEMINI.md in the checkout reaches the model whatever the settings say, as any other text of the reviewed branch does.
#[derive(Clone, Debug)]
pub struct GeminiCli {
    config: GeminiConfig,
}

impl GeminiCli {
    /// A backend with these settings.
    pub fn new(config: GeminiConfig) -> Self {
        Self { config }
    }
}

impl CliBackend for GeminiCli {
    fn name(&self) -> &str {
        "gemini-cli"
    }

    fn invocation(&self, request: &AgentRequest, setting: &Setting<'_>) -> Result<Invocation> {
        let place =
            request.checkout.as_deref().map(|checkout| checkout.to_string_lossy()).unwrap_or_default();
        self.call(request, setting, prompt(request, &place))
    }

    fn again(
        &self,
        request: &AgentRequest,
        setting: &Setting<'_>,
        session: &str,
        message: &str,
    ) -> Option<Result<Invocation>> {
        let call = self.call(request, setting, message.to_owned());
        Some(call.map(|invocation| invocation.argument("--resume").argument(session)))
    }

    fn codec(&self, _: &AgentRequest) -> Box<dyn CliCodec> {
        Box::new(GeminiCodec::new(self.config.version.clone()))
    }

    fn secrets(&self) -> Vec<String> {
        vec![self.config.key.clone()]
    }
}

impl GeminiCli {
    /// What every call has.
    fn call(&self, request: &AgentRequest, setting: &Setting<'_>, input: String) -> Result<Invocation> {
        let private = setting.private;
        let refuse = |kind, why: &str| Err(Error::new(kind, why).with_operation(self.name()));
        let Some(checkout) = request.checkout.as_deref() else {
            return refuse(ErrorKind::Unsupported, "it needs a checkout to work in");
        };
        let config = &self.config;
        if config.key.trim().is_empty() {
            return refuse(ErrorKind::Unauthorized, "there is no API key; set GEMINI_API_KEY");
        }
        if config.effort.is_some() && config.model.is_none() {
            return refuse(
                ErrorKind::InvalidInput,
                "an effort needs a model, because each takes it in its own way",
            );
        }
        if request.schema.is_some() {
            return refuse(ErrorKind::Unsupported, "it can't be asked for an answer by a schema");
        }
        // It takes its folders as a list with commas.
        let folders: Vec<String> = std::iter::once(checkout)
            .chain(request.extra_dirs.iter().map(std::path::PathBuf::as_path))
            .map(|folder| folder.to_string_lossy().into_owned())
            .collect();
        if folders.iter().any(|folder| folder.contains(',')) {
            return refuse(ErrorKind::Unsupported, "it can't be given a folder whose path holds a comma");
        }
        let wanted = Wanted {
            model: config.model.as_deref(),
            effort: config.effort.as_deref(),
            turns: request.limits.turns.unwrap_or(config.max_turns),
        };
        let home = Home::create(private, &wanted)?;
        let mut invocation = Invocation::new(&config.program, &home.work)
            .input(input)
            .argument("--output-format")
            .argument("stream-json")
            .argument("--approval-mode")
            .argument("default")
            .argument("--policy")
            .argument(home.policy.to_string_lossy())
            .argument("--include-directories")
            .argument(folders.join(","))
            .argument("--extensions")
            .argument("none");
        if let Some(model) = &config.model {
            invocation = invocation.argument("--model").argument(model);
        }
        let folder = private.to_string_lossy();
        let settings = home.settings.to_string_lossy();
        for (name, value) in [
            ("PATH", config.path.as_str()),
            ("HOME", folder.as_ref()),
            ("TMPDIR", folder.as_ref()),
            ("GEMINI_CLI_HOME", folder.as_ref()),
            // Skipped by the program where a folder above is writable by everybody; the empty folder holds without it.
            ("GEMINI_CLI_SYSTEM_SETTINGS_PATH", settings.as_ref()),
            ("GEMINI_API_KEY", config.key.as_str()),
            // It is the empty folder that is trusted.
            ("GEMINI_CLI_TRUST_WORKSPACE", "true"),
            // A second process would not get the signals that the first one gets.
            ("GEMINI_CLI_NO_RELAUNCH", "true"),
            ("GEMINI_TELEMETRY_ENABLED", "false"),
            ("LANG", "C.UTF-8"),
            ("NO_COLOR", "1"),
            ("TERM", "dumb"),
        ] {
            invocation = invocation.variable(name, value);
        }
        if let Some(endpoint) = &config.endpoint {
            invocation = invocation.variable("GOOGLE_GEMINI_BASE_URL", without_version(endpoint, "v1beta"));
        }
        Ok(invocation)
    }
}

/// The prompt. It never begins with a slash, which would make it a command.
fn prompt(request: &AgentRequest, checkout: &str) -> String {
    let place = format!(
        "The files of the change are in the folder {checkout}. Name them to your tools by their absolute paths, and in \
         your answer by their paths within that folder."
    );
    if request.system.is_empty() {
        format!("{place}\n\n{}", request.prompt)
    } else {
        format!("{place}\n\n{}\n\n{}", request.system.trim_end(), request.prompt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask() -> AgentRequest {
        AgentRequest::new("Review this.").with_system("Be careful.").with_checkout("/checkout")
    }

    #[test]
    fn nothing_of_the_branch_is_loaded_and_nothing_can_be_run() {
        let private = tempfile::tempdir().unwrap();
        let mut config = GeminiConfig::new("secret-key");
        config.model = Some("gemini-2.5-pro".into());
        let backend = GeminiCli::new(config);
        let invocation = backend.invocation(&ask(), &Setting::new(private.path())).unwrap();
        let place = private.path().display().to_string();
        let shown = invocation.arguments.join(" ").replace(&place, "/private");
        insta::assert_snapshot!(shown, @"--output-format stream-json --approval-mode default --policy /private/policy.toml --include-directories /checkout --extensions none --model gemini-2.5-pro");
        assert_eq!(invocation.folder, private.path().join("work"));
        let names: Vec<&str> = invocation.environment.keys().map(String::as_str).collect();
        insta::assert_snapshot!(names.join(" "), @"GEMINI_API_KEY GEMINI_CLI_HOME GEMINI_CLI_NO_RELAUNCH GEMINI_CLI_SYSTEM_SETTINGS_PATH GEMINI_CLI_TRUST_WORKSPACE GEMINI_TELEMETRY_ENABLED HOME LANG NO_COLOR PATH TERM TMPDIR");
        insta::assert_snapshot!(invocation.input.as_deref().unwrap(), @r"
        The files of the change are in the folder /checkout. Name them to your tools by their absolute paths, and in your answer by their paths within that folder.

        Be careful.

        Review this.
        ");
        assert!(!format!("{invocation:?} {backend:?} {:?}", invocation.arguments).contains("secret-key"));
        assert_eq!(std::fs::read_to_string(private.path().join("work/.gemini/.env")).unwrap(), "");
    }

    #[test]
    fn an_effort_is_set_for_every_exchange() {
        let private = tempfile::tempdir().unwrap();
        let mut config = GeminiConfig::new("k");
        config.effort = Some("high".into());
        let refused =
            GeminiCli::new(config.clone()).invocation(&ask(), &Setting::new(private.path())).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidInput);
        config.model = Some("gemini-2.5-pro".into());
        GeminiCli::new(config).invocation(&ask(), &Setting::new(private.path())).unwrap();
        let settings = std::fs::read_to_string(private.path().join(".gemini/settings.json")).unwrap();
        let settings: serde_json::Value = serde_json::from_str(&settings).unwrap();
        insta::assert_snapshot!(settings["modelConfigs"], @r#"{"customOverrides":[{"match":{"overrideScope":"core"},"modelConfig":{"generateContentConfig":{"thinkingConfig":{"thinkingBudget":24576}}}}]}"#);
    }

    #[test]
    fn what_can_not_work_is_refused_before_it_starts() {
        let private = tempfile::tempdir().unwrap();
        let refused = |key: &str, request: &AgentRequest| {
            GeminiCli::new(GeminiConfig::new(key))
                .invocation(request, &Setting::new(private.path()))
                .unwrap_err()
                .kind()
        };
        assert_eq!(refused("", &ask()), ErrorKind::Unauthorized);
        assert_eq!(refused("k", &AgentRequest::new("x")), ErrorKind::Unsupported);
        assert_eq!(refused("k", &ask().with_schema("{}")), ErrorKind::Unsupported);
        assert_eq!(refused("k", &ask().with_checkout("/a,b")), ErrorKind::Unsupported);
        assert_eq!(std::fs::read_dir(private.path()).unwrap().count(), 0, "nothing is written for it");
    }
}
