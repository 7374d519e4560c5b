//! The suite of [`SourceTree`].

use review_core::{Answer, Cancel, Query, Side, SourceTree};

use super::{SuiteReport, ensure};

/// The content that a tree under test must have.
///
/// At head: `src/main.rs` with the three lines `fn main() {`, `    run();`, `}`; `docs/notes.md` with one line `run();`.
/// At base: `src/main.rs` with the two lines `fn main() {`, `}`; `old.txt` with one line `gone`.
#[derive(Clone, Copy, Debug)]
pub struct TreeFixture;

impl TreeFixture {
    /// The files at head.
    pub const HEAD: &'static [(&'static str, &'static str)] =
        &[("src/main.rs", "fn main() {\n    run();\n}\n"), ("docs/notes.md", "run();\n")];
    /// The files at base.
    pub const BASE: &'static [(&'static str, &'static str)] =
        &[("src/main.rs", "fn main() {\n}\n"), ("old.txt", "gone\n")];
}

/// Runs the suite over a tree that holds the [`TreeFixture`].
#[must_use = "call assert_conforms"]
pub fn source_tree(tree: &dyn SourceTree) -> SuiteReport {
    let mut report = SuiteReport::default();
    let ask = |query: Query| -> Result<review_core::Fact, String> {
        let facts =
            tree.answer(std::slice::from_ref(&query), &Cancel::new()).map_err(|error| error.to_string())?;
        let [fact] = facts.as_slice() else { return Err(format!("{} facts for one query", facts.len())) };
        ensure(fact.query == query, "the fact answers another query")?;
        Ok(fact.clone())
    };
    let text = |side, path: &str| ask(Query::file(side, path)).map(|fact| fact.text.unwrap_or_default());

    for (name, side, files) in
        [("has the head", Side::Head, TreeFixture::HEAD), ("has the base", Side::Base, TreeFixture::BASE)]
    {
        let check = files.iter().try_for_each(|(path, content)| {
            let found = text(side, path)?;
            ensure(found == *content, format!("{path} reads {found:?}"))
        });
        report.check(name, check);
    }
    report.check("a file of the other side is missing", {
        ask(Query::file(Side::Head, "old.txt"))
            .and_then(|fact| ensure(fact.answer == Answer::Missing, format!("{:?}", fact.answer)))
    });
    report.check(
        "paths that lead out are missing",
        ["/etc/passwd", "../x", "src/../../etc/passwd", "", "."].iter().try_for_each(|path| {
            let fact = ask(Query::file(Side::Head, *path))?;
            ensure(!matches!(fact.answer, Answer::Text { .. }), format!("`{path}` was read"))
        }),
    );
    report.check("a folder is not a file", {
        ask(Query::file(Side::Head, "src")).and_then(|fact| {
            ensure(!matches!(fact.answer, Answer::Text { .. }), "the folder was read as text")
        })
    });
    report.check("finds paths by their end", {
        ask(Query::PathsEnding { side: Side::Head, suffix: "main.rs".into() }).and_then(|fact| {
            match fact.answer {
                Answer::Paths { paths, complete: true } => {
                    ensure(paths == ["src/main.rs"], format!("{paths:?}"))
                }
                other => Err(format!("{other:?}")),
            }
        })
    });
    report.check("a path's end stands at a slash", {
        ask(Query::PathsEnding { side: Side::Head, suffix: "ain.rs".into() }).and_then(|fact| {
            match fact.answer {
                Answer::Paths { paths, .. } => ensure(paths.is_empty(), format!("{paths:?}")),
                other => Err(format!("{other:?}")),
            }
        })
    });
    report.check("lists what is below a folder", {
        let below = |folder: &str, limit| {
            ask(Query::Paths { side: Side::Head, folder: folder.into(), limit }).map(|fact| fact.answer)
        };
        let listed = |answer: Answer, wanted: &[&str], whole| match answer {
            Answer::Paths { paths, complete } => {
                ensure(paths == wanted && complete == whole, format!("{paths:?}, complete: {complete}"))
            }
            other => Err(format!("{other:?}")),
        };
        below("", 9)
            .and_then(|answer| listed(answer, &["docs/notes.md", "src/main.rs"], true))
            .and_then(|()| listed(below("src", 9)?, &["src/main.rs"], true))
            .and_then(|()| listed(below("sr", 9)?, &[], true))
            .and_then(|()| listed(below("", 1)?, &["docs/notes.md"], false))
    });
    match ask(Query::Log { path: "src/main.rs".into(), limit: 9 }).map(|fact| fact.answer) {
        Ok(Answer::Unknown { reason }) => {
            report.skip("the history leads out of the tree nowhere", &format!("it has no history: {reason}"));
        }
        answer => report.check("the history leads out of the tree nowhere", {
            let inside = matches!(answer, Ok(Answer::Commits { .. }));
            ensure(inside, format!("{answer:?}")).and_then(|()| {
                ["../x", "/etc"].iter().try_for_each(|path| {
                    let log = ask(Query::Log { path: (*path).into(), limit: 9 })?.answer;
                    let patch = ask(Query::Patch { commit: "HEAD".into(), path: (*path).into() })?.answer;
                    ensure(
                        log == Answer::Missing && matches!(patch, Answer::Missing | Answer::Unknown { .. }),
                        format!("`{path}`: {log:?}, {patch:?}"),
                    )
                })
            })
        }),
    }
    report.check("searches as written, ordered", {
        search(&ask, "run();", 10).and_then(|(places, complete)| {
            ensure(
                places == ["docs/notes.md:1", "src/main.rs:2"] && complete,
                format!("{places:?}, complete: {complete}"),
            )
        })
    });
    report.check("a search is literal", {
        search(&ask, "run.", 10).and_then(|(places, _)| ensure(places.is_empty(), format!("{places:?}")))
    });
    report.check("a limited search says that there is more", {
        search(&ask, "run();", 1).and_then(|(places, complete)| {
            ensure(places.len() == 1 && !complete, format!("{places:?}, {complete}"))
        })
    });
    report.check("same tree, same facts", {
        let query = Query::file(Side::Head, "src/main.rs");
        ask(query.clone()).and_then(|first| ensure(ask(query)? == first, "two answers differ"))
    });
    report.check("keeps the order of the queries", {
        let queries = [Query::file(Side::Base, "old.txt"), Query::file(Side::Head, "docs/notes.md")];
        tree.answer(&queries, &Cancel::new()).map_err(|error| error.to_string()).and_then(|facts| {
            let order: Vec<_> = facts.iter().map(|fact| fact.query.clone()).collect();
            ensure(order == queries, format!("{order:?}"))
        })
    });
    report.check("a cancelled call ends", {
        let cancel = Cancel::new();
        cancel.cancel();
        match tree.answer(&[Query::file(Side::Head, "src/main.rs")], &cancel) {
            Err(error) if !error.is_cancelled() => Err(error.to_string()),
            _ => Ok(()),
        }
    });
    report
}

fn search(
    ask: &dyn Fn(Query) -> Result<review_core::Fact, String>,
    needle: &str,
    limit: u32,
) -> Result<(Vec<String>, bool), String> {
    match ask(Query::Search { side: Side::Head, needle: needle.into(), limit })?.answer {
        Answer::Hits { hits, complete } => {
            Ok((hits.iter().map(|hit| format!("{}:{}", hit.path, hit.line)).collect(), complete))
        }
        other => Err(format!("{other:?}")),
    }
}
