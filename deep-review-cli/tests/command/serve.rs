//! `deep-review serve`, as a process at a fake forge.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use review_git::testing::TestRepo;
use review_testkit::fake_forge::{Access, Delivery, Dialect, FakeForge, Happening, PullRequest, Repo};
use review_testkit::{PostgresServer, TestEnvironment};

use crate::{CLAUDE, environment};

const PROJECT: &str = "acme/pool";
const SECRET: &str = "webhook-secret-0123456789";
const TOKEN: &str = "ghs_0123456789abcdef";

fn scene() -> (FakeForge, TestRepo, TestEnvironment) {
    let remote = TestRepo::new();
    remote.file("net/pool.go", "package net\n\nfunc Open() error {\n\treturn dial()\n}\n").commit("Open");
    remote.git(&["switch", "--quiet", "-c", "change"]);
    remote
        .file(
            "net/pool.go",
            "package net\n\nfunc Open() error {\n\tif err := dial(); err != nil {\n\t\treturn nil\n\t}\n\treturn nil\n}\n",
        )
        .commit("Quietly");
    let forge = FakeForge::start(Dialect::GitHub);
    forge.grant(TOKEN, Access::app("deep-review"));
    forge.repository(Repo::new(PROJECT, remote.path()));
    forge.pull(PROJECT, PullRequest::new(7, "Open quietly").by("alice"));
    let env = environment();
    env.write("claude.md", CLAUDE);
    env.write(
        "serve.toml",
        format!(
            "listen = '127.0.0.1:0'\ndata = '{data}'\nrepositories = ['{web}/acme/*']\nreviewers = ['claude=replay:file={review}']\n\
             fail_on = 'important'\n[[forge]]\nkind = 'github'\nurl = '{web}'\napi = '{api}'\nsecret_env = 'HOOK_SECRET'\n\
             token_env = 'HOOK_TOKEN'\n",
            data = env.path().join("data").display(),
            review = env.path().join("claude.md").display(),
            web = forge.server_url(),
            api = forge.url(),
        ),
    );
    (forge, remote, env)
}

/// The service, its port, and the lines that it says.
struct Process(Child, u16, BufReader<std::process::ChildStderr>, String);

impl Process {
    fn start(env: &TestEnvironment) -> Self {
        Self::serve(env, &["serve", "--config", "serve.toml"], "")
    }

    fn spawn(env: &TestEnvironment, arguments: &[&str], database: &str) -> Self {
        let mut child = env
            .command()
            .args(arguments)
            .envs([("HOOK_SECRET", SECRET), ("HOOK_TOKEN", TOKEN), ("DATABASE_URL", database)])
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        Self(child, 0, stderr, String::new())
    }

    fn serve(env: &TestEnvironment, arguments: &[&str], database: &str) -> Self {
        let mut process = Self::spawn(env, arguments, database);
        let line = process.until("listening at");
        let (_, rest) = line.split_once("127.0.0.1:").unwrap();
        process.1 = rest.split('"').next().unwrap().parse().unwrap();
        process
    }

    /// Reads until a line says something.
    fn until(&mut self, text: &str) -> String {
        loop {
            let mut line = String::new();
            assert_ne!(self.2.read_line(&mut line).unwrap(), 0, "it ended: {}", self.3);
            self.3.push_str(&line);
            if line.contains(text) {
                return line;
            }
        }
    }

    fn post(&self, delivery: &Delivery) -> String {
        let mut head = "POST /webhooks/github HTTP/1.1\r\nHost: x\r\nConnection: close\r\n".to_owned();
        for (name, value) in &delivery.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let mut stream = TcpStream::connect(("127.0.0.1", self.1)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        write!(stream, "{head}Content-Length: {}\r\n\r\n{}", delivery.body.len(), delivery.body).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

#[test]
fn a_webhook_becomes_a_review_and_sigterm_ends_in_order() {
    let (forge, _remote, env) = scene();
    let mut process = Process::start(&env);
    let answer = process.post(&forge.webhook(PROJECT, 7, &Happening::Opened, SECRET));
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
    process.until(" reviewed, report ");
    let state = forge.state();
    assert!(state.contains("failure \"1 important\""), "{state}");
    // Who asks how a finding came about is answered from the record.
    let comment = forge.comment(PROJECT, 7, "bob", "/deep-review explain I1");
    process.post(&forge.webhook(PROJECT, 7, &Happening::Commented(comment), SECRET));
    while !forge.full_state().contains("Raised by claude") {
        std::thread::sleep(Duration::from_millis(20));
    }
    let id = process.0.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    process.until("\"ended\"");
    assert!(process.0.wait().unwrap().success());
    for secret in [SECRET, TOKEN] {
        assert!(!process.3.contains(secret), "{}", process.3);
    }
}

#[test]
fn check_tells_what_is_missing() {
    let (_forge, _remote, env) = scene();
    let check = ["serve", "--config", "serve.toml", "--check"];
    let ran = env.run(&check).expect_status(2);
    assert!(
        ran.stderr.contains("variable: HOOK_SECRET") && ran.stderr.contains("variable: HOOK_TOKEN"),
        "{}",
        ran.stderr
    );
    let ran = env.run_with(&check, &[("HOOK_SECRET", SECRET), ("HOOK_TOKEN", TOKEN)]).expect_status(0);
    assert_eq!(ran.stdout, "ready: nothing is missing\n");
}

#[test]
fn workers_on_other_machines_review_what_the_service_takes_in() {
    let Some(server) = PostgresServer::start() else { return };
    let (forge, _remote, env) = scene();
    let config = env.read("serve.toml");
    env.write("serve.toml", format!("database_url_env = 'DATABASE_URL'\n{config}"));
    let service = Process::serve(&env, &["serve", "--config", "serve.toml", "--no-work"], &server.url());
    let work = ["worker", "--config", "serve.toml"];
    let mut first = Process::spawn(&env, &work, &server.url());
    first.until("\"working\"");
    let answer = service.post(&forge.webhook(PROJECT, 7, &Happening::Opened, SECRET));
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
    first.until(" reviewed, report ");
    assert!(forge.state().contains("failure \"1 important\""), "{}", forge.state());

    // The worker is killed; another one takes what comes in then.
    first.0.kill().unwrap();
    first.0.wait().unwrap();
    let comment = forge.comment(PROJECT, 7, "alice", "/deep-review again");
    service.post(&forge.webhook(PROJECT, 7, &Happening::Commented(comment), SECRET));
    let mut second = Process::spawn(&env, &work, &server.url());
    second.until(" reviewed, report ");
    for mut process in [service, second] {
        let id = process.0.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        process.until("\"ended\"");
        assert!(process.0.wait().unwrap().success());
    }
}

#[test]
fn a_worker_needs_a_database() {
    let (_forge, _remote, env) = scene();
    let secrets = [("HOOK_SECRET", SECRET), ("HOOK_TOKEN", TOKEN)];
    let ran = env.run_with(&["worker", "--config", "serve.toml", "--check"], &secrets).expect_status(2);
    assert!(ran.stderr.contains("database_url_env"), "{}", ran.stderr);
    let ran =
        env.run_with(&["serve", "--config", "serve.toml", "--no-work", "--check"], &secrets).expect_status(2);
    assert!(ran.stderr.contains("database_url_env"), "{}", ran.stderr);
    let config = env.read("serve.toml");
    env.write("serve.toml", format!("database_url_env = 'NO_SUCH_VARIABLE'\n{config}"));
    let ran = env.run_with(&["worker", "--config", "serve.toml", "--check"], &secrets).expect_status(2);
    assert!(ran.stderr.contains("NO_SUCH_VARIABLE"), "{}", ran.stderr);
}
