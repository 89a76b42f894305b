# Enter a root file system without privileges, in a Nix build or from a shell.
#
#   busybox sh enter.sh PROGRAM [ARG...]
#
# Reads from the environment:
#   seed      store path of the static busybox
#   root      store path of the root file system (its usr/ and etc/ are used)
#   inside    store path of inside.sh, which does the mounting
#   view      "store" (read-only) or "closed": what is seen of the Nix store
#   mounts    "SOURCE:DESTINATION ..." bind-mounted, in this order
#   emulator  path of a static QEMU below $root, or nothing; magic, mask: what it is registered for
#   top       scratch folder, writable (default: NIX_BUILD_TOP)
# shellcheck shell=sh disable=SC2154
set -eu
bb=$seed/bin/busybox
top=${top:-${NIX_BUILD_TOP:?enter.sh: neither top nor NIX_BUILD_TOP is set}}
export bb top

if ! reason=$("$bb" unshare -r -m "$bb" true 2>&1); then
  {
    echo "error: this kernel does not let us make a user namespace ($reason)."
    for knob in kernel/unprivileged_userns_clone=1 kernel/apparmor_restrict_unprivileged_userns=0; do
      file=/proc/sys/${knob%=*}
      if [ -r "$file" ] && [ "$("$bb" cat "$file")" != "${knob#*=}" ]; then
        echo "       As root: sysctl -w $(echo "${knob%=*}" | "$bb" tr / .)=${knob#*=}"
      fi
    done
    if [ "$("$bb" cat /proc/sys/user/max_user_namespaces 2>/dev/null)" = 0 ]; then
      echo "       As root: sysctl -w user.max_user_namespaces=15000"
    fi
    echo "       In a container: allow it the clone and unshare system calls (docker: --security-opt seccomp=unconfined)."
    echo "       'tools/farwheel doctor' checks all of this."
  } >&2
  exit 1
fi
exec "$bb" unshare -r -m -n -u -i "$bb" sh "$inside" "$@"
