#!/bin/sh
# Plays a program: the acts in the file NAME.play beside the name it is called by, one a line. See `FakeCli`.
# It is linked, not written, by tests: a file that was just written can be busy when it is started.
play="$0.play"
case " $* " in *" $(cat "$0.again" 2>/dev/null || echo '#') "*) play="$0.second" ;; esac
while IFS= read -r line <&3; do
    act=${line%% *}
    rest=${line#"$act"}
    rest=${rest# }
    case $act in
    out) printf '%s\n' "$rest" ;;
    err) printf '%s\n' "$rest" >&2 ;;
    input) cat >/dev/null ;;
    sleep) sleep "$rest" ;;
    stubborn) trap '' TERM ;;
    orphan) setsid sleep "$rest" </dev/null >/dev/null 2>&1 3<&- & ;;
    environment) env >"$(dirname "$0")/$rest" ;;
    write) (echo planted >"$rest") 2>/dev/null ;;
    file) cat "$(dirname "$0")/$rest" ;;
    exit) exit "$rest" ;;
    esac
done 3<"$play"
