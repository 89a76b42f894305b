#!/usr/bin/env bash
# propose.sh BRANCH TITLE BODY PATH...: what changed in the paths as one pull request, whose branch is made anew
# each time until it is merged. Nothing where nothing changed.
set -euo pipefail
branch=$1 title=$2 body=$3
shift 3

git diff --quiet -- "$@" && exit
if git fetch -q origin "$branch" 2>/dev/null && git diff --quiet FETCH_HEAD -- "$@"; then
  # One that somebody has closed stays closed; a push that was followed by none has it yet to come.
  proposed=$(gh pr list --head "$branch" --state all --json headRefOid --jq '.[].headRefOid')
  grep -qxF "$(git rev-parse FETCH_HEAD)" <<<"$proposed" && exit
fi
git -c user.name=farwheel -c user.email=farwheel@localhost commit -q -m "$title" -- "$@"
git push -q --force origin "HEAD:refs/heads/$branch"
open=$(gh pr list --head "$branch" --json number)
if [ "$open" = '[]' ]; then
  gh pr create --head "$branch" --title "$title" --body "$body"
fi
