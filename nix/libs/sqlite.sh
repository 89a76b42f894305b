# shellcheck shell=bash disable=SC2154
# shellcheck source=nix/libs/debian.sh
. "$debian"
debian_patches '[0-9]*' cross.patch

CFLAGS="$CFLAGS -DSQLITE_ENABLE_FTS3_PARENTHESIS -DSQLITE_ENABLE_DBSTAT_VTAB -DSQLITE_ENABLE_COLUMN_METADATA"
# The tool that assembles the source runs here.
configure_static --disable-tcl --disable-readline --fts4 --fts5 --rtree --session CC_FOR_BUILD=/usr/bin/gcc
make libsqlite3.a sqlite3.h sqlite3.pc
make install-lib install-headers install-pc
