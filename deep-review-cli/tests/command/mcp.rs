//! `deep-review mcp`, as a process that speaks lines of JSON.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use crate::repository;

struct Server {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    asked: u64,
}

impl Server {
    fn start(env: &review_testkit::TestEnvironment, arguments: &[&str]) -> Self {
        let mut child = env
            .command()
            .arg("mcp")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut server = Self { child, input, output, asked: 0 };
        server.ask(
            "initialize",
            json!({
                "protocolVersion": "2025-06-18",
                "capabilities": {},
                "clientInfo": { "name": "test", "version": "0" },
            }),
        );
        server.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        server
    }

    fn send(&mut self, message: &Value) {
        writeln!(self.input, "{message}").unwrap();
        self.input.flush().unwrap();
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.asked += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": self.asked, "method": method, "params": params }));
        loop {
            let mut line = String::new();
            assert_ne!(self.output.read_line(&mut line).unwrap(), 0, "the server went away");
            // Nothing but the protocol is on standard output.
            let answer: Value = serde_json::from_str(&line).unwrap();
            if answer["id"] == self.asked {
                return answer["result"].clone();
            }
        }
    }

    fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let result = self.ask("tools/call", json!({ "name": tool, "arguments": arguments }));
        assert_eq!(result["isError"], false, "{result}");
        result["structuredContent"].clone()
    }
}

#[test]
fn an_agent_reviews_its_branch_before_the_push() {
    let env = repository();
    env.write("claude.md", crate::CLAUDE);
    let mut server =
        Server::start(&env, &["--reviewer", "claude=replay:file=claude.md", "--reviewer", "rules"]);
    let started = server.call("review_start", json!({ "base": "HEAD~1", "reviewers": ["claude"] }));
    let run = started["run_id"].as_str().unwrap().to_owned();
    let status = loop {
        let status = server.call("review_status", json!({ "run_id": run }));
        if status["state"] != "running" {
            break status;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    };
    assert_eq!(status["report"]["findings"][0]["title"], "Open hides the error of dial");
    assert!(env.path().join("deep-review-reports").join(&run).join("report.html").is_file());
    let refused = server.ask(
        "tools/call",
        json!({ "name": "review_start", "arguments": { "reviewers": ["command:cmd=touch x"] } }),
    );
    assert_eq!(refused["isError"], true, "a client names no backend");
    drop(server.input);
    assert!(server.child.wait().unwrap().success());
}

#[test]
fn a_judge_at_the_terminal_is_refused() {
    let env = repository();
    let _ = env.run(&["mcp", "--judge", "terminal"]).expect_status(2);
}
