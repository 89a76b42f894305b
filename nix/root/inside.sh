# The second half of enter.sh: already in namespaces of our own, build the view and step into it.
# shellcheck shell=sh disable=SC2154
set -eu
umask 022
new=$top/.root
"$bb" mkdir -p "$new" "$top/build" "$top/tmp"
"$bb" mount -t tmpfs -o mode=755 root "$new"
cd "$new"
"$bb" mkdir -p usr etc proc dev/shm run tmp build opt nix/store
for link in bin sbin lib lib64; do "$bb" ln -s "usr/$link" "$link"; done
"$bb" mount --bind "$root/usr" usr
"$bb" cp -r "$root/etc/." etc/

# Only the devices that a build may need; /dev of the host differs from machine to machine.
for device in null zero full random urandom tty; do
  : >"dev/$device"
  "$bb" mount --bind "/dev/$device" "dev/$device" || "$bb" rm "dev/$device"
done
"$bb" ln -s /proc/self/fd dev/fd
"$bb" ln -s /proc/self/fd/0 dev/stdin
"$bb" ln -s /proc/self/fd/1 dev/stdout
"$bb" ln -s /proc/self/fd/2 dev/stderr
"$bb" chmod 1777 dev/shm "$top/tmp"
"$bb" mount --rbind /proc proc
"$bb" mount --bind "$top/build" build
"$bb" mount --bind "$top/tmp" tmp

store=${NIX_STORE:-/nix/store}
"$bb" mkdir -p ".$store"
"$bb" mount --rbind "$store" ".$store"
# Without Nix's own sandbox the whole store would be writable to root.
"$bb" mount -o remount,ro,bind ".$store" 2>/dev/null ||
  "$bb" mount -o remount,ro,bind,nosuid,nodev ".$store" 2>/dev/null || true
if [ -n "${out:-}" ]; then
  "$bb" mkdir -p "$out"
  "$bb" mount --bind "$out" ".$out"
fi

for pair in $mounts; do
  source=${pair%%:*} destination=.${pair#*:}
  if [ -d "$source" ]; then
    [ -d "$destination" ] || "$bb" mkdir -p "$destination"
  elif [ ! -e "$destination" ]; then
    "$bb" mkdir -p "${destination%/*}"
    : >"$destination"
  fi
  "$bb" mount --bind "$source" "$destination"
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
  host=/proc/sys/fs/binfmt_misc/${emulator##*/}
  if [ -r "$host" ] && "$bb" grep -q '^enabled' "$host" && "$bb" grep -q '^flags:.*F' "$host"; then
    echo "farwheel: no private binfmt_misc on Linux $("$bb" uname -r); using the host's ${host##*/}" >&2
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

export HOME=/build TMPDIR=/tmp TMP=/tmp TEMP=/tmp TEMPDIR=/tmp NIX_BUILD_TOP=/build
export PATH=/usr/bin:/usr/sbin LC_ALL=C.UTF-8 TZ=UTC PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1
unset top new link device pair source destination host
exec "$bb" chroot . "$bb" sh -c 'cd /build && exec "$@"' enter "$@"
