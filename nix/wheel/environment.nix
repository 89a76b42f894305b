# environment { abi; short; wheels; }: a virtual environment for /opt/env, made by installing wheels, with no resolution.
# The interpreter is whatever is mounted at /opt/python/<abi>, so it serves every architecture.
{
  run,
  file,
  tools,
}:
{
  abi,
  short,
  wheels,
}:
run {
  name = "environment-${abi}";
  script = file ./environment.sh;
  program = file ./environment.py;
  disguise = file ./disguise.py;
  inherit
    abi
    short
    tools
    wheels
    ;
}
