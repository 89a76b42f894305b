#!/usr/bin/env bash
# Newer pure wheels of others as one pull request. By hand:
#   tools/farwheel audit --all --pin --upgrade
set -euo pipefail

# It exits with 1 where our index lacks something, whatever it pins; where it failed it prints nothing.
judged=$(tools/farwheel audit --all --pin --upgrade --json) || [ -n "$judged" ]
"${0%/*}/propose.sh" closures/newer "Closures: newer pure wheels of others" \
  "What the kept sets of requirements come down to now. Files are only added; \`audit --all\` judges the result." \
  closures/pins.json
