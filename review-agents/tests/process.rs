//! Nothing that was started survives, and everything is bounded.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::time::{Duration, Instant};

use review_agents::process::{Driver, Ended, Guarantee, Invocation, Limits, Stream};
use review_core::{Cancel, ErrorKind, Result};

/// A shell script as the program; `$TAG` marks its processes for the test.
fn script(tag: &str, text: &str) -> Invocation {
    Invocation::new("/bin/sh", "/tmp")
        .argument("-c")
        .argument(text)
        .variable("PATH", "/usr/bin:/bin")
        .variable("TAG", tag)
}

/// Both ways of watching.
fn drivers(limits: Limits) -> [Driver; 2] {
    [Driver::new(limits), Driver::new(limits).supervised_by(env!("CARGO_BIN_EXE_review-supervisor"))]
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.grace = Duration::from_millis(300);
    limits
}

async fn run(driver: &Driver, invocation: Invocation) -> (Result<Ended>, Vec<String>) {
    let mut lines = Vec::new();
    let mut on_line = |stream: Stream, bytes: &[u8]| {
        lines.push(format!("{stream:?} {}", String::from_utf8_lossy(bytes)));
    };
    let ended = driver.run(invocation, &mut on_line, &Cancel::new()).await;
    (ended, lines)
}

/// How long an event is waited for: only a machine that is stuck takes so long.
const PATIENCE: Duration = Duration::from_secs(120);

/// Processes whose environment has this tag.
fn alive(tag: &str) -> usize {
    let wanted = format!("TAG={tag}");
    let tagged = |entry: std::fs::DirEntry| {
        let environment = std::fs::read(entry.path().join("environ")).unwrap_or_default();
        let state = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|one| one == wanted.as_bytes()) && !state.contains(") Z ")
    };
    let is_process = |entry: &std::fs::DirEntry| {
        entry.file_name().to_str().is_some_and(|name| name.parse::<u32>().is_ok())
    };
    std::fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter(is_process)
        .map(tagged)
        .filter(|found| *found)
        .count()
}

async fn gone(tag: &str) {
    let begun = Instant::now();
    while alive(tag) > 0 {
        assert!(begun.elapsed() < PATIENCE, "{} processes of {tag} stay alive", alive(tag));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Starts a child in the background, one in a session of its own, and one that ignores TERM.
const ORPHANS: &str = "sleep 300 & setsid sleep 300 & (trap '' TERM; sleep 300) & ";

#[tokio::test]
async fn lines_arrive_in_order_and_the_code_is_told() {
    for driver in drivers(limits()) {
        let (ended, lines) =
            run(&driver, script("plain", "echo one; echo two; echo oops >&2; printf three; exit 7")).await;
        let ended = ended.unwrap();
        assert_eq!((ended.code, ended.stderr_tail.as_str()), (7, "oops\n"));
        let out: Vec<_> = lines.iter().filter(|line| line.starts_with("Out")).collect();
        assert_eq!(out, ["Out one", "Out two", "Out three"]);
    }
}

#[tokio::test]
async fn the_environment_is_what_was_given_and_nothing_else() {
    for driver in drivers(limits()) {
        let (_, mut lines) = run(&driver, script("env", "env")).await;
        lines.retain(|line| {
            !["PWD", "SHLVL", "_=", "DEEP_REVIEW_RUN", "OLDPWD"].iter().any(|name| line.contains(name))
        });
        lines.sort();
        assert_eq!(lines, ["Out PATH=/usr/bin:/bin", "Out TAG=env"]);
    }
}

#[tokio::test]
async fn input_is_fed_and_then_closed() {
    let text = "line\n".repeat(100_000);
    for driver in drivers(limits()) {
        let (ended, lines) = run(&driver, script("input", "wc -l").input(text.clone())).await;
        assert_eq!((ended.unwrap().code, lines[0].split_whitespace().nth(1)), (0, Some("100000")));
        let (ended, lines) = run(&driver, script("input", "cat; echo end")).await;
        assert_eq!((ended.unwrap().code, lines.as_slice()), (0, &["Out end".to_owned()][..]));
    }
}

#[tokio::test]
async fn nothing_survives_a_success() {
    for (index, driver) in drivers(limits()).iter().enumerate() {
        let tag = format!("success{index}-{}", std::process::id());
        let (ended, _) = run(driver, script(&tag, &format!("{ORPHANS} echo done"))).await;
        assert_eq!(ended.unwrap().code, 0);
        gone(&tag).await;
    }
}

#[tokio::test]
async fn nothing_survives_a_time_out_by_total_or_by_silence() {
    for (index, (total, idle)) in [(400, 60_000), (60_000, 400)].into_iter().enumerate() {
        let mut limits = limits();
        (limits.total, limits.idle) = (Duration::from_millis(total), Some(Duration::from_millis(idle)));
        for (kind, driver) in drivers(limits).iter().enumerate() {
            let tag = format!("late{index}{kind}-{}", std::process::id());
            let (ended, lines) =
                run(driver, script(&tag, &format!("trap '' TERM; echo begun; {ORPHANS} sleep 300"))).await;
            assert_eq!(ended.unwrap_err().kind(), ErrorKind::Timeout);
            assert_eq!(lines, ["Out begun"], "what was said before is there");
            gone(&tag).await;
        }
    }
}

#[tokio::test]
async fn nothing_survives_a_cancellation_or_a_dropped_future() {
    for (index, driver) in drivers(limits()).iter().enumerate() {
        let tag = format!("cancel{index}-{}", std::process::id());
        let cancel = Cancel::new();
        let stop = cancel.clone();
        let mut ignore = |_: Stream, _: &[u8]| stop.cancel();
        let error = driver
            .run(script(&tag, &format!("echo begun; {ORPHANS} sleep 300")), &mut ignore, &cancel)
            .await
            .unwrap_err();
        assert!(error.is_cancelled());
        gone(&tag).await;

        let tag = format!("drop{index}-{}", std::process::id());
        let mut ignore = |_: Stream, _: &[u8]| {};
        let never = Cancel::new();
        let running = driver.run(script(&tag, &format!("{ORPHANS} sleep 300")), &mut ignore, &never);
        assert!(tokio::time::timeout(Duration::from_millis(400), running).await.is_err());
        gone(&tag).await;
    }
}

#[tokio::test]
async fn nothing_survives_the_death_of_the_parent() {
    // The supervisor's parent is this shell; killing it closes the pipe.
    let tag = format!("orphaned-{}", std::process::id());
    let invocation = serde_json::json!({
        "program": "/bin/sh", "arguments": ["-c", format!("{ORPHANS} sleep 300")], "folder": "/tmp",
        "environment": {"TAG": tag, "PATH": "/usr/bin:/bin"},
    });
    let line = format!(
        "(echo '{}'; sleep 300) | {} __deep-review-supervisor & wait",
        invocation.to_string().replace('\'', "'\\''"),
        env!("CARGO_BIN_EXE_review-supervisor")
    );
    let mut parent = std::process::Command::new("setsid").args(["/bin/sh", "-c", &line]).spawn().unwrap();
    let begun = Instant::now();
    while alive(&tag) < 3 {
        assert!(begun.elapsed() < PATIENCE, "the program did not start");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // Kills the parent's whole group but the supervisor's program: what a SIGKILL of the command leaves behind.
    std::process::Command::new("pkill")
        .args(["-KILL", "-P", &parent.id().to_string(), "-x", "sh"])
        .status()
        .unwrap();
    std::process::Command::new("pkill")
        .args(["-KILL", "-f", "^sleep 300$", "-s", &parent.id().to_string()])
        .status()
        .unwrap();
    parent.kill().unwrap();
    parent.wait().unwrap();
    gone(&tag).await;
}

#[tokio::test]
async fn long_lines_and_floods_are_cut_and_do_not_block() {
    let mut limits = limits();
    (limits.line_bytes, limits.output_bytes) = (1 << 10, 1 << 20);
    for driver in drivers(limits) {
        let (ended, lines) =
            run(&driver, script("long", "head -c 3000000 /dev/zero | tr '\\0' x; echo; echo end")).await;
        let ended = ended.unwrap();
        assert!(ended.cut && ended.code == 0);
        assert!(lines.iter().all(|line| line.len() <= (1 << 10) + 4));
    }
}

#[tokio::test]
async fn a_program_that_is_not_there_says_so() {
    for driver in drivers(limits()) {
        let (ended, _) = run(&driver, Invocation::new("/no/such/program", "/tmp")).await;
        let error = ended.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::NotFound), "{error}");
        assert!(error.to_string().contains("/no/such/program"), "{error}");
    }
}

#[tokio::test]
async fn a_leader_that_is_gone_does_not_hang_on_its_grandchild() {
    for driver in drivers(limits()) {
        let begun = Instant::now();
        let (ended, lines) = run(&driver, script("hold", "(sleep 300) & echo bye")).await;
        assert_eq!((ended.unwrap().code, lines.as_slice()), (0, &["Out bye".to_owned()][..]));
        // The grandchild would hold it for 300 s.
        assert!(begun.elapsed() < PATIENCE);
    }
}

#[test]
fn the_guarantee_is_said_and_secrets_are_not() {
    let [plain, supervised] = drivers(limits());
    assert_eq!((plain.guarantee(), supervised.guarantee()), (Guarantee::ProcessGroup, Guarantee::Supervised));
    let shown = format!("{:?}", script("x", "y").variable("KEY", "sk-secret"));
    assert!(shown.contains("KEY") && !shown.contains("sk-secret"), "{shown}");
}
