#!/usr/bin/env bash
# Compares the staged version of each OpenAPI document with the one in the last commit:
#
#     contract-diff.sh [--fail-on breaking|warning|any] [--allow FILE] DOCUMENT...
#
# The exit status is 1 if a change has the level of --fail-on (the default is `breaking`), and 2 if a document
# cannot be compared. PROGRAM is the path of a compiled `xtask`; without it, the program is compiled from the
# repository of this script, which takes some minutes for the first commit.
set -euo pipefail

options=(diff --as document)
fail_on=breaking
while [ $# -gt 0 ]; do
    case $1 in
        --fail-on) fail_on=${2:?} ;;
        --allow) options+=(--allow "${2:?}") ;;
        --) shift && break ;;
        *) break ;;
    esac
    shift 2
done
options+=(--fail-on "$fail_on")

if [ -z "${PROGRAM:-}" ]; then
    repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
    (cd "$repository" && cargo build --release --quiet --package xtask --target-dir target) >&2
    PROGRAM=$repository/target/release/xtask
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
outcome=0
for document in "$@"; do
    old="$work/committed.${document##*.}" new=$document status=0
    # A document that is new, or deleted, has nothing to be compared with.
    git show "HEAD:./$document" >"$old" 2>/dev/null || continue
    git cat-file -e ":./$document" 2>/dev/null || continue
    if ! git diff --quiet -- "$document"; then
        new="$work/staged.${document##*.}"
        git show ":./$document" >"$new"
    fi
    "$PROGRAM" "${options[@]}" -- "$old" "$new" || status=$?
    [ "$status" -le "$outcome" ] || outcome=$status
done
exit "$outcome"
