#!/bin/sh
# The whole check over the fixtures, for CI: what is not installed is skipped by name. See README.md.
set -eu
cd "$(dirname "$0")/../../.."
pages=$(mktemp -d)
trap 'rm -rf "$pages"' EXIT
cargo run -q -p review-render --all-features --example fixtures -- "$pages"
# The schema of our own document, as the command prints it.
cargo run -q -p deep-review-cli -- schema report >"$pages/report.schema.json" || rm -f "$pages/report.schema.json"
if command -v node >/dev/null; then
    node review-render/tests/browser/check.mjs "$pages"
else
    echo "skipped: browser (there is no node)"
fi
sh review-render/tests/browser/validate.sh "$pages"
