# Sourced by a build that is repeated under other circumstances: another umask, time zone and locale, and what vary.c says.
# shellcheck shell=bash
umask 027
export TZ=FAR-11:30 LC_ALL=C LD_PRELOAD=/opt/vary/vary.so
