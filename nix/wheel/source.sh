# Pack a tree as an sdist is: everything in one folder.
# shellcheck shell=bash disable=SC2154
tar -cf "$out/source.tar" -C "$source" --transform='s|^\.|source|S' --sort=name --format=posix \
  --pax-option=delete=atime,delete=ctime --owner=0 --group=0 --numeric-owner --mode=u+w --mtime="@$SOURCE_DATE_EPOCH" .
