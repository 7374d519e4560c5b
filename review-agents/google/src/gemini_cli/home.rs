//! The program's home of one run: its settings, its policy, and the empty folder that it works in.

use std::path::{Path, PathBuf};

use crate::effort::thinking;
use review_core::{Error, Result};
use serde_json::{Value, json};

/// The tools that there are: nothing writes, nothing runs, nothing speaks to the network.
const TOOLS: [&str; 5] = ["read_file", "read_many_files", "list_directory", "glob", "grep_search"];

/// What differs between runs.
pub(crate) struct Wanted<'a> {
    pub(crate) model: Option<&'a str>,
    pub(crate) effort: Option<&'a str>,
    pub(crate) turns: u32,
}

/// Where things are.
pub(crate) struct Home {
    /// The folder to run in.
    pub(crate) work: PathBuf,
    /// The policy file.
    pub(crate) policy: PathBuf,
    /// The settings, also used as the machine's: those win over the reviewed branch's.
    pub(crate) settings: PathBuf,
}

impl Home {
    /// Fills the private folder of a run.
    pub(crate) fn create(private: &Path, wanted: &Wanted<'_>) -> Result<Self> {
        let home = Self {
            work: private.join("work"),
            policy: private.join("policy.toml"),
            settings: private.join(".gemini/settings.json"),
        };
        let settings = settings(wanted).to_string();
        for (file, text) in [
            (&home.settings, settings.as_str()),
            (&home.policy, &policy()),
            // Variables are read from the first such file on the way up: this one, which is empty.
            (&home.work.join(".gemini/.env"), ""),
            // `@name` in a prompt means a file, whose text is then added. A diff is full of that: nothing is meant.
            (&home.work.join(".geminiignore"), "*\n"),
        ] {
            write(file, text).map_err(|error| {
                Error::from(error)
                    .with_operation("filling the program's home")
                    .with_context("path", file.display())
            })?;
        }
        Ok(home)
    }
}

fn write(file: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(file, text)
}

fn settings(wanted: &Wanted<'_>) -> Value {
    let mut settings = json!({
        "security": {"auth": {"selectedType": "gemini-api-key"}},
        "privacy": {"usageStatisticsEnabled": false},
        "telemetry": {"enabled": false},
        // Its own ten tries take minutes and are told nowhere.
        "general": {"enableAutoUpdate": false, "enableAutoUpdateNotification": false, "maxAttempts": 3},
        "model": {"maxSessionTurns": wanted.turns},
        "tools": {"core": TOOLS, "discoveryCommand": "", "callCommand": ""},
        "mcp": {"allowed": ["none"]},
        "hooksConfig": {"enabled": false},
        "skills": {"enabled": false},
        "experimental": {"enableAgents": false},
        "context": {
            // Instructions of other people above the private folder stay out.
            "memoryBoundaryMarkers": [],
            // A name that is not found would be searched for in the whole checkout.
            "fileFiltering": {"enableRecursiveFileSearch": false}
        }
    });
    if let (Some(model), Some(effort), Some(all)) = (wanted.model, wanted.effort, settings.as_object_mut()) {
        // An alias with the effort is forgotten after the first exchange, where the program goes on by the model's own
        // name. This holds for every exchange of the main agent, whatever the model is called.
        let wanted = json!({
            "match": {"overrideScope": "core"},
            "modelConfig": {"generateContentConfig": {"thinkingConfig": thinking(model, effort)}}
        });
        all.insert("modelConfigs".to_owned(), json!({"customOverrides": [wanted]}));
    }
    settings
}

/// The same as the list of tools, once more where the program decides about each call.
fn policy() -> String {
    let names = TOOLS.map(|tool| format!("\"{tool}\"")).join(", ");
    format!(
        "[[rule]]\ntoolName = \"*\"\ndecision = \"deny\"\npriority = 500\n\n\
         [[rule]]\ntoolName = [{names}]\ndecision = \"allow\"\npriority = 900\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_reading_is_allowed() {
        insta::assert_snapshot!(policy(), @r#"
        [[rule]]
        toolName = "*"
        decision = "deny"
        priority = 500

        [[rule]]
        toolName = ["read_file", "read_many_files", "list_directory", "glob", "grep_search"]
        decision = "allow"
        priority = 900
        "#);
        let settings = settings(&Wanted { model: None, effort: None, turns: 7 });
        assert_eq!(settings["tools"]["core"], json!(TOOLS));
        assert_eq!(settings["model"]["maxSessionTurns"], 7);
        assert_eq!(settings["hooksConfig"]["enabled"], false);
    }
}
