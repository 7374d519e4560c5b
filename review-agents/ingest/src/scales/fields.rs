//! Names of fields: JSON keys, column heads of tables, and `Name: value` lines in prose.

use std::collections::BTreeMap;

use crate::text::normalize_words;

/// What a field of a finding, place, quote or document holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FieldName {
    /// The finding's label.
    Id,
    /// One line that says what is wrong.
    Title,
    /// The explanation.
    Body,
    /// How much it matters.
    Severity,
    /// How it relates to the change.
    Kind,
    /// What it is about.
    Category,
    /// The rule of a tool that it breaks.
    Rule,
    /// A file.
    Path,
    /// A line, or a range in one text.
    Line,
    /// The first line.
    StartLine,
    /// The last line.
    EndLine,
    /// The first column.
    Column,
    /// The column behind the last one.
    EndColumn,
    /// How many lines a range has, counted from its first.
    LineSpan,
    /// A place: text or object.
    Location,
    /// Several places.
    Locations,
    /// Quoted code.
    Quote,
    /// What would mend it, in words or as an object.
    Fix,
    /// A diff.
    Patch,
    /// Replacement lines.
    Replacement,
    /// How it fails.
    Scenario,
    /// The commit that brought it.
    IntroducedBy,
    /// The reviewer's own confidence.
    Confidence,
    /// Who reported it, in a published report.
    Reviewers,
    /// A list of findings.
    Findings,
    /// The summary.
    Summary,
    /// Another document as text or object.
    Wrapper,
}

/// Field names to what they hold. Names are compared without case, `_`, `-` and camel case.
#[derive(Clone, Debug)]
pub struct KeyTable {
    names: BTreeMap<String, FieldName>,
}

impl Default for KeyTable {
    fn default() -> Self {
        let mut table = Self { names: BTreeMap::new() };
        for (field, names) in NAMES {
            for name in *names {
                table.insert(name, *field);
            }
        }
        table
    }
}

impl KeyTable {
    /// Adds a name or changes what it means.
    pub fn insert(&mut self, name: &str, field: FieldName) {
        self.names.insert(key(name), field);
    }

    /// What a name means.
    pub fn get(&self, name: &str) -> Option<FieldName> {
        if name.len() > 48 {
            return None;
        }
        self.names.get(&key(name)).copied()
    }
}

/// `startLine`, `start_line` and `Start Line` are the same key.
fn key(name: &str) -> String {
    normalize_words(name).replace(' ', "")
}

#[rustfmt::skip]
const NAMES: &[(FieldName, &[&str])] = &[
    (FieldName::Id, &[
            "id", "label", "number", "no", "nr", "#", "finding id", "issue id", "ref", "key",
        ]),
    (
        FieldName::Title,
        &[
            "title", "summary line", "headline", "name", "subject", "issue", "finding",
            "short description", "heading", "problem title",
            "titel", "titre", "título", "titulo", "titolo", "überschrift", "标题", "タイトル",
        ],
    ),
    (
        FieldName::Body,
        &[
            "body", "description", "details", "detail", "message", "msg", "explanation", "problem",
            "comment", "text", "content", "rationale", "why", "impact", "analysis", "what", "note",
            "reason", "reasoning", "evidence", "markdown", "long description", "observation",
            "beschreibung", "meldung", "nachricht", "erklärung", "erklaerung", "begründung", "descripción", "descripcion",
            "mensaje", "descrizione", "messaggio", "descrição", "descricao", "mensagem", "beschrijving", "explication",
            "détails", "描述", "说明", "问题描述", "説明", "内容", "описание",
        ],
    ),
    (
        FieldName::Severity,
        &[
            "severity", "level", "priority", "importance", "sev", "criticality", "risk", "risk level",
            "impact level", "issue severity", "severity level",
            "schweregrad", "schwere", "dringlichkeit", "gravité", "gravite", "sévérité", "severite", "gravedad", "severidad",
            "gravità", "gravita", "gravidade", "severidade", "ernst", "严重性", "严重程度", "级别", "重要度", "重大度", "серьёзность",
        ],
    ),
    (FieldName::Rule, &[
            "rule", "rule id", "rule name", "check id", "check name", "regel id", "lint",
        ]),
    (FieldName::Kind, &[
            "kind", "classification", "class", "nature", "change relation",
        ]),
    (FieldName::Category, &[
            "category", "type", "issue type", "area", "topic", "tag", "dimension",
            "kategorie", "catégorie", "categorie", "categoría", "categoria", "类别", "分类", "カテゴリ",
        ]),
    (
        FieldName::Path,
        &[
            "path", "file", "filename", "file path", "file name", "relative file", "relevant file",
            "absolute file path", "source file", "uri", "filepath", "target file", "new path",
            "module path", "affected file", "datei", "dateiname", "dateipfad", "pfad", "fichier", "chemin", "archivo", "fichero",
            "ruta", "percorso", "arquivo", "caminho", "bestand", "文件", "文件路径", "路径", "ファイル", "файл",
        ],
    ),
    (
        FieldName::Line,
        &[
            "line", "lines", "line number", "line numbers", "lineno", "line range", "range", "row",
            "at line", "line no", "begin", "positions", "zeile", "zeilen", "ligne", "lignes", "línea", "linea", "líneas",
            "riga", "righe", "linha", "linhas", "regelnummer", "行", "行号", "行番号", "строка",
        ],
    ),
    (
        FieldName::StartLine,
        &[
            "start line", "line start", "start", "from line", "begin line", "first line",
            "start line number", "startline", "from", "start row", "original start line",
        ],
    ),
    (
        FieldName::EndLine,
        &[
            "end line", "line end", "end", "to line", "last line", "end line number", "to", "end row",
            "finish",
        ],
    ),
    (FieldName::Column, &[
            "column", "col", "start column", "column start", "start col", "column number", "character", "spalte", "colonne",
        ]),
    (FieldName::EndColumn, &[
            "end column", "column end", "end col",
        ]),
    (FieldName::LineSpan, &[
            "line count", "num lines", "line span",
        ]),
    (
        FieldName::Location,
        &[
            "location", "place", "code location", "loc", "where", "position", "file and line", "anchor",
            "site", "source location",
        ],
    ),
    (
        FieldName::Locations,
        &[
            "locations", "places", "files", "code locations", "occurrences", "affected files",
            "affected locations", "instances", "sites", "additional locations", "other locations", "related locations",
        ],
    ),
    (
        FieldName::Quote,
        &[
            "quote", "quotes", "code", "snippet", "code snippet", "existing code", "code excerpt",
            "excerpt", "current code", "problematic code", "quoted code",
        ],
    ),
    (
        FieldName::Fix,
        &[
            "fix", "suggested fix", "recommendation", "recommended fix", "remediation", "solution",
            "proposed fix", "resolution", "how to fix", "suggestion", "recommended change",
            "suggested change", "action", "proposed change", "fix suggestion", "fixes", "lösung", "loesung", "vorschlag",
            "empfehlung", "behebung", "correction", "correctif", "solución", "solucion", "soluzione", "solução", "solucao",
            "recomendación", "recomendação", "修复建议", "建议", "修正案",
        ],
    ),
    (FieldName::Patch, &[
            "patch", "diff", "suggested diff", "fix diff", "proposed diff",
        ]),
    (
        FieldName::Replacement,
        &[
            "replacement", "improved code", "suggested code", "fixed code", "corrected code",
            "suggestion code", "new code", "code suggestion", "proposed code",
        ],
    ),
    (
        FieldName::Scenario,
        &[
            "scenario", "failure scenario", "reproduction", "repro", "steps to reproduce", "trigger",
            "how it fails", "failure mode", "example failure", "attack scenario", "concrete scenario",
        ],
    ),
    (
        FieldName::IntroducedBy,
        &[
            "introduced by", "introduced in", "commit", "introducing commit", "blame", "culprit",
        ],
    ),
    (
        FieldName::Confidence,
        &[
            "confidence", "confidence score", "certainty", "likelihood", "probability", "confidence level",
        ],
    ),
    (FieldName::Reviewers, &[
            "reviewers", "agents", "reported by", "found by", "sources", "badges",
        ]),
    (
        FieldName::Findings,
        &[
            "findings", "issues", "comments", "problems", "results", "review comments", "violations",
            "code feedback", "suggestions", "bugs", "items", "reviews", "diagnostics", "alerts",
            "warnings", "annotations", "observations", "key issues to review", "defects", "feedback",
            "concerns", "entries", "code suggestions", "vulnerabilities", "inline comments", "review threads",
            "discussions", "notes", "befunde", "feststellungen", "probleme", "fehler", "anmerkungen", "problèmes", "problemes",
            "constats", "remarques", "problemas", "hallazgos", "errores", "problemi", "rilievi", "achados", "bevindingen",
            "问题", "问题列表", "指摘", "指摘事項", "замечания", "проблемы",
        ],
    ),
    (
        FieldName::Summary,
        &[
            "summary", "executive summary", "overall explanation", "overview", "overall assessment",
            "overall comment", "verdict", "overall correctness", "conclusion",
        ],
    ),
    (
        FieldName::Wrapper,
        &[
            "result", "response", "output", "answer", "review", "data", "structured output",
            "final message", "completion", "report", "final answer", "last agent message", "payload",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_key_are_one() {
        let table = KeyTable::default();
        for name in ["startLine", "start_line", "Start Line", "START-LINE"] {
            assert_eq!(table.get(name), Some(FieldName::StartLine), "{name}");
        }
        assert_eq!(table.get("favourite_colour"), None);
    }
}
