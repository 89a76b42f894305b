# shellcheck shell=bash
CFLAGS="$CFLAGS -DSQLITE_ENABLE_FTS3_PARENTHESIS -DSQLITE_ENABLE_DBSTAT_VTAB -DSQLITE_ENABLE_COLUMN_METADATA"
# The native compiler looks for its assembler on PATH, where the target's comes first.
native_cc="/usr/bin/gcc -B/usr/lib/farwheel/x86_64-linux-gnu/bin/"
# The tool that assembles the source runs here.
configure_static --disable-tcl --disable-readline --fts4 --fts5 --rtree --session CC_FOR_BUILD="$native_cc"
make libsqlite3.a sqlite3.h sqlite3.pc
make install-lib install-headers install-pc
