//! Code in Markdown: spans and blocks that their content cannot close, in languages that no forge acts on.

use super::clean::visible;
use super::commands::{Spelling, disarm};
use super::{unmarked, up_to};

/// Longest block, in bytes.
const MAX_BYTES: usize = 64 << 10;

/// Languages that code blocks may name. Forges run, draw or apply the content of some others (`mermaid`, `suggestion`,
/// GitLab's `query`, some thirty Kroki diagrams) and keep adding to them; those listed here are only highlighted.
const LANGUAGES: &str = "\
    ada asm awk bash bat bazel c c++ cc clj clojure cmake cmd cobol cpp cs csharp css csv cuda cxx \
    cython dart diff dockerfile elixir elm env erl erlang ex exs f90 fish fortran fs fsharp gherkin glsl \
    go gradle graphql groovy h haml handlebars hbs hcl hh hpp hs haskell htm html http ini ipynb java \
    javascript jinja jl js json json5 jsonc jsonl jsonnet jsp jsx julia kotlin kt kts less liquid lisp \
    lock log lua m makefile markdown matlab md mdx mjs mk ml mm mod mustache nasm nim nix objc \
    objective-c ocaml pas pascal patch perl php pl plaintext pm podspec powershell prisma prolog \
    properties proto protobuf ps1 psm1 pug py pyi python r rake razor rb re rego rs rst ruby rust s sass \
    sbt scala scheme scm scss sh shell sol solidity sql starlark sum sv svelte swift systemverilog tcl \
    terraform text tf thrift toml ts tsv tsx twig txt typescript v vb vbnet verilog vhdl vim vue wasm \
    wat xhtml xml xsd xsl xslt yaml yml zig zsh";

/// Returns the language to write for an info string: a listed one, `text` for any other, nothing for none.
pub(crate) fn language(info: &str) -> String {
    let end = info.find(|c: char| c.is_whitespace() || ",;{".contains(c)).unwrap_or(info.len());
    let name = info.get(..end).unwrap_or_default().to_ascii_lowercase();
    match LANGUAGES.split(' ').any(|known| known == name) {
        true => name,
        false if info.trim().is_empty() => String::new(),
        false => "text".to_owned(),
    }
}

/// Writes a code block, including its fences.
pub(crate) fn fenced(text: &str, info: &str) -> String {
    let (text, cut) = up_to(text, MAX_BYTES);
    let text = unmarked(&visible(text));
    let mut text =
        super::clean::wieldy(disarm(&text, Spelling::Backslash).trim_end_matches('\n')).into_owned();
    if cut {
        text.push_str("\n(cut here)");
    }
    let fence = marks(&text);
    format!("{fence}{}\n{text}\n{fence}", language(info))
}

/// Returns a fence that the content cannot close.
pub(crate) fn marks(text: &str) -> String {
    "`".repeat(longest_run(text).max(2) + 1)
}

/// Writes a code span on one line. In a table some parsers end the cell at a bar inside code, however it is escaped;
/// there the code is split, with the bars between the spans.
pub(crate) fn span(text: &str, in_table: bool) -> String {
    let text = on_one_line(text);
    if in_table && text.contains('|') {
        let parts: Vec<String> = text.split('|').map(|part| plain_span(part, "")).collect();
        return parts.join("&#124;");
    }
    plain_span(&text, "` `")
}

fn plain_span(text: &str, blank: &str) -> String {
    if text.trim().is_empty() {
        return blank.to_owned();
    }
    let fence = "`".repeat(longest_run(text) + 1);
    let stripped = text.starts_with(' ') && text.ends_with(' ');
    let pad = if text.starts_with('`') || text.ends_with('`') || stripped { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Returns the content of a code span: one line, without commands.
pub(crate) fn on_one_line(text: &str) -> String {
    let text = unmarked(&visible(text)).replace(['\n', '\t'], " ");
    disarm(&super::clean::wieldy(&text), Spelling::Backslash).into_owned()
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_not_closed_by_its_content() {
        assert_eq!(span("a ` b", false), "``a ` b``");
        assert_eq!(span("`", false), "`` ` ``");
        assert_eq!(span(" x ", false), "`  x  `");
        assert_eq!(span("a\\|<b>", true), "`a\\`&#124;`<b>`");
        assert_eq!(fenced("```\nx\n```\n", "go x`y"), "````go\n```\nx\n```\n````");
    }

    #[test]
    fn languages_that_a_forge_acts_on_are_text() {
        let active = [
            // GitLab's Kroki, PlantUML, formulas, queries and tables; GitHub's maps and solids; both forges' edits.
            "actdiag",
            "blockdiag",
            "bpmn",
            "bytefield",
            "c4plantuml",
            "d2",
            "dbml",
            "diagramsnet",
            "ditaa",
            "erd",
            "excalidraw",
            "graphviz",
            "mermaid",
            "nomnoml",
            "nwdiag",
            "packetdiag",
            "pikchr",
            "plantuml",
            "rackdiag",
            "seqdiag",
            "structurizr",
            "svgbob",
            "symbolator",
            "tikz",
            "umlet",
            "vega",
            "vegalite",
            "wavedrom",
            "wireviz",
            "math",
            "query",
            "glql",
            "json:table",
            "geojson",
            "topojson",
            "stl",
            "suggestion",
            "suggestion:-0+1",
            "Mermaid",
            "kroki",
            "puml",
            "dot",
            "html_inline",
        ];
        for name in active {
            assert_eq!(language(name), "text", "{name}");
        }
        assert_eq!(
            (language("Rust,ignore"), language("json"), language("")),
            ("rust".into(), "json".into(), String::new())
        );
    }
}
