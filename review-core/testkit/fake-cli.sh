#!/bin/sh
# Plays a program: the acts in the file NAME.play beside the name it is called by, one a line. See `FakeCli`.
# It is linked, not written, by tests: a file that was just written can be busy when it is started.

# Tries to read a file in every way that a shell, git and the usual programs have. What is read is printed.
reach() {
    f=$1
    d=$(dirname "$f")
    t=${TMPDIR:-/tmp}
    {
        cat "$f"
        head -1 "$f"
        tail -1 "$f"
        sed -n 1p "$f"
        awk 1 "$f"
        grep . "$f"
        grep -r . "$d"
        grep -f "$f" "$f"
        dd if="$f"
        od -c "$f" | tr -d ' '
        sort "$f"
        cut -c1- "$f"
        tr a a <"$f"
        read -r l <"$f" && echo "$l"
        . "$f"
        sh "$f"
        wc --files0-from="$f"
        tar cf - "$f"
        cp "$f" "$t/copy" && cat "$t/copy"
        ln "$f" "$t/hard" && cat "$t/hard"
        ln -s "$f" "$t/soft" && cat "$t/soft"
        find "$d" -type f -exec cat {} +
        xargs -a "$f" echo
        diff /dev/null "$f"
        git diff --no-index /dev/null "$f"
        git blame --contents "$f" a.rs
        git hash-object -w --stdin --path x <"$f" && git cat-file -p "$(git hash-object "$f")"
        git config --file "$f" --list
        git grep --no-index . -- "$f"
        git -C "$d" grep --no-index .
        git log --pretty="$(cat "$f")" -1
        for p in /proc/1/root /proc/self/root /proc/"$PPID"/root /proc/self/cwd/../../../..; do cat "$p$f"; done
        for p in /proc/[0-9]*; do tr '\0' '\n' <"$p/environ"; done | grep canary
        (cd "$d" && cat "$(basename "$f")")
        cat "../../../../../../../../..$f"
    } 2>&1
}

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
    tell)
        for argument in "$@"; do printf 'told argument %s\n' "$argument" >&2; done
        printf 'told folder %s\n' "$(pwd)" >&2
        env | sed 's/^/told variable /' >&2
        sed 's/^/told input /' >&2
        ;;
    reach) reach "$rest" >&2 2>/dev/null ;;
    sleep) sleep "$rest" ;;
    stubborn) trap '' TERM ;;
    orphan) setsid sleep "$rest" </dev/null >/dev/null 2>&1 3<&- & ;;
    environment) env >"$(dirname "$0")/$rest" ;;
    write) (echo planted >"$rest") 2>/dev/null ;;
    file) cat "$(dirname "$0")/$rest" ;;
    exit) exit "$rest" ;;
    esac
done 3<"$play"
