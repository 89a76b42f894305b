#!/usr/bin/env bash
# What an Ubuntu runner lacks before `tools/farwheel` can build; needs sudo, and may run again.
#
#   NIX_CACHE      a binary cache, as Nix spells it, beside the folder ~/nix-cache that jobs hand on to each other
#   NIX_CACHE_KEY  its public key
set -euo pipefail

# Builds enter their root through user namespaces, as anybody may on other systems. Since 23.10 Ubuntu's AppArmor takes
# all rights inside of one from programs that have no profile of their own, so mounting fails. The machine is thrown away
# after the job; on one that stays, an AppArmor profile for Nix's builder does the same more narrowly.
if [ "$(cat /proc/sys/kernel/apparmor_restrict_unprivileged_userns 2>/dev/null)" = 1 ]; then
  sudo sysctl -q -w kernel.apparmor_restrict_unprivileged_userns=0
fi
# A namespace can register emulators once the kernel knows how, and only root may load that.
grep -qw binfmt_misc /proc/filesystems || sudo modprobe binfmt_misc

if ! command -v nix >/dev/null; then
  sudo apt-get update -q
  sudo DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends nix-bin
  # A store of this user's own: neither daemon nor build users, whom the job would have to wait for and to join. Where
  # /nix/var/nix is missing, Nix (2.10 and newer) takes a chroot store in the user's home instead.
  sudo mkdir -p /nix/store /nix/var/nix
  sudo chown -R "$(id -u)" /nix
fi

# Beside the user's own settings, which a machine that stays may have.
mkdir -p ~/.config/nix
cat >~/.config/nix/farwheel.conf <<EOF
substituters = file://$HOME/nix-cache?trusted=1 ${NIX_CACHE:-}
trusted-public-keys = ${NIX_CACHE_KEY:-}
EOF
grep -qsxF '!include farwheel.conf' ~/.config/nix/nix.conf || printf '\n!include farwheel.conf\n' >>~/.config/nix/nix.conf
tools/farwheel doctor
