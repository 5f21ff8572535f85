#!/usr/bin/env bash
# Packs the programs of a release: archive.sh TARGET FOLDER OUT
#
# FOLDER has the programs `links` and `links-server`, compiled for TARGET, which must run on this machine. OUT
# receives the archive, with licences, shell completions and manual pages, and its SHA-256 checksum.
set -euo pipefail

if [ $# -ne 3 ]; then
    echo "usage: archive.sh TARGET FOLDER OUT" >&2
    exit 2
fi
target=$1
programs=$(cd "$2" && pwd)
mkdir -p "$3"
out=$(cd "$3" && pwd)
cd "$(dirname "$0")/../.."

case $target in
*-windows-*) suffix=.exe ;;
*) suffix= ;;
esac
version=$("$programs/links$suffix" --version | cut -d' ' -f2)
server_version=$("$programs/links-server$suffix" --version | cut -d' ' -f2)
if [ "$version" != "$server_version" ]; then
    echo "archive.sh: links has version $version, links-server has $server_version" >&2
    exit 1
fi

name=agenthuman-links-$version-$target
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
folder=$work/$name
mkdir -p "$folder/completions" "$folder/man"
cp "$programs/links$suffix" "$programs/links-server$suffix" LICENSE-APACHE LICENSE-MIT README.md "$folder/"
cp server/config.example.toml "$folder/"
for shell in bash elvish fish powershell zsh; do
    "$programs/links$suffix" completions "$shell" >"$folder/completions/links.$shell"
done
"$programs/links$suffix" man "$folder/man" >/dev/null

case $target in
*-windows-*)
    archive=$name.zip
    # 7-Zip is on GitHub's Windows runners
    (cd "$work" && 7z a -bso0 "$out/$archive" "$name")
    ;;
*)
    archive=$name.tar.gz
    tar -czf "$out/$archive" -C "$work" "$name"
    ;;
esac
cd "$out"
if command -v sha256sum >/dev/null; then
    sha256sum "$archive" >"$archive.sha256"
else
    shasum -a 256 "$archive" >"$archive.sha256"
fi
echo "$archive"
