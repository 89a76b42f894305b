# The modes agree: one package's wheel, built disguised and accelerated, has the same bytes.
{ run, file }:
name: arch: built:
run {
  name = "modes-agree-${name}-${arch.name}";
  script = file ./modes.sh;
  inherit (built.modes) accelerated disguised;
}
