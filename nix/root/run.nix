# run { name; script; ... }: a derivation whose bash script runs inside the root.
#
#   script   file; run by the root's bash with -eu and pipefail, in /build
#   mounts   list of { from; to; } bind-mounted into the root
#   emulate  architecture (row of the table) whose programs run through the private binfmt, or null
#   cpu      QEMU CPU model, default: the architecture's baseline
# All other attributes become environment variables of the script.
# Its attribute `enter` builds a program that opens a shell in that root, with the same variables.
{
  system,
  seed,
  root,
  file,
}:
{
  name,
  script,
  mounts ? [ ],
  emulate ? null,
  cpu ? if emulate == null then null else emulate.cpu,
  ...
}@args:
let
  emulated = emulate != null && emulate.qemu != null;
  attributes =
    removeAttrs args [
      "script"
      "mounts"
      "emulate"
      "cpu"
    ]
    // {
      inherit system seed root;
      builder = "${seed}/bin/busybox";
      inside = file ./inside.sh;
      view = "store";
      mounts = map (m: "${m.from}:${m.to}") mounts;
    }
    // (
      if emulated then
        {
          emulator = "${root}/usr/bin/qemu-${emulate.qemu}";
          inherit (emulate) magic mask;
          QEMU_CPU = cpu;
        }
      else
        { }
    );
  enter = file ./enter.sh;
in
derivation (
  attributes
  // {
    args = [
      "sh"
      enter
      "/bin/bash"
      "-euc"
      "set -o pipefail; cd /build; . \"$0\""
      script
    ];
  }
)
// {
  enter = derivation (
    attributes
    // {
      name = "enter-${name}";
      args = [
        "sh"
        (file ./write-enter.sh)
      ];
      names = [
        "rc"
        "script"
      ]
      ++ builtins.filter (n: n != "name" && n != "system" && n != "builder") (
        builtins.attrNames attributes
      );
      rc = file ./enter-rc.sh;
      inherit enter script;
    }
  );
}
