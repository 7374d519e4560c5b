//! Setting up: `init`, `doctor`, `completions`, `man`, and what help says.

use review_testkit::model_server::{ModelServer, Reply};

use crate::{environment, repository};

#[test]
fn init_writes_a_configuration_that_the_next_run_reads() {
    let env = repository();
    let ran = env.run(&["init"]).expect_status(0);
    assert!(ran.stdout.starts_with("wrote [dir]/work/deep-review.toml\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("  rules  free, offline"), "{}", ran.stdout);
    env.commit("Configure reviews").write("a.rs", "fn a() {}\n").commit("Change");
    let _ = env.run(&["run", "--base", "HEAD~1", "--head", "HEAD", "--reviewer", "rules"]).expect_status(0);
    let again = env.run(&["init"]).expect_status(2);
    assert!(again.stderr.contains("--force writes over it"), "{}", again.stderr);
    let _ = env.run(&["init", "--force"]).expect_status(0);
    let outside = environment().run(&["init"]).expect_status(2);
    assert!(outside.stderr.contains("no git repository"), "{}", outside.stderr);
}

#[cfg(unix)]
#[test]
fn init_tells_what_a_run_costs_at_most_and_starts_nothing() {
    use std::os::unix::fs::PermissionsExt as _;

    let env = repository();
    env.write("bin/claude", "#!/bin/sh\ntouch started\n");
    let program = env.path().join("bin/claude");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", env.path().join("bin").display(), std::env::var("PATH").unwrap());
    let ran =
        env.run_with(&["init"], &[("PATH", &path), ("ANTHROPIC_API_KEY", "sk-planted-1")]).expect_status(0);
    assert!(ran.stdout.contains("--reviewer claude-code:max-cost=2.50"), "{}", ran.stdout);
    assert!(ran.stdout.contains("It costs at most $2.50 and what anthropic take"), "{}", ran.stdout);
    assert!(!env.path().join("started").exists() && !ran.stdout.contains("sk-planted-1"));
}

#[test]
fn doctor_names_keys_and_never_shows_them() {
    let ran = environment().run_with(&["doctor"], &[("OPENAI_API_KEY", "sk-planted-2 ")]).expect_status(0);
    assert!(
        ran.stdout.contains(
            "note    OPENAI_API_KEY is set, with spaces around it (for codex, openai, openai-chat)"
        ),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("-       GEMINI_API_KEY is not set"), "{}", ran.stdout);
    assert!(ran.stdout.contains("ok      git version"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("sk-planted"), "{}", ran.stdout);
}

#[test]
fn doctor_asks_an_address_before_money_is_spent() {
    let key = ("OPENAI_API_KEY", "sk-planted-3");
    let server = ModelServer::start([
        Reply::json(r#"{"object":"list","data":[{"id":"qwen3-coder"}]}"#),
        Reply::json(r#"{"object":"list","data":[{"id":"other"}]}"#),
        Reply::status(401, r#"{"error":{"message":"bad key sk-planted-3"}}"#),
        Reply::json("<html>welcome</html>"),
    ]);
    let spec = format!("openai-chat:endpoint={},model=qwen3-coder", server.url());
    let shown = |spec: &str| {
        let ran = environment().run_with(&["doctor", "--probe", "--reviewer", spec], &[key]);
        let line = ran.stdout.lines().last().unwrap_or_default().replace(&server.url(), "URL");
        format!("{} {line}", ran.status.unwrap())
    };
    insta::assert_snapshot!(shown(&spec), @"0 ok      openai-chat:endpoint=URL,model=qwen3-coder: reached; qwen3-coder is among its 1 models");
    insta::assert_snapshot!(shown(&spec), @"0 ok      openai-chat:endpoint=URL,model=qwen3-coder: reached; qwen3-coder is not among the 1 models that it lists (other, …)");
    insta::assert_snapshot!(shown(&spec), @"3 BROKEN  openai-chat:endpoint=URL,model=qwen3-coder: openai-compatible: the API refused (it said: bad key [secret], status: 401)");
    insta::assert_snapshot!(shown(&spec), @"3 BROKEN  openai-chat:endpoint=URL,model=qwen3-coder: openai-compatible: what the address says is no list of models (hint: is there an API behind it, and is its path right?)");
    let asked = server.requests();
    assert!(asked.iter().all(|request| request.path == "/v1/models" && request.body.is_empty()), "{asked:?}");
    assert_eq!(asked[0].header("authorization"), Some("Bearer sk-planted-3"));
}

#[test]
fn a_clouds_address_gets_the_key_as_it_wants_it() {
    let list = || Reply::json(r#"{"object":"list","data":[{"id":"m"}]}"#);
    let server = ModelServer::start([list(), list(), list(), list()]);
    for (backend, login) in
        [("openai", "api-key"), ("openai-chat", "api-key"), ("google", "bearer"), ("anthropic", "bearer")]
    {
        let spec =
            format!("{backend}:endpoint={}/cloud/v1,model=m,key-env=CLOUD_KEY,login={login}", server.url());
        let key = ("CLOUD_KEY", "planted-cloud-key");
        let ran =
            environment().run_with(&["doctor", "--probe", "--reviewer", &spec], &[key]).expect_status(0);
        assert!(!ran.stdout.contains("planted-cloud-key"), "{}", ran.stdout);
    }
    let sent: Vec<String> = server
        .requests()
        .iter()
        .map(|request| {
            let all = ["authorization", "api-key", "x-api-key", "x-goog-api-key"];
            let sent = all.iter().filter_map(|name| Some(format!("{name}: {}", request.header(name)?)));
            format!("{} {}", request.path, sent.collect::<Vec<_>>().join(" "))
        })
        .collect();
    insta::assert_snapshot!(sent.join("\n"), @"
    /cloud/v1/models api-key: planted-cloud-key
    /cloud/v1/models api-key: planted-cloud-key
    /cloud/v1/models authorization: Bearer planted-cloud-key
    /cloud/v1/models authorization: Bearer planted-cloud-key
    ");
    let wrong = environment().run(&["doctor", "--reviewer", "openai:login=basic"]);
    assert_eq!(wrong.status, Some(3), "{}", wrong.stdout);
}

#[test]
fn nothing_is_asked_without_probe() {
    let server = ModelServer::start([]);
    let spec = format!("openai-chat:endpoint={},model=m", server.url());
    let ran = environment().run(&["doctor", "--reviewer", &spec]).expect_status(0);
    assert!(ran.stdout.contains("--probe tells whether it can be reached"), "{}", ran.stdout);
    assert!(server.requests().is_empty());
}

#[test]
fn completions_and_manual_know_every_command() {
    let env = environment();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = env.run(&["completions", shell]).expect_status(0).stdout;
        assert!(script.contains("consolidate"), "{shell}");
        // The others complete no values.
        let values = ["bash", "zsh", "fish"].contains(&shell);
        assert_eq!(script.contains("gitlab-code-quality"), values, "{shell}");
    }
    let page = env.run(&["man"]).expect_status(0).stdout;
    assert!(page.starts_with(".ie") && page.contains("deep\\-review\\-doctor"), "{page}");
    let page = env.run(&["man", "run"]).expect_status(0).stdout;
    assert!(page.contains("max\\-questions"), "{page}");
    let _ = env.run(&["man", "fly"]).expect_status(2);
}

#[test]
fn help_has_examples_and_the_formats() {
    let help = environment().run(&["run", "--help"]).expect_status(0).stdout;
    assert!(help.contains("Examples:\n  deep-review run "), "{help}");
    assert!(help.contains("markdown-comment") && help.contains("--briefs"), "{help}");
}
