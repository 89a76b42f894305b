# The second half of enter.sh: already in namespaces of our own, build the view and step into it.
# shellcheck shell=sh disable=SC2154
set -eu
umask 022

# A bind mount of a store path is writable for whoever owns the store: root without build users, `enter` as root.
read_only() {
  "$bb" mount -o remount,ro,bind "$1" 2>/dev/null ||
    "$bb" mount -o remount,ro,bind,nosuid,nodev "$1" 2>/dev/null ||
    echo "farwheel: ${1#.} could not be made read-only; take care not to write there" >&2
}

_root=$top/.root
"$bb" mkdir -p "$_root" "$top/build" "$top/tmp"
"$bb" mount -t tmpfs -o mode=755 root "$_root"
cd "$_root"
"$bb" mkdir -p usr etc proc dev/shm run tmp build opt nix/store
for _link in bin sbin lib lib64; do "$bb" ln -s "usr/$_link" "$_link"; done
"$bb" mount --bind "$root/usr" usr
read_only usr
"$bb" cp -r "$root/etc/." etc/

# Only the devices that a build may need; /dev of the host differs from machine to machine.
for _device in null zero full random urandom tty; do
  : >"dev/$_device"
  "$bb" mount --bind "/dev/$_device" "dev/$_device" || "$bb" rm "dev/$_device"
done
"$bb" ln -s /proc/self/fd dev/fd
"$bb" ln -s /proc/self/fd/0 dev/stdin
"$bb" ln -s /proc/self/fd/1 dev/stdout
"$bb" ln -s /proc/self/fd/2 dev/stderr
"$bb" chmod 1777 dev/shm "$top/tmp"
"$bb" mount --rbind /proc proc
"$bb" mount --bind "$top/build" build
"$bb" mount --bind "$top/tmp" tmp

# `view` names what is seen of the store: "store", or "closed" for roots that must not lean on it.
_store=${NIX_STORE:-/nix/store}
"$bb" mkdir -p ".$_store"
if [ "$view" = store ]; then
  "$bb" mount --rbind "$_store" ".$_store"
  read_only ".$_store"
fi
if [ -n "${out:-}" ]; then
  "$bb" mkdir -p "$out" ".$out"
  "$bb" mount --bind "$out" ".$out"
fi

for _pair in $mounts; do
  _from=${_pair%%:*} _to=.${_pair#*:}
  if [ -d "$_from" ]; then
    [ -d "$_to" ] || "$bb" mkdir -p "$_to"
  elif [ ! -e "$_to" ]; then
    "$bb" mkdir -p "${_to%/*}"
    : >"$_to"
  fi
  "$bb" mount --bind "$_from" "$_to"
  read_only "$_to"
done

# binfmt_misc belongs to the user namespace since Linux 6.7. Mounting an instance hides the parent's rules, so
# a foreign program that nobody expects fails instead of running under whatever the host has registered.
"$bb" mkdir -p run/binfmt
if "$bb" mount -t binfmt_misc binfmt run/binfmt 2>/dev/null; then
  if [ -n "${emulator:-}" ]; then
    # F: the kernel opens QEMU now, so it need not exist in the root; OC: run setuid programs as they are.
    printf '%s' ":farwheel:M::$magic:$mask:$emulator:OCF" >run/binfmt/register
  fi
elif [ -n "${emulator:-}" ]; then
  _host=/proc/sys/fs/binfmt_misc/${emulator##*/}
  if [ -r "$_host" ] && "$bb" grep -q '^enabled' "$_host" && "$bb" grep -q '^flags:.*F' "$_host"; then
    echo "farwheel: no private binfmt_misc on Linux $("$bb" uname -r); using the host's ${_host##*/}" >&2
  else
    {
      echo "error: no private binfmt_misc on Linux $("$bb" uname -r) (it needs 6.7 or newer, and the module loaded)."
      echo "       As root: modprobe binfmt_misc; on an older kernel register ${emulator##*/} with the flag F,"
      echo "       for example with the package qemu-user-static (Debian, Ubuntu) or qemu-user-binfmt."
    } >&2
    exit 1
  fi
fi
"$bb" hostname farwheel
# A network namespace begins with its loopback down; tests talk to servers of their own.
"$bb" ip link set lo up

# Nix 2.8 hands on a 0 for "all cores", which make refuses.
[ "${NIX_BUILD_CORES:-0}" != 0 ] || NIX_BUILD_CORES=$("$bb" nproc)
export NIX_BUILD_CORES
export HOME=/build TMPDIR=/tmp TMP=/tmp TEMP=/tmp TEMPDIR=/tmp NIX_BUILD_TOP=/build
export PATH=/usr/bin:/usr/sbin LC_ALL=C.UTF-8 TZ=UTC PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1
# Nix names a terminal on which Ninja would keep writing over one line; a log has lines.
[ -n "${FARWHEEL_ENTER:-}" ] || export TERM=dumb
unset top _root _link _device _pair _from _to _host _store
exec "$bb" chroot . "$@"
