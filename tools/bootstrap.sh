#!/bin/sh
# Bring the environment of this project: uv, a fitting Python, .venv with every package of requirements.lock, and the
# project itself. Needs git, make and any python3. Does nothing when all of it is already there. Says each step.
#
#   sh tools/bootstrap.sh        bring the environment
#   sh tools/bootstrap.sh lock   bring uv, and resolve pyproject.toml again into requirements.lock
#
#   UV=path/to/uv          use this uv
#   PYTHON=path/to/python  use this Python (3.12 or 3.13)
set -eu
cd "$(dirname "$0")/.."

wanted=">=3.12,<3.14" # requires-python of pyproject.toml (a test compares them)
folder=.venv
stamp=$folder/.installed

say() { printf '[environment] %s\n' "$*"; }

stop() {
    printf '\n[environment] stopped: %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '    %s\n' "$line" >&2; done
    exit 1
}

# What the environment was made of, and where: a moved or half made .venv is made again.
fingerprint() {
    pwd
    cat requirements.lock pyproject.toml .python-version tools/bootstrap.sh | cksum
}

# A shim on PATH may exist and yet not run, so each candidate is asked for what we need of it.
fits() { "$1" venv --help 2>/dev/null | grep -q -e '--clear'; }

find_uv() {
    for candidate in "${UV:-}" .tools/bin/uv .tools/packages/bin/uv uv "${HOME:-}/.local/bin/uv" "${HOME:-}/.cargo/bin/uv"; do
        if [ -n "$candidate" ] && fits "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
}

any_python() { # one that runs, is new enough for pip to know today's packages, and has the modules asked for
    for candidate in "${PYTHON:-}" python3 python python3.13 python3.12 python3.11 python3.10 python3.9 /usr/bin/python3; do
        if [ -n "$candidate" ] && "$candidate" -c "import sys, $1; sys.exit(sys.version_info < (3, 8))" 2>/dev/null; then
            printf '%s\n' "$candidate"
            return
        fi
    done
}

# In order: a small virtual environment; pip into a folder (Debian's python3 without python3-venv has no ensurepip).
bring_uv() {
    python=$(any_python "venv, ensurepip")
    if [ -n "$python" ]; then
        say "no uv here: installing it into .tools with $python"
        export PIP_DISABLE_PIP_VERSION_CHECK=1
        "$python" -m venv --clear .tools && .tools/bin/python -m pip install --quiet "uv>=0.9" && return
    fi
    python=$(any_python "pip")
    if [ -n "$python" ]; then
        say "no uv here: installing it into .tools/packages with the pip of $python"
        "$python" -m pip install --quiet --upgrade --target .tools/packages "uv>=0.9" && return
    fi
    stop "uv is missing, and no Python here could install it." \
        "Install one of these, then repeat the command:" \
        "  - uv itself:        pipx install uv, or the installer on uv's own site" \
        "  - Debian, Ubuntu:   apt-get install python3-venv" \
        "  - Fedora:           dnf install uv" \
        "  - macOS:            brew install uv"
}

fitting_python() { # prints the path of a Python that the project can use, or nothing
    if [ -n "${PYTHON:-}" ]; then
        "$uv" python find --system --no-python-downloads "$PYTHON" 2>/dev/null && return
    fi
    pyenv=${PYENV_ROOT:-${HOME:-}/.pyenv}/versions
    # First the version in .python-version, then any in range; then what version managers keep off PATH.
    for request in "$(cat .python-version)" "$wanted" \
        "$pyenv"/3.13*/bin/python "$pyenv"/3.12*/bin/python \
        /usr/local/bin/python3.1[23] /opt/homebrew/bin/python3.1[23] /opt/python/cp31[23]-cp31[23]/bin/python; do
        case $request in */*) [ -x "$request" ] || continue ;; esac
        found=$("$uv" python find --system --no-python-downloads "$request" 2>/dev/null) || continue
        in_range "$found" && printf '%s\n' "$found" && return
    done
}

in_range() { "$1" -c "import sys; sys.exit(not (3, 12) <= sys.version_info[:2] < (3, 14))" 2>/dev/null; }

bring_python() {
    version=$(cat .python-version)
    say "no Python $wanted here: asking uv to install $version (about 35 MB)"
    "$uv" python install "$version" && return
    stop "no Python $wanted was found, and uv could not download one." \
        "Install Python $version, or 3.12, in any of these ways, then repeat the command:" \
        "  - pyenv:            pyenv install $version" \
        "  - conda:            conda create -n evaluation python=$version, then activate it" \
        "  - Debian, Ubuntu:   apt-get install python$version (where the release has it)" \
        "  - macOS:            brew install python@$version" \
        "Or say where one is: make evaluation PYTHON=/path/to/python$version"
}

# Every platform, every package with its hashes, no address of any index; versions that still fit stay.
lock() {
    "$uv" pip compile --quiet --universal --generate-hashes --python-version 3.12 pyproject.toml --group dev --extra cluster \
        --output-file requirements.lock --no-emit-index-url --no-header
    say "locked:   $(grep -c '==' requirements.lock) packages in requirements.lock; the next make installs what changed"
}

if [ "${1:-}" != lock ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(fingerprint)" ] && "$folder/bin/python" -c "" 2>/dev/null; then
    exit 0
fi

# Networks of ministries and institutes often inspect traffic: trust what this machine trusts, as pip and git do.
for bundle in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem; do
    if [ -f "$bundle" ]; then export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}"; fi
done

uv=$(find_uv)
[ -n "$uv" ] || { bring_uv; uv=$(find_uv); }
[ -n "$uv" ] || stop "uv was installed into .tools, but does not run there." "Remove the folder .tools and try again."
say "uv:       $("$uv" --version)"
if [ "${1:-}" = lock ]; then
    lock
    exit 0
fi

python=$(fitting_python)
[ -n "$python" ] || { bring_python; python=$(fitting_python); }
if [ -z "$python" ] || ! in_range "$python"; then
    stop "the Python asked for ($PYTHON) is missing or outside $wanted." "Leave PYTHON unset, or name another."
fi
say "python:   $("$python" --version 2>&1) at $python"

rm -f "$stamp"
# The scripts of an environment name its folder, so one that was moved or copied here is made again.
if ! in_range "$folder/bin/python" || ! grep -qF "$(pwd)/$folder" "$folder/bin/activate" 2>/dev/null; then
    say "making:   $folder"
    "$uv" venv --quiet --clear --no-project --python "$python" "$folder"
fi
say "packages: requirements.lock, each checked against its hash"
"$uv" pip sync --quiet --require-hashes --python "$folder" requirements.lock
say "project:  this folder, editable"
"$uv" pip install --quiet --no-deps --no-build-isolation --python "$folder" --editable .
fingerprint >"$stamp"
say "ready"
