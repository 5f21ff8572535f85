#!/usr/bin/env bash
# Compares an OpenAPI document in a pull request with the one in its base. It writes annotations, the
# summary of the job, and one comment, which later runs update.
#
# The inputs in action.yml are environment variables here. The exit status is that of `xtask diff`: 0, 1 if
# a change has the level FAIL_ON, 2 if the documents cannot be compared. A comment that cannot be written is
# a warning, because the token of a pull request from a fork can only read.
#
# Needs bash, git, curl and jq, which the runners of GitHub have.
set -euo pipefail

# The greatest length of a comment is 65,536 characters, and that of a summary is 1 MiB.
COMMENT_MAX=60000
SUMMARY_MAX=1000000

# The greatest number of pages of comments that are searched for the earlier one.
PAGES_MAX=50

# Writes a workflow command with its data. The escapes keep the data in the command.
annotate() {
    local text=$2
    text=${text//'%'/%25}
    text=${text//$'\r'/%0D}
    text=${text//$'\n'/%0A}
    printf '::%s title=contract-diff::%s\n' "$1" "$text"
}

# GitHub reads workflow commands from standard error too, and standard output may be that of a substitution.
cannot_run() {
    annotate error "$1" >&2
    exit 2
}

# Prints the value at a path of the event, if it matches a pattern.
event() {
    local value
    value=$(jq --raw-output "$1 // empty" "$GITHUB_EVENT_PATH")
    [[ $value =~ $2 ]] || cannot_run "the event has no valid $1: this action is for pull requests"
    printf '%s' "$value"
}

# Prints whole lines from standard input, at most $1 characters; $2 is printed in place of the others.
shorten() {
    awk -v max="$1" -v more="$2" '
        { length_so_far += length($0) + 1 }
        length_so_far > max { print "\n" more; exit }
        { print }'
}

# Sends a request with the method $1, the path $2, and the file $3 as its body. Prints the status of the
# response, whose body is in $work/response. The token is in no argument: other users can read these.
api() {
    local arguments=(--config - --silent --max-time 60 --request "$1")
    arguments+=(--output "$work/response" --write-out '%{http_code}')
    [ $# -lt 3 ] || arguments+=(--data-binary "@$3")
    printf 'header = "%s"\n' "Authorization: Bearer $TOKEN" 'Accept: application/vnd.github+json' \
        'Content-Type: application/json' 'X-GitHub-Api-Version: 2022-11-28' |
        curl "${arguments[@]}" "$GITHUB_API_URL$2" 2>/dev/null || true
}

comment_failed() {
    annotate warning "failed to $1 the comment: HTTP status ${2:-000}. The token of a pull request from a \
fork can only read; otherwise, the job needs \`permissions: pull-requests: write\`. The summary of the job \
has the changes."
}

# Prints the id of the earlier comment. A comment by somebody else is none, whatever its text is. Fails if
# the comments cannot be read.
earlier_comment() {
    local page status id
    for ((page = 1; page <= PAGES_MAX; page++)); do
        status=$(api GET "/repos/$GITHUB_REPOSITORY/issues/$number/comments?per_page=100&page=$page")
        if [ "$status" != 200 ]; then
            comment_failed find "$status" >&2
            return 1
        fi
        id=$(jq --raw-output --arg marker "$marker" --arg author "$AUTHOR" '
            map(select(.user.login == $author and ((.body // "") | startswith($marker))))
            | first | .id // empty' "$work/response")
        if [ -n "$id" ] || [ "$(jq length "$work/response")" -lt 100 ]; then
            printf '%s' "$id"
            return
        fi
    done
}

# Writes the comment, or updates the earlier one. Without a change, there is only something to update.
comment() {
    local id status
    if ! [[ $TOKEN =~ ^[A-Za-z0-9_.=-]+$ ]]; then
        annotate warning 'there is no token: the comment is left out'
        return
    fi
    id=$(earlier_comment) || return 0
    { printf '%s\n' "$marker"; shorten "$COMMENT_MAX" "$too_long" <"$work/log.md"; } >"$work/comment.md"
    jq --null-input --rawfile body "$work/comment.md" '{body: $body}' >"$work/comment.json"
    if [ -n "$id" ]; then
        status=$(api PATCH "/repos/$GITHUB_REPOSITORY/issues/comments/$id" "$work/comment.json")
        [ "$status" = 200 ] || comment_failed update "$status"
    elif [ "$changed" = true ]; then
        status=$(api POST "/repos/$GITHUB_REPOSITORY/issues/$number/comments" "$work/comment.json")
        [ "$status" = 201 ] || comment_failed write "$status"
    fi
}

# Compiles the program from the repository of this action, and prints its path.
compile() {
    local repository
    repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
    (cd "$repository" && cargo build --release --quiet --package xtask --target-dir "$work/target") >&2
    cp "$work/target/release/xtask" "$work/xtask"
    printf '%s' "$work/xtask"
}

number=$(event .pull_request.number '^[0-9]+$')
base=$(event .pull_request.base.sha '^[0-9a-f]{40,64}$')
marker="<!-- contract-diff $(printf '%s' "$CONTRACT" | git hash-object --stdin) -->"
too_long='_There are more changes than fit here. `xtask diff OLD NEW` lists all of them._'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A shallow clone does not have the base. Without a common ancestor of both, the tip of the base is compared.
if ! git cat-file -e "$base^{commit}" 2>/dev/null; then
    git fetch --quiet --no-tags --depth=1 origin "$base" 2>"$work/error" ||
        cannot_run "failed to fetch the base $base: $(cat "$work/error")"
fi
base=$(git merge-base "$base" HEAD 2>/dev/null || printf '%s' "$base")

old="$work/base.${CONTRACT##*.}"
if [ ! -f "$CONTRACT" ]; then
    cannot_run "$CONTRACT does not exist in this pull request"
elif ! git show "$base:$CONTRACT" >"$old" 2>/dev/null; then
    annotate notice "$CONTRACT is new: there is nothing to compare it with"
    exit 0
fi

program=${PROGRAM:-$(compile)}
options=(diff --as document --fail-on "$FAIL_ON")
[ -z "$ALLOW" ] || options+=(--allow "$ALLOW")

# Runs the comparison in the format $1, without the token. Prints its exit status.
compare() {
    local status=0
    env -u TOKEN "$program" "${options[@]}" --format "$1" -- "$old" "$CONTRACT" \
        >"$work/$2" 2>"$work/error" || status=$?
    printf '%s' "$status"
}

outcome=$(compare github annotations)
[ "$outcome" -le 1 ] || cannot_run "$(cat "$work/error")"
[ "$(compare markdown log.md)" -le 1 ] || cannot_run "$(cat "$work/error")"
cat "$work/annotations"
if grep --quiet --line-regexp --fixed-strings 'No change.' "$work/log.md"; then changed=false; else changed=true; fi
if [ "$outcome" = 1 ]; then
    failure="**This check fails: there is a finding of the level \`$FAIL_ON\` or higher.**"
    printf '%s\n\n%s\n' "$failure" "$(cat "$work/log.md")" >"$work/failed.md"
    mv "$work/failed.md" "$work/log.md"
fi
shorten "$SUMMARY_MAX" "$too_long" <"$work/log.md" >>"$GITHUB_STEP_SUMMARY"
[ "$COMMENT" != true ] || comment
exit "$outcome"
