#!/usr/bin/env bash
# propose.sh BRANCH TITLE BODY PATH...: what changed in the paths as one pull request, whose branch is made anew
# each time until it is merged. Nothing where nothing changed.
set -euo pipefail
branch=$1 title=$2 body=$3
shift 3

git diff --quiet -- "$@" && exit
if git fetch -q origin "$branch" 2>/dev/null && git diff --quiet FETCH_HEAD -- "$@"; then
  exit
fi
git -c user.name=farwheel -c user.email=farwheel@localhost commit -q -m "$title" -- "$@"
git push -q --force origin "HEAD:refs/heads/$branch"
if [ "$(gh pr list --head "$branch" --json number)" = '[]' ]; then
  gh pr create --head "$branch" --title "$title" --body "$body"
fi
