# boards.<arch>.<abi>: the closed root that `tools/farwheel board` enters: the floor's C library, the interpreter, pip
# to copy from, and a busybox of this machine. Built, it proves that pip starts in there; nothing else is made of it.
# Its attribute `vectors` has the CPU with vector instructions.
{
  run,
  closed,
  file,
  pins,
  python,
  targets,
}:
let
  pip =
    abi:
    run {
      name = "pip-${abi}";
      script = file ./pip.sh;
      inherit abi;
      short = python.short.${abi};
      mounts = [
        {
          from = python.x86_64.${abi};
          to = "/opt/python/${abi}";
        }
      ];
    };
  board =
    arch: abi: cpu:
    closed {
      name = "board-${abi}-${arch.name}";
      inherit arch cpu;
      command = [
        "/opt/pip/bin/python"
        "-m"
        "pip"
        "--version"
      ];
      mounts = [
        {
          from = python.${arch.name}.${abi};
          to = "/opt/python/${abi}";
        }
        {
          from = pip abi;
          to = "/opt/pip";
        }
        {
          from = pins.seed;
          to = "/opt/busybox";
        }
      ];
    };
in
builtins.mapAttrs (
  _: arch:
  builtins.mapAttrs (
    abi: _: board arch abi arch.cpu // { vectors = board arch abi arch.cpuVectors; }
  ) python.short
) targets
