#!/bin/sh
# Plays what lies beside the name it is called by: the lines of `stream`, then the exit code in `code`.
# It is linked, not written, by the tests: a file that was just written can be busy when it is started.
folder=$(dirname "$0")
cat >/dev/null
cat "$folder/stream"
exit "$(cat "$folder/code")"
