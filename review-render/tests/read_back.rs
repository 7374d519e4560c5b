//! What we write for people is what `review-ingest` reads: the same findings, severities, kinds and places.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

mod support;

use review_core::{Kind, Location, RenderOptions, Report, Severity};

type Facts = (String, Option<Severity>, Option<Kind>, String, Vec<String>);

fn places(locations: &[Location]) -> Vec<String> {
    locations.iter().map(ToString::to_string).collect()
}

fn read_back(format: &str, report: &Report) -> Vec<Facts> {
    let text =
        review_render::renderer(format).unwrap().render(report, &RenderOptions::default()).unwrap().text;
    let review = review_ingest::ingest(text.as_bytes(), &review_ingest::IngestOptions::new("us")).unwrap();
    let facts = review.findings.iter().map(|finding| {
        let (id, title) = (finding.id.clone(), finding.title.clone());
        (id, finding.severity, finding.kind, title, places(&finding.locations))
    });
    facts.collect()
}

fn written(report: &Report) -> Vec<Facts> {
    let facts = report.findings.iter().map(|finding| {
        let (id, title) = (finding.id.clone(), finding.title.clone());
        (id, Some(finding.severity), finding.kind, title, places(&finding.locations))
    });
    facts.collect()
}

#[test]
fn markdown_is_read_back() {
    let reports =
        [support::one(), support::incomplete(), support::second_round(), support::many(3), support::many(40)];
    for report in reports {
        for format in ["markdown", "markdown-comment"] {
            assert_eq!(read_back(format, &report), written(&report), "{format}");
        }
    }
}

#[test]
fn every_severity_kind_and_number_of_places_is_read_back() {
    let mut number = 0;
    for severity in Severity::ALL {
        for kind in Kind::ALL {
            for places in [1, 2, 5] {
                number += 1;
                let mut report = support::one();
                let finding = &mut report.findings[0];
                finding.id = format!("{}{number}", severity.letter());
                (finding.severity, finding.kind) = (*severity, Some(*kind));
                finding.locations = (1..=places)
                    .map(|at| match at {
                        1 => Location::lines("src/app/(shop)/page.tsx", 3, 9),
                        2 => Location::file("net/pool.go"),
                        at => Location::line(format!("app/{at}/b.rs"), at * 7),
                    })
                    .collect();
                finding.body = "It is wrong.".to_owned();
                for format in ["markdown", "markdown-comment"] {
                    assert_eq!(read_back(format, &report), written(&report), "{format}");
                }
            }
        }
    }
}
