#!/bin/sh
# Zero errors in the HTML validator, and documents that hold to their schemas. See README.md.
set -eu
pages=${1:-.}
modules=${NODE_MODULES:-node_modules}

jar=$modules/vnu-jar/build/dist/vnu.jar
if ! command -v java >/dev/null; then
    echo "skipped: HTML validator (there is no java)"
elif [ ! -f "$jar" ]; then
    echo "skipped: HTML validator (vnu-jar is not installed under $modules)"
else
    java -jar "$jar" --errors-only --stdout "$pages"/*.html
    echo "HTML: valid"
fi

sarif=$modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json
if ! python3 -c 'import jsonschema' 2>/dev/null; then
    echo "skipped: schemas (python3 has no jsonschema)"
    exit 0
fi
[ -f "$sarif" ] || echo "skipped: SARIF schema (@microsoft/jest-sarif is not installed under $modules)"
report=$pages/report.schema.json
[ -f "$report" ] || echo "skipped: report schema (there is no $report)"
python3 - "$pages" "$sarif" "$report" <<'END'
import glob, json, os, sys
from jsonschema import FormatChecker
from jsonschema.validators import validator_for

pages, sarif, report = sys.argv[1:]
wrong = 0
for schema, pattern in [(sarif, "*.sarif"), (report, "*.json.json")]:
    if not os.path.isfile(schema):
        continue
    with open(schema) as file:
        schema = json.load(file)
    validator = validator_for(schema)(schema, format_checker=FormatChecker())
    paths = sorted(glob.glob(os.path.join(pages, pattern)))
    for path in paths:
        with open(path) as file:
            for error in validator.iter_errors(json.load(file)):
                wrong += 1
                print(f"{path}: {list(error.path)}: {error.message[:200]}")
    print(f"{pattern}: {len(paths)} documents held against their schema")
sys.exit(1 if wrong else 0)
END
