# Enter a closed root on this machine's network. Started in namespaces of its own, as the root in them:
#
#   busybox unshare -r -m -u -i busybox sh enter.sh PROGRAM [ARG...]
#
# The root lies in memory, in this mount namespace: it is gone when the last program in it ends, however that ends.
# Takes from the environment seed, root, inside, mounts, emulator, magic and mask, as for nix/root/enter.sh, and
#   top           an existing folder of the host; in here the root is mounted over it
#   work          a folder of the host that becomes /build, or nothing
#   certificates  a file of CA certificates that clients in there are to trust, or nothing
# shellcheck shell=sh disable=SC2154
set -eu
bb=$seed/bin/busybox

"$bb" mount -t tmpfs -o mode=755 board "$top"
# inside.sh raises the loopback, which only a network of its own allows. What it mounts stays; the network does not.
"$bb" env bb="$bb" view=closed "$bb" unshare -n "$bb" sh "$inside" /opt/busybox/bin/busybox true
cd "$top/.root"
[ -z "${work:-}" ] || "$bb" mount --bind "$work" build
[ ! -e /etc/resolv.conf ] || "$bb" cp /etc/resolv.conf etc/resolv.conf
[ -z "${certificates:-}" ] || "$bb" cp "$certificates" etc/certificates.pem
# Without a description of the terminal, the interpreter's prompt knows no editing.
"$bb" mkdir -p etc/terminfo
for _folder in /usr/share/terminfo /lib/terminfo; do
  [ ! -d "$_folder" ] || "$bb" mount --bind "$_folder" etc/terminfo
done
"$bb" cp -r opt/pip opt/env
"$bb" chmod -R u+w opt/env
unset seed root inside mounts emulator magic mask top work certificates
# shellcheck disable=SC2016 # expanded in there
exec "$bb" chroot . /opt/busybox/bin/busybox sh -c 'cd /build; exec "$@"' board "$@"
