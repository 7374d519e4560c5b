//! The action and the GitLab template: their steps are run here as a runner would, against the fake forge.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use review_testkit::fake_forge::Dialect;
use serde_json::json;

use crate::PROGRAM;
use crate::pull_request::{PROJECT, Scene, TOKEN};

/// The scripts of a file: what stands below `run: |` or `- |`, in order.
fn scripts(file: &str, start: &str) -> Vec<String> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file)).unwrap();
    let mut scripts = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if line.trim() != start {
            continue;
        }
        let indent = |line: &str| line.len() - line.trim_start().len();
        let deep = lines.peek().map_or(0, |next| indent(next));
        let mut script = String::new();
        while let Some(next) = lines.next_if(|next| next.trim().is_empty() || indent(next) >= deep) {
            script += next.get(deep..).unwrap_or_default();
            script.push('\n');
        }
        scripts.push(script);
    }
    scripts
}

struct Runner<'a> {
    scene: &'a Scene,
    variables: Vec<(String, String)>,
}

impl<'a> Runner<'a> {
    fn new(scene: &'a Scene) -> Self {
        let temp = scene.env.path().join("runner");
        fs::create_dir_all(&temp).unwrap();
        let at = |name: &str| temp.join(name).display().to_string();
        let server = scene.forge.server_url();
        let variables = [
            ("PATH", std::env::var("PATH").unwrap()),
            ("HOME", scene.env.path().display().to_string()),
            ("RUNNER_TEMP", temp.display().to_string()),
            ("GITHUB_ENV", at("env")),
            ("GITHUB_OUTPUT", at("output")),
            ("GITHUB_STEP_SUMMARY", at("summary")),
            ("GITHUB_EVENT_PATH", at("event.json")),
            ("GITHUB_EVENT_NAME", "pull_request_target".to_owned()),
            ("GITHUB_SERVER_URL", server),
            ("GITHUB_API_URL", scene.forge.url()),
            ("GITHUB_REPOSITORY", PROJECT.to_owned()),
            ("GITHUB_TOKEN", TOKEN.to_owned()),
            ("PROGRAM", PROGRAM.to_owned()),
            ("DOWNLOAD", String::new()),
            ("SHA256", String::new()),
            ("ACTION", "/nowhere".to_owned()),
            ("REVIEWERS", "claude=replay:file=claude.md\n".to_owned()),
            ("FAIL_ON", "important".to_owned()),
            ("PUBLISH", "true".to_owned()),
            ("ARGUMENTS", String::new()),
        ];
        Self { scene, variables: variables.map(|(name, value)| (name.to_owned(), value)).to_vec() }
    }

    fn file(&self, name: &str) -> String {
        fs::read_to_string(self.scene.env.path().join("runner").join(name)).unwrap_or_default()
    }

    fn event(&mut self, name: &str, event: &serde_json::Value) {
        fs::write(self.scene.env.path().join("runner/event.json"), event.to_string()).unwrap();
        self.variables.push(("GITHUB_EVENT_NAME".to_owned(), name.to_owned()));
    }

    fn shell(&self, shell: &str, script: &str) -> Output {
        let set = self.file("env");
        let from_env = set.lines().filter_map(|line| line.split_once('='));
        let mut command = Command::new(shell);
        command.current_dir(self.scene.env.path()).env_clear().arg("-c").arg(script);
        command.envs(self.variables.iter().map(|(name, value)| (name, value))).envs(from_env);
        command.output().unwrap()
    }

    fn action(&self) -> Vec<Output> {
        scripts("action.yml", "run: |").iter().map(|script| self.shell("bash", script)).collect()
    }
}

fn pushed(scene: &Scene) -> serde_json::Value {
    json!({ "action": "synchronize", "pull_request": { "number": 7, "draft": false },
            "repository": { "full_name": PROJECT, "html_url": format!("{}/{PROJECT}", scene.forge.server_url()) },
            "sender": { "login": "alice", "type": "User" } })
}

fn commented(scene: &Scene, id: u64, login: &str, body: &str) -> serde_json::Value {
    json!({ "action": "created", "issue": { "number": 7, "pull_request": {} }, "comment": { "id": id, "body": body },
            "repository": { "full_name": PROJECT, "html_url": format!("{}/{PROJECT}", scene.forge.server_url()) },
            "sender": { "login": login, "type": "User" } })
}

#[test]
fn the_action_reviews_and_publishes() {
    let scene = Scene::new();
    let mut runner = Runner::new(&scene);
    runner.event("pull_request_target", &pushed(&scene));
    let ran = runner.action();
    let [get, review] = ran.as_slice() else { panic!("{ran:?}") };
    assert!(get.status.success(), "{}", String::from_utf8_lossy(&get.stderr));
    let said = String::from_utf8_lossy(&review.stderr);
    assert_eq!(review.status.code(), Some(1), "--fail-on is met: {said}");
    let state = scene.forge.state();
    assert!(state.contains("check \"Deep Review\"") && state.contains("failure \"2 important\""), "{state}");
    assert!(runner.file("summary").contains("Open hides the error of dial"));
    let folder = runner.file("output").trim().strip_prefix("report=").unwrap().to_owned();
    assert!(Path::new(&folder).join("report.html").is_file());
    assert!(!said.contains(TOKEN), "{said}");
}

#[test]
fn the_action_does_what_comments_ask_if_they_may() {
    let scene = Scene::new();
    let mut runner = Runner::new(&scene);
    let status = |runner: &Runner<'_>| runner.action().pop().unwrap();
    runner.event("issue_comment", &commented(&scene, 1, "stranger", "/deep-review"));
    let ran = status(&runner);
    assert_eq!(ran.status.code(), Some(3), "{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(scene.forge.writes(), 0);
    runner.event("issue_comment", &commented(&scene, 2, "stranger", "looks good"));
    let ran = status(&runner);
    assert!(ran.status.success() && String::from_utf8_lossy(&ran.stderr).contains("nothing to do"));
    // A wrong command is answered once, also when the job is run again.
    runner.event("issue_comment", &commented(&scene, 3, "stranger", "/deep-review dismiss"));
    assert!(status(&runner).status.success() && status(&runner).status.success());
    assert_eq!(scene.forge.state().matches("deep-review:answer 3").count(), 1, "{}", scene.forge.state());
    scene.forge.permission(PROJECT, "maintainer", review_testkit::fake_forge::Permission::Write);
    runner.event("issue_comment", &commented(&scene, 4, "maintainer", "/deep-review"));
    assert_eq!(status(&runner).status.code(), Some(1));
    assert!(scene.forge.state().contains("check \"Deep Review\""));
}

#[test]
fn the_gitlab_job_reviews_and_publishes() {
    let scene = Scene::at(Dialect::GitLab);
    let mut runner = Runner::new(&scene);
    let bin = scene.env.path().join("runner/bin");
    fs::create_dir_all(&bin).unwrap();
    std::os::unix::fs::symlink(PROGRAM, bin.join("deep-review")).unwrap();
    let server = scene.forge.server_url();
    for (name, value) in [
        ("PATH", format!("{}:{}", bin.display(), std::env::var("PATH").unwrap())),
        ("CI_SERVER_URL", server.clone()),
        ("CI_API_V4_URL", scene.forge.url()),
        ("CI_MERGE_REQUEST_PROJECT_URL", format!("{server}/{PROJECT}")),
        ("CI_MERGE_REQUEST_IID", "7".to_owned()),
        ("DEEP_REVIEW_FORGE_TOKEN", TOKEN.to_owned()),
        ("DEEP_REVIEW_REVIEWERS", "--reviewer claude=replay:file=claude.md".to_owned()),
        ("DEEP_REVIEW_FAIL_ON", "never".to_owned()),
    ] {
        runner.variables.push((name.to_owned(), value));
    }
    let script = scripts("ci/gitlab.yml", "- |").pop().unwrap();
    let ran = runner.shell("sh", &script);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let state = scene.forge.state();
    assert!(state.contains("status \"Deep Review\"") && state.contains("success"), "{state}");
    assert!(scene.env.read("gl-code-quality-report.json").contains("Open hides the error of dial"));
}
