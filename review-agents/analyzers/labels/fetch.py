#!/usr/bin/env python3
"""Fetches the package versions of packages.tsv and lays each package out as a git repository, one commit a version.

    fetch.py DEST [PACKAGE...]

Uses the registries' ordinary clients (pip, npm, cargo, apt-get). Nothing of a package is run: wheels and packed
tarballs are unpacked, crates are vendored, Debian sources are only downloaded. What can't be had is named and left out.
"""
import os, pathlib, shutil, subprocess, sys, tarfile, tempfile, zipfile

HERE = pathlib.Path(__file__).resolve().parent
DEBIAN_SUITES = ["bullseye", "bookworm", "bookworm-backports", "trixie", "trixie-backports", "forky", "sid"]


def run(*args, cwd=None, env=None):
    return subprocess.run(args, cwd=cwd, env=env, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True).stdout


def unpack(archive, into):
    into.mkdir(parents=True, exist_ok=True)
    if archive.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(archive) as file:
            file.extractall(into)
    else:
        with tarfile.open(archive) as file:
            file.extractall(into, filter="data")
    inner = [path for path in into.iterdir()]
    return inner[0] if len(inner) == 1 and inner[0].is_dir() else into


def pypi(name, version, work):
    run("pip", "download", "-q", "--no-deps", "--only-binary=:all:", f"{name}=={version}", cwd=work)
    tree = unpack(next(work.glob("*.whl")), work / "tree")
    for info in list(tree.glob("*.dist-info")) + list(tree.rglob("*.so")):
        shutil.rmtree(info) if info.is_dir() else info.unlink()
    return tree if not (tree.parent == work / "tree" and tree.name != "tree") else tree.parent


def npm(name, version, work):
    run("npm", "pack", "--silent", f"{name}@{version}", cwd=work)
    return unpack(next(work.glob("*.tgz")), work / "tree")


def crates(name, version, work):
    (work / "src").mkdir()
    (work / "src/lib.rs").write_text("")
    (work / "Cargo.toml").write_text(
        f'[package]\nname = "scratch"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n{name} = {{ version = "={version}", default-features = false }}\n'
    )
    run("cargo", "vendor", "--quiet", "--versioned-dirs", "vendor", cwd=work)
    tree = work / "vendor" / f"{name}-{version}"
    for extra in (".cargo-checksum.json", "Cargo.lock", "Cargo.toml.orig", ".cargo_vcs_info.json"):
        (tree / extra).unlink(missing_ok=True)
    return tree


def debian_options(dest):
    home = dest / ".apt"
    for folder in ("state/lists/partial", "cache/archives/partial"):
        (home / folder).mkdir(parents=True, exist_ok=True)
    sources = home / "sources.list"
    if not sources.exists():
        key = "[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
        lines = [f"{kind} {key} http://deb.debian.org/debian {suite} main" for suite in DEBIAN_SUITES for kind in ("deb", "deb-src")]
        lines += [
            f"deb-src {key} http://deb.debian.org/debian-security {suite}-security main"
            for suite in ("bullseye", "bookworm", "trixie")
        ]
        sources.write_text("\n".join(lines) + "\n")
    return [
        "-o", "Dir::State::status=/dev/null", "-o", f"Dir::Etc::sourcelist={sources}", "-o", "Dir::Etc::sourceparts=-",
        "-o", f"Dir::State={home}/state", "-o", f"Dir::Cache={home}/cache", "-o", "APT::Sandbox::User=root",
    ]


def debian(name, version, work, options):
    run("apt-get", *options, "source", "--download-only", "-qq", f"{name}={version}", cwd=work)
    archive = next(path for path in work.iterdir() if ".orig.tar" in path.name and not path.name.endswith(".asc"))
    return unpack(archive, work / "tree")


def golang(name, version, work, options):
    """The sources of a Go package, as Debian's -dev packages install them."""
    run("apt-get", *options, "download", "-qq", f"{name}={version}", cwd=work)
    run("dpkg-deb", "-x", str(next(work.glob("*.deb"))), "tree", cwd=work)
    return work / "tree/usr/share/gocode/src"


def deb(name, version, work, options):
    """What a package of Debian installs, its documentation aside."""
    run("apt-get", *options, "download", "-qq", f"{name}={version}", cwd=work)
    run("dpkg-deb", "-x", str(next(work.glob("*.deb"))), "tree", cwd=work)
    for extra in ("usr/share/doc", "usr/share/man", "usr/share/locale", "var"):
        shutil.rmtree(work / "tree" / extra, ignore_errors=True)
    return work / "tree"


def commit(repository, tree, version):
    for entry in repository.iterdir():
        if entry.name != ".git":
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    shutil.copytree(tree, repository, symlinks=True, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".git", ".gitignore", ".gitattributes"))
    env = dict(os.environ, GIT_AUTHOR_DATE="2026-01-01T00:00:00Z", GIT_COMMITTER_DATE="2026-01-01T00:00:00Z")
    who = ["-c", "user.name=histories", "-c", "user.email=h@example.invalid", "-c", "core.autocrlf=false"]
    run("git", *who, "add", "-A", "-f", ".", cwd=repository, env=env)
    run("git", *who, "commit", "-q", "--allow-empty", "-m", version, cwd=repository, env=env)
    run("git", "tag", "-f", f"v/{version}".replace("~", "-").replace(":", "-"), cwd=repository)


def main():
    dest = pathlib.Path(sys.argv[1]).resolve()
    wanted = set(sys.argv[2:])
    dest.mkdir(parents=True, exist_ok=True)
    options = None
    for line in (HERE / "packages.tsv").read_text().splitlines():
        if line.startswith("#") or not line.strip():
            continue
        ecosystem, name, _, versions = line.split("\t")
        if wanted and name not in wanted:
            continue
        repository = dest / f"{ecosystem}-{name.replace('/', '-')}"
        if (repository / ".git").exists():
            continue
        repository.mkdir()
        run("git", "init", "-q", "-b", "main", cwd=repository)
        if ecosystem in ("debian", "golang", "deb") and options is None:
            options = debian_options(dest)
            run("apt-get", *options, "update", "-qq")
        for version in versions.split():
            with tempfile.TemporaryDirectory(dir=dest) as folder:
                work = pathlib.Path(folder)
                try:
                    if ecosystem in ("debian", "golang", "deb"):
                        tree = globals()[ecosystem](name, version, work, options)
                    else:
                        tree = globals()[ecosystem](name, version, work)
                    commit(repository, tree, version)
                except (subprocess.CalledProcessError, StopIteration, OSError) as error:
                    print(f"{name} {version}: {getattr(error, 'stderr', '') or error}".strip()[:300], flush=True)
        print(f"{repository.name}: {len(versions.split())} versions", flush=True)


main()
