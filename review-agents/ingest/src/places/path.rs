//! Paths: what looks like one, and how it becomes relative to the repository's root.

use review_core::{is_absolute_path, normalise_path};

use crate::text::cut;

/// Extensions that make a bare name such as `pool.rs` a file name. Without a slash or a line, any other
/// `word.word` is more likely code (`client.Stop`) than a file. Sorted: looked up by halves.
const EXTENSIONS: &[&str] = &[
    "adoc",
    "asm",
    "astro",
    "awk",
    "bash",
    "bat",
    "bats",
    "bazel",
    "bzl",
    "c",
    "cc",
    "cfg",
    "cjs",
    "clj",
    "cmake",
    "cmd",
    "conf",
    "cpp",
    "cs",
    "csproj",
    "css",
    "csv",
    "cts",
    "cu",
    "cue",
    "cxx",
    "dart",
    "diff",
    "dockerfile",
    "edn",
    "ejs",
    "elm",
    "env",
    "erb",
    "erl",
    "ex",
    "example",
    "exs",
    "f90",
    "fish",
    "fs",
    "fsx",
    "gitignore",
    "go",
    "gql",
    "gradle",
    "graphql",
    "groovy",
    "h",
    "haml",
    "hbs",
    "hcl",
    "hh",
    "hpp",
    "hrl",
    "hs",
    "htm",
    "html",
    "hxx",
    "in",
    "ini",
    "ipynb",
    "java",
    "jinja",
    "jl",
    "js",
    "json",
    "json5",
    "jsonc",
    "jsonl",
    "jsx",
    "kt",
    "kts",
    "less",
    "lock",
    "lua",
    "m",
    "mak",
    "manifest",
    "md",
    "mdx",
    "mjs",
    "mk",
    "ml",
    "mli",
    "mm",
    "mod",
    "mts",
    "nim",
    "nix",
    "patch",
    "pem",
    "php",
    "pl",
    "plist",
    "pm",
    "po",
    "properties",
    "proto",
    "ps1",
    "psm1",
    "py",
    "pyi",
    "pyx",
    "r",
    "rake",
    "rb",
    "rego",
    "rs",
    "rst",
    "rules",
    "s",
    "sample",
    "sass",
    "scala",
    "scm",
    "scss",
    "service",
    "sh",
    "sln",
    "snap",
    "socket",
    "sol",
    "spec",
    "sql",
    "sum",
    "sv",
    "svelte",
    "svg",
    "swift",
    "target",
    "tcl",
    "templ",
    "tex",
    "tf",
    "tfvars",
    "thrift",
    "tmpl",
    "toml",
    "tpl",
    "ts",
    "tsbuildinfo",
    "tsx",
    "txt",
    "v",
    "vb",
    "vhd",
    "vim",
    "vue",
    "wat",
    "work",
    "xhtml",
    "xml",
    "xsd",
    "yaml",
    "yml",
    "zig",
    "zsh",
];

/// File names without an extension.
const NAMES: &[&str] = &[
    "Makefile",
    "GNUmakefile",
    "makefile",
    "Dockerfile",
    "Containerfile",
    "LICENSE",
    "README",
    "CHANGELOG",
    "Gemfile",
    "Rakefile",
    "Procfile",
    "Vagrantfile",
    "Jenkinsfile",
    "CODEOWNERS",
    "BUILD",
    "WORKSPACE",
    "NOTICE",
    "AUTHORS",
    "VERSION",
    "Justfile",
    "justfile",
    "Brewfile",
    "Podfile",
    "Fastfile",
    "Earthfile",
    "Tiltfile",
    "Caddyfile",
    "COPYING",
    "CONTRIBUTING",
];

/// Absolute paths of checkouts, longest first, each ending in `/`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Roots {
    roots: Vec<String>,
}

impl Roots {
    /// From what the caller gave.
    pub(crate) fn new<'a>(given: impl IntoIterator<Item = &'a str>) -> Self {
        let mut roots = Self::default();
        for root in given {
            roots.add(root);
        }
        roots
    }

    /// Adds one; at most 64 are kept, so that a document can't make look-ups slow.
    pub(crate) fn add(&mut self, root: &str) {
        let mut root = normalise_path(root);
        if !root.ends_with('/') {
            root.push('/');
        }
        if root.len() > 1 && !self.roots.contains(&root) && self.roots.len() < 64 {
            self.roots.push(root);
            self.roots.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        }
    }

    fn strip<'a>(&self, path: &'a str) -> Option<&'a str> {
        self.roots.iter().find_map(|root| {
            path.strip_prefix(root.as_str())
                // `/private/tmp/x` and `/tmp/x` are the same folder on a Mac.
                .or_else(|| path.strip_prefix("/private")?.strip_prefix(root.as_str()))
        })
    }

    /// A path as repositories spell it: `/` between parts, no checkout prefix, no `./`, no `a/` or `b/` of
    /// a diff. An absolute path under no known root stays as it is.
    pub(crate) fn clean(&self, raw: &str) -> String {
        let path = normalise_path(raw);
        if let Some(rest) = self.strip(&path) {
            return rest.trim_start_matches('/').to_owned();
        }
        if is_absolute_path(&path) {
            return path;
        }
        for prefix in ["a/", "b/"] {
            // `a/b.go` alone may be a real folder; a diff's prefix stands before a longer path.
            if let Some(after) = path.strip_prefix(prefix)
                && after.contains('/')
            {
                return after.to_owned();
            }
        }
        path
    }
}

/// The path of an absolute address or path; `None` when it is relative.
pub(crate) fn absolute(uri: &str) -> Option<String> {
    let path = normalise_path(uri);
    (uri.trim().starts_with("file:") || is_absolute_path(&path) || path == "/").then_some(path)
}

/// An address under its base.
pub(crate) fn join(base: &str, uri: &str) -> String {
    if base.is_empty() || absolute(uri).is_some() {
        return uri.to_owned();
    }
    format!("{}/{}", base.trim_end_matches('/'), uri.trim_start_matches("./"))
}

fn is_extension(extension: &str) -> bool {
    EXTENSIONS.binary_search(&extension).is_ok()
        || (extension.bytes().any(|byte| byte.is_ascii_uppercase())
            && EXTENSIONS.binary_search(&extension.to_ascii_lowercase().as_str()).is_ok())
}

/// Whether the text can be a path at all: its characters and its length.
pub(crate) fn has_path_characters(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 1024
        && text.chars().all(|c| {
            c.is_alphanumeric()
                || matches!(
                    c,
                    '/' | '.'
                        | '_'
                        | '-'
                        | '+'
                        | '@'
                        | '~'
                        | '\\'
                        | ':'
                        | '%'
                        | '$'
                        | '['
                        | ']'
                        | '#'
                        | ','
                        | '='
                        | '('
                        | ')'
                )
        })
        && text.chars().any(char::is_alphanumeric)
        && (!text.contains(['(', ')']) || text.split(['/', '\\']).all(is_group))
}

/// A part of a path that has no round brackets, or those of a route group: `(shop)`, `(.)photo`, `@modal`.
fn is_group(part: &str) -> bool {
    let Some(inner) = part.strip_prefix('(') else { return !part.contains(['(', ')']) };
    let Some((name, rest)) = inner.split_once(')') else { return false };
    let name_ok = !name.is_empty() && !name.contains(['(', '@', ':', ',', ' ']);
    // `(..)(..)photo`
    name_ok && (rest.is_empty() || is_group(rest))
}

/// Whether the last part of the path is a file name by its extension or by itself.
pub(crate) fn is_file_name(path: &str) -> bool {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    if NAMES.contains(&name) {
        return true;
    }
    match name.rsplit_once('.') {
        // `.gitignore`, `.eslintrc`
        Some(("", rest)) => {
            rest.len() > 2 && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        }
        Some((stem, extension)) => {
            extension.len() <= 12 && is_extension(extension) && stem.chars().any(char::is_alphanumeric)
        }
        None => false,
    }
}

/// When an absolute path ends in a relative path that the same reviewer wrote, what stands before is the
/// root of its checkout.
pub(crate) fn learn_root(relative: &str, absolute: &str) -> Option<String> {
    let absolute = absolute.replace('\\', "/");
    let rooted = absolute.starts_with('/') || cut(&absolute, 1..3) == ":/";
    if !rooted || relative.starts_with('/') || !relative.contains('/') || relative.starts_with("..") {
        return None;
    }
    let root = absolute.strip_suffix(relative)?;
    (root.len() > 1 && root.ends_with('/')).then(|| root.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_relative_to_the_repository() {
        let roots = Roots::new(["/home/ann/work/shop"]);
        for (raw, clean) in [
            ("/home/ann/work/shop/src/cart.ts", "src/cart.ts"),
            ("file:///home/ann/work/shop/src/cart.ts", "src/cart.ts"),
            ("./src/cart.ts", "src/cart.ts"),
            ("b/src/cart.ts", "src/cart.ts"),
            ("a/cart.ts", "a/cart.ts"),
            ("src\\cart.ts", "src/cart.ts"),
            ("src/my%20cart.ts", "src/my cart.ts"),
            ("src//cart.ts", "src/cart.ts"),
            ("/elsewhere/cart.ts", "/elsewhere/cart.ts"),
            ("C:\\shop\\cart.ts", "C:/shop/cart.ts"),
            ("file:///C:/shop/cart.ts", "C:/shop/cart.ts"),
            ("file:/home/ann/work/shop/src/cart.ts", "src/cart.ts"),
            (" ../../etc/passwd", "../../etc/passwd"),
            ("src/./a/../cart.ts", "src/cart.ts"),
            ("`src/cart.ts`", "src/cart.ts"),
            ("app/\\(shop\\)/\\[id\\]/page.tsx", "app/(shop)/[id]/page.tsx"),
            ("\"caf\\351.txt\"", "\"caf\\351.txt\""),
        ] {
            assert_eq!(roots.clean(raw), clean, "{raw}");
        }
    }

    #[test]
    fn extensions_are_sorted_and_found() {
        assert!(EXTENSIONS.is_sorted());
        for name in ["a.rs", "b.yaml", "Makefile", ".gitignore", "x/README", "go.mod"] {
            assert!(is_file_name(name), "{name}");
        }
        for name in ["client.Stop", "v1.2", "e.g", "foo"] {
            assert!(!is_file_name(name), "{name}");
        }
    }

    #[test]
    fn a_checkout_is_learned_from_a_link() {
        assert_eq!(learn_root("src/a.go", "/tmp/w/src/a.go").as_deref(), Some("/tmp/w/"));
        assert_eq!(learn_root("a.go", "/tmp/w/src/a.go"), None);
    }
}
