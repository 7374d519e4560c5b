//! The answer for people: whom to pay for.

use std::fmt::Write as _;

use super::measured::{CombinationRow, Estimate, Measured};

/// Combinations of a size that are shown.
const SHOWN: usize = 8;

/// A table: headings and rows, the first column of words, the others of numbers.
struct Table {
    title: String,
    headings: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    notes: Vec<String>,
}

impl Measured {
    /// For a terminal.
    pub fn text(&self) -> String {
        let mut out = self.lead().join("\n");
        out.push('\n');
        for table in self.tables() {
            table.text(&mut out);
        }
        out
    }

    /// As Markdown.
    pub fn markdown(&self) -> String {
        let mut out = String::from("# Bench\n\n");
        for line in self.lead() {
            let _ = writeln!(out, "{}  ", escaped(&line));
        }
        for table in self.tables() {
            table.markdown(&mut out);
        }
        out
    }

    /// What was measured, in some lines, the answer among them.
    fn lead(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let times =
            if self.repetitions > 1 { format!(", {} repetitions", self.repetitions) } else { String::new() };
        lines.push(format!(
            "{}, {}, {}{times}",
            counted(self.changes, "change"),
            counted(self.golden, "golden comment"),
            counted(self.reviewers.len(), "reviewer"),
        ));
        let by = &self.credited_by;
        let judged = match by.judged {
            0 => String::new(),
            judged => format!(", {judged} of them with a judge"),
        };
        lines.push(format!(
            "findings credited by labels {}, by the matcher {}{judged}",
            by.labels, by.matcher
        ));
        if self.keep > 1 {
            lines.push(format!("of a combination counts what at least {} reviewers raised", self.keep));
        }
        lines.push("in brackets: 95 % intervals, by bootstrap over changes".to_owned());
        for (change, lacking) in &self.left_out {
            lines.push(format!("left out: {change}, without a review of {}", lacking.join(", ")));
        }
        for (change, why) in &self.failures {
            lines.push(format!("failed: {change}: {why}"));
        }
        lines.extend(self.answer());
        lines
    }

    /// Which reviewers to pay for.
    fn answer(&self) -> Option<String> {
        let size = self.combinations.last()?.reviewers.len();
        let of_size: Vec<&CombinationRow> =
            self.combinations.iter().filter(|row| row.reviewers.len() == size).collect();
        let (best, others) = of_size.split_first()?;
        let mut text = format!(
            "best {size} by {}: {} (recall {:.3}, precision {:.3}, F1 {:.3}{})",
            self.ranked_by,
            best.reviewers.join(" + "),
            best.recall.value,
            best.precision.value,
            best.f1.value,
            best.cost_usd.map(|cost| format!(", ${cost:.2} a change")).unwrap_or_default(),
        );
        let as_good: Vec<&&CombinationRow> = others.iter().filter(|row| row.is_as_good()).collect();
        if as_good.is_empty() {
            return Some(text);
        }
        let _ = write!(text, "; {} of {} others can't be told from it", as_good.len(), others.len());
        let cheapest = as_good.iter().filter_map(|row| Some((row.cost_usd?, row)));
        let cheapest = cheapest.min_by(|a, b| a.0.total_cmp(&b.0));
        if let (Some((cost, row)), Some(price)) = (cheapest, best.cost_usd)
            && cost < price
        {
            let _ =
                write!(text, "; the cheapest of them: {} (${cost:.2} a change)", row.reviewers.join(" + "));
        }
        Some(text)
    }

    fn tables(&self) -> Vec<Table> {
        let mut tables = vec![self.reviewer_table()];
        if !self.briefs.is_empty() {
            tables.push(self.brief_table());
        }
        let sizes: std::collections::BTreeSet<usize> =
            self.combinations.iter().map(|row| row.reviewers.len()).collect();
        for size in sizes.into_iter().rev() {
            tables.push(self.combination_table(size));
        }
        if !self.pairs.is_empty() {
            tables.push(self.pair_table());
        }
        if !self.leave_one_out.is_empty() {
            tables.push(self.left_out_table());
        }
        tables
    }

    fn reviewer_table(&self) -> Table {
        let repeated = self.reviewers.iter().any(|row| row.repeatability.is_some());
        let mut headings = vec!["reviewer", "findings", "recall", "precision", "F1", "only it", "failed"];
        if repeated {
            headings.push("repeats");
        }
        headings.extend(["$", "seconds", "tokens"]);
        let rows = self.reviewers.iter().map(|row| {
            let mut cells = vec![
                row.reviewer.clone(),
                row.findings.to_string(),
                with_interval(row.recall),
                with_interval(row.precision),
                with_interval(row.f1),
                short(row.only),
                row.failed.to_string(),
            ];
            if repeated {
                cells.push(row.repeatability.map_or_else(unknown, |value| format!("{value:.3}")));
            }
            cells.extend(prices(row.cost_usd, row.seconds, row.tokens));
            cells
        });
        Table {
            title: "each reviewer alone, as it reported".to_owned(),
            headings,
            rows: rows.collect(),
            notes: vec!["$, seconds and tokens are for one change; ? is not known".to_owned()],
        }
    }

    fn brief_table(&self) -> Table {
        let rows = self.briefs.iter().map(|row| {
            let who = format!("{} {}", row.reviewer, row.brief);
            vec![who, row.passes.to_string(), with_interval(row.recall), with_interval(row.precision)]
        });
        Table {
            title: "one pass with each brief".to_owned(),
            headings: vec!["reviewer and brief", "passes", "recall", "precision"],
            rows: rows.collect(),
            notes: Vec::new(),
        }
    }

    fn combination_table(&self, size: usize) -> Table {
        let of_size: Vec<&CombinationRow> =
            self.combinations.iter().filter(|row| row.reviewers.len() == size).collect();
        let all = self.all.iter().filter(|row| row.reviewers.len() > size);
        let all = all.filter(|_| self.combinations.iter().all(|row| row.reviewers.len() <= size));
        let shown = of_size.iter().copied().take(SHOWN);
        let mut rows: Vec<Vec<String>> = shown.map(|row| cells(row.reviewers.join(" + "), row)).collect();
        rows.extend(all.map(|row| cells(format!("all {}", row.reviewers.len()), row)));
        let more = of_size.len().saturating_sub(SHOWN);
        let notes = (more > 0).then(|| format!("{more} more are in the JSON"));
        Table {
            title: format!("{size} reviewers together, consolidated, best {} first", self.ranked_by),
            headings: vec![
                "reviewers",
                "findings",
                "recall",
                "precision",
                "F1",
                "behind",
                "$",
                "seconds",
                "tokens",
            ],
            rows,
            notes: notes.into_iter().collect(),
        }
    }

    fn pair_table(&self) -> Table {
        let mut pairs: Vec<_> = self.pairs.iter().collect();
        pairs.sort_by(|a, b| b.agreement.total_cmp(&a.agreement).then_with(|| a.reviewers.cmp(&b.reviewers)));
        let more = pairs.len().saturating_sub(2 * SHOWN);
        let ends = pairs
            .iter()
            .take(SHOWN)
            .chain(pairs.iter().skip((pairs.len() - SHOWN.min(pairs.len())).max(SHOWN)));
        let rows = ends.map(|row| {
            let golden = row.agreement_on_golden.map_or_else(unknown, |value| format!("{value:.3}"));
            vec![row.reviewers.join(" + "), format!("{:.3}", row.agreement), golden]
        });
        let notes = (more > 0).then(|| format!("{more} between them are in the JSON"));
        Table {
            title: "how much two reviewers agree".to_owned(),
            headings: vec!["reviewers", "findings of both", "golden of both"],
            rows: rows.collect(),
            notes: notes.into_iter().collect(),
        }
    }

    fn left_out_table(&self) -> Table {
        let rows = self.leave_one_out.iter().map(|row| {
            vec![row.reviewer.clone(), with_interval(row.recall_lost), with_interval(row.f1_lost)]
        });
        Table {
            title: "what all lose without one".to_owned(),
            headings: vec!["without", "recall lost", "F1 lost"],
            rows: rows.collect(),
            notes: Vec::new(),
        }
    }
}

fn cells(name: String, row: &CombinationRow) -> Vec<String> {
    let mut cells = vec![
        name,
        row.findings.to_string(),
        with_interval(row.recall),
        with_interval(row.precision),
        with_interval(row.f1),
        with_interval(row.behind),
    ];
    cells.extend(prices(row.cost_usd, row.seconds, row.tokens));
    cells
}

fn prices(cost: Option<f64>, seconds: Option<f64>, tokens: Option<f64>) -> [String; 3] {
    [
        cost.map_or_else(unknown, |cost| format!("{cost:.2}")),
        seconds.map_or_else(unknown, |seconds| format!("{seconds:.0}")),
        tokens.map_or_else(unknown, |tokens| format!("{tokens:.0}")),
    ]
}

fn unknown() -> String {
    "?".to_owned()
}

fn short(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}

fn with_interval(estimate: Estimate) -> String {
    // No `-0.000`.
    let number = |value: f64| format!("{:.3}", if value.abs() < 0.0005 { 0.0 } else { value });
    format!("{} [{}, {}]", number(estimate.value), number(estimate.low), number(estimate.high))
}

fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('|', "\\|")
        .replace('<', "&lt;")
        .replace('*', "\\*")
        .replace('_', "\\_")
}

impl Table {
    fn text(&self, out: &mut String) {
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
            cells.chain(self.headings.get(column).map(|word| word.len())).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.headings.len()).map(width).collect();
        let _ = writeln!(out, "\n{}", self.title);
        let mut line = |cells: &mut dyn Iterator<Item = &str>| {
            let mut text = String::from(" ");
            for (column, (cell, width)) in cells.zip(&widths).enumerate() {
                let _ = match column {
                    0 => write!(text, " {cell:<width$}"),
                    _ => write!(text, "  {cell:>width$}"),
                };
            }
            let _ = writeln!(out, "{}", text.trim_end());
        };
        line(&mut self.headings.iter().copied());
        for row in &self.rows {
            line(&mut row.iter().map(String::as_str));
        }
        for note in &self.notes {
            let _ = writeln!(out, "  {note}");
        }
    }

    fn markdown(&self, out: &mut String) {
        let _ = writeln!(out, "\n## {}\n", escaped(&self.title));
        let _ = writeln!(out, "| {} |", self.headings.join(" | "));
        let _ = writeln!(out, "|---{}|", "|---:".repeat(self.headings.len().saturating_sub(1)));
        for row in &self.rows {
            let cells: Vec<String> = row.iter().map(|cell| escaped(cell)).collect();
            let _ = writeln!(out, "| {} |", cells.join(" | "));
        }
        for note in &self.notes {
            let _ = writeln!(out, "\n{}", escaped(note));
        }
    }
}
