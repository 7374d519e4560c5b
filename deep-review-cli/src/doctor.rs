//! `deep-review doctor`: what works on this machine, before money is spent.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use clap::Args as ClapArgs;
use deep_review::git::GitRepository;
use deep_review::{Cancel, Error, ErrorKind, Registry, Result, ReviewerSpec};

use super::exit::{self, Exit};
use super::{config, output};

/// How long a program may take to tell its version.
const VERSION_TIME: Duration = Duration::from_secs(20);

/// Arguments of `doctor`.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct DoctorArgs {
    /// The repository, or a folder in it.
    #[arg(long, value_name = "DIR")]
    pub(crate) repo: Option<PathBuf>,
    /// A reviewer to look at; may be repeated. Default: those of your configuration.
    #[arg(long, value_name = "SPEC")]
    pub(crate) reviewer: Vec<ReviewerSpec>,
    /// Also start each agent program with --version, and ask each model's address for its list of models. Neither costs
    /// anything, but the second one sends your key there.
    #[arg(long)]
    pub(crate) probe: bool,
}

/// How a thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Ok,
    /// It is not there, which need not matter.
    Absent,
    Note,
    Broken,
}

/// What was found, in order.
#[derive(Debug, Default)]
struct Findings(Vec<(State, String)>);

impl Findings {
    fn add(&mut self, state: State, text: impl Into<String>) {
        self.0.push((state, text.into()));
    }

    fn is_broken(&self) -> bool {
        self.0.iter().any(|(state, _)| *state == State::Broken)
    }

    fn shown(&self) -> String {
        let line = |(state, text): &(State, String)| {
            let word = match state {
                State::Ok => "ok",
                State::Absent => "-",
                State::Note => "note",
                State::Broken => "BROKEN",
            };
            let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            format!("{word:<7} {text}\n")
        };
        self.0.iter().map(line).collect()
    }
}

pub(crate) fn run(args: &DoctorArgs, registry: &Registry, cancel: &Cancel) -> Result<Exit> {
    let mut found = Findings::default();
    git(args, cancel, &mut found);
    sandbox(&mut found)?;
    #[cfg(unix)]
    programs(args.probe, &mut found);
    keys(registry, &mut found);
    let specs = match args.reviewer.as_slice() {
        [] => match config::user().and_then(|user| user.specs()) {
            Ok(specs) => specs,
            Err(error) => {
                found.add(State::Broken, format!("your configuration: {error}"));
                Vec::new()
            }
        },
        named => named.to_vec(),
    };
    for spec in &specs {
        reviewer(spec, args.probe, registry, cancel, &mut found)?;
    }
    output::print(&found.shown())?;
    Ok(if found.is_broken() { exit::INCOMPLETE } else { exit::DONE })
}

fn git(args: &DoctorArgs, cancel: &Cancel, found: &mut Findings) {
    match version("git".as_ref()) {
        Ok(version) => found.add(State::Ok, version),
        Err(error) => found.add(State::Broken, format!("git: {error}")),
    }
    let folder = args.repo.clone().unwrap_or_else(|| PathBuf::from("."));
    match GitRepository::open(&folder, cancel) {
        Ok(_) => found.add(State::Ok, format!("a repository: {}", folder.display())),
        // Without --repo, the folder is only where the user happens to be.
        Err(error) if args.repo.is_none() && error.kind() == ErrorKind::NotFound => {
            found.add(State::Absent, "this folder is in no repository");
        }
        Err(error) => {
            found.add(if args.repo.is_some() { State::Broken } else { State::Absent }, error.to_string())
        }
    }
}

/// What keeps agent programs within their checkout here.
#[cfg(unix)]
fn sandbox(found: &mut Findings) -> Result<()> {
    use deep_review::agents::process::{Driver, Limits, supervisor};

    let driver = Driver::new(Limits::default());
    let driver = match supervisor::own_program() {
        Some(program) => driver.supervised_by(program),
        None => driver,
    };
    let protection = runtime()?.block_on(driver.protection());
    if protection.is_enforced() {
        found.add(State::Ok, format!("agent programs are confined by {}", protection.as_str()));
    } else {
        found.add(
            State::Note,
            "nothing confines agent programs here; their checkout is compared before and after (install bubblewrap)",
        );
    }
    Ok(())
}

#[cfg(not(unix))]
fn sandbox(found: &mut Findings) -> Result<()> {
    found.add(State::Absent, "agent programs need a Unix");
    Ok(())
}

#[cfg(unix)]
fn programs(probe: bool, found: &mut Findings) {
    for program in deep_review::backends::agent_programs() {
        let Some(path) = &program.path else {
            found.add(State::Absent, format!("{}: `{}` is not installed", program.backend, program.name));
            continue;
        };
        let place = path.display();
        let told = match &program.version {
            Some(version) => format!("version {version}"),
            None if probe => match version(path) {
                Ok(version) => version,
                Err(error) => {
                    found.add(State::Broken, format!("{}: {place}: {error}", program.backend));
                    continue;
                }
            },
            None => "its version is not asked for without --probe".to_owned(),
        };
        let note = program.note.as_ref().map(|note| format!("; {note}")).unwrap_or_default();
        let state = if program.note.is_some() { State::Note } else { State::Ok };
        found.add(state, format!("{}: {place}, {told}{note}", program.backend));
    }
}

/// Which keys are set. Their values are looked at by nobody.
fn keys(registry: &Registry, found: &mut Findings) {
    let mut names: Vec<&str> = registry.backends().flat_map(|backend| backend.keys.iter().copied()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let users: Vec<&str> = registry
            .backends()
            .filter(|backend| backend.keys.contains(&name))
            .map(|backend| backend.name.as_str())
            .collect();
        let users = users.join(", ");
        match std::env::var(name) {
            Ok(value) if value.trim().is_empty() => {
                found.add(State::Note, format!("{name} is set, but empty (for {users})"))
            }
            Ok(value) if value.trim() != value => {
                found.add(State::Note, format!("{name} is set, with spaces around it (for {users})"));
            }
            Ok(_) => found.add(State::Ok, format!("{name} is set (for {users})")),
            Err(_) => found.add(State::Absent, format!("{name} is not set (for {users})")),
        }
    }
}

fn reviewer(
    spec: &ReviewerSpec,
    probe: bool,
    registry: &Registry,
    cancel: &Cancel,
    found: &mut Findings,
) -> Result<()> {
    if let Err(error) = registry.make(spec) {
        found.add(State::Broken, format!("{spec}: {error}"));
        return Ok(());
    }
    if !probe {
        found.add(State::Ok, format!("{spec}: can be made; --probe tells whether it can be reached"));
        return Ok(());
    }
    let backend = registry.backend(spec)?;
    match runtime()?.block_on(backend.probe(spec, cancel.clone())) {
        Ok(Some(told)) => found.add(State::Ok, format!("{spec}: {told}")),
        Ok(None) => {
            found.add(State::Ok, format!("{spec}: can be made; this backend has nothing to ask without cost"))
        }
        Err(error) => found.add(State::Broken, format!("{spec}: {error}")),
    }
    Ok(())
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::from(error).with_operation("starting a runtime"))
}

/// The first line that a program says to `--version`, in a cleared environment. It is stopped when it takes too long.
fn version(program: &std::path::Path) -> Result<String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut child = Command::new(program)
        .arg("--version")
        .env_clear()
        .env("PATH", path)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let begun = Instant::now();
    while child.try_wait()?.is_none() {
        if begun.elapsed() > VERSION_TIME {
            let _ = child.kill();
            let _ = child.wait();
            return Err(Error::new(ErrorKind::Timeout, "it did not tell its version in time"));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let output = child.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    match text.lines().next().map(str::trim).filter(|line| !line.is_empty()) {
        Some(line) if output.status.success() => Ok(line.chars().take(100).collect()),
        _ => Err(Error::new(ErrorKind::InvalidAnswer, "it does not tell its version")),
    }
}
