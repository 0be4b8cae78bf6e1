#!/bin/sh
# Bring what the browser tests need: a Chromium of the system, and axe-core, the rules of accessibility, into .tools. The
# driver (playwright) is a package of the environment. Does nothing when all of it is already there.
#
#   CHROMIUM=/path/to/chromium   use this one
set -eu
cd "$(dirname "$0")/.."

axe_version=4.14.1
axe_sha512="1477dafa598d8d065f273d6af302aa203c02e83131707b7fa648cd41bd3d6b734f8c22a0dab86ee6a6f64b8afbe804b214d36db85a2826965edfb3a0b9d546b5"
axe=.tools/axe-core/axe.min.js

say() { printf '[browser] %s\n' "$*"; }

stop() {
    printf '\n[browser] stopped: %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '    %s\n' "$line" >&2; done
    exit 1
}

find_chromium() {
    for candidate in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
        if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1; then
            command -v "$candidate"
            return
        fi
    done
}

bring() { # packages of Debian, where we may install them
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
    say "installing $* with apt-get"
    apt-get install --yes --quiet --no-install-recommends "$@" >/dev/null 2>&1 ||
        { apt-get update --quiet >/dev/null 2>&1 && apt-get install --yes --quiet --no-install-recommends "$@" >/dev/null; }
}

[ -n "$(find_chromium)" ] || bring chromium ||
    stop "there is no Chromium here, and it can only be installed by root on Debian or Ubuntu." \
        "Debian, Ubuntu:  sudo apt-get install chromium" \
        "elsewhere:       install Chromium or Chrome, then CHROMIUM=/path/to/it make browser"
say "chromium: $("$(find_chromium)" --version 2>/dev/null) at $(find_chromium)"

if [ ! -f "$axe" ] || [ "$(cat .tools/axe-core/version 2>/dev/null)" != "$axe_version" ]; then
    command -v npm >/dev/null 2>&1 || bring npm ||
        stop "axe-core comes from npm, which is not here." "Debian, Ubuntu:  sudo apt-get install npm"
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    npm pack "axe-core@$axe_version" --silent --pack-destination "$folder" >/dev/null
    found=$(sha512sum "$folder/axe-core-$axe_version.tgz" | cut -d ' ' -f 1)
    [ "$found" = "$axe_sha512" ] || stop "axe-core $axe_version is not the file it should be." "its sha512 is $found"
    rm -rf .tools/axe-core
    mkdir -p .tools/axe-core
    tar -xzf "$folder/axe-core-$axe_version.tgz" -C "$folder" package/axe.min.js
    mv "$folder/package/axe.min.js" "$axe"
    printf '%s\n' "$axe_version" >.tools/axe-core/version
fi
say "axe-core: $(cat .tools/axe-core/version)"
