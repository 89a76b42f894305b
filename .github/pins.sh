#!/usr/bin/env bash
# Newer pure wheels of others as one pull request, whose branch follows upstream until it is merged. By hand:
#   tools/farwheel audit --all --pin --upgrade
set -euo pipefail
branch=closures/newer

# It exits with 1 where our index lacks something, whatever it pins; where it failed it prints nothing.
judged=$(tools/farwheel audit --all --pin --upgrade --json) || [ -n "$judged" ]
git diff --quiet -- closures/pins.json && exit
if git fetch -q origin "$branch" 2>/dev/null && git diff --quiet FETCH_HEAD -- closures/pins.json; then
  exit
fi
git -c user.name=farwheel -c user.email=farwheel@localhost commit -q -m "Closures: newer pure wheels of others" closures/pins.json
git push -q --force origin "HEAD:refs/heads/$branch"
if [ "$(gh pr list --head "$branch" --json number)" = '[]' ]; then
  gh pr create --head "$branch" --title "Newer pure wheels of others" \
    --body "What the kept sets of requirements come down to now. Files are only added; \`audit --all\` judges the result."
fi
