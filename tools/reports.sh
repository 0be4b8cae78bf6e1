#!/bin/sh
# Say where the reports are: the pages over all studies, then each study's own page. With a name: that study's pages, also
# those of runs with overrides (`<study>@<hash>`).
set -eu
cd "$(dirname "$0")/.."
if [ -n "${1:-}" ]; then
    set -- reports/"$1"/report.html reports/"$1"@*/report.html
else
    set -- reports/*.html reports/*/report.html
fi
none=yes
for page in "$@"; do
    [ -f "$page" ] || continue
    none=
    printf '[report] %s/%s\n' "$(pwd)" "$page"
done
[ -z "$none" ] || echo "[report] none yet: make evaluation"
