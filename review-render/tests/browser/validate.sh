#!/bin/sh
# Zero errors in the HTML validator. See README.md.
set -eu
pages=${1:-.}
jar=${NODE_MODULES:-node_modules}/vnu-jar/build/dist/vnu.jar
command -v java >/dev/null || { echo "skipped: there is no java"; exit 0; }
[ -f "$jar" ] || { echo "skipped: vnu-jar is not installed"; exit 0; }
java -jar "$jar" --errors-only --stdout "$pages"/*.html
echo "validated"
